package io.xbarflow.examples.shapes;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.tensor.ImageBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Images with a shape in each, drawn from a seed: one channel, bright or dark shape on a background
 * that grows brighter in some direction, at a random place, angle, size and contrast, with noise in
 * every pixel.
 *
 * <p>The same seed gives the same bytes on every machine: {@code Random} is specified down to the
 * bit, sines are those of {@code StrictMath}, and everything else is IEEE double precision.
 *
 * <p>Range: pixels are multiples of 1/255 from 0 to 1.
 *
 * @param images [images, 1, {@link #SIZE}, {@link #SIZE}]
 * @param labels the number of each image's {@link ShapeClass}
 */
public record ShapeImages(ImageBatch images, ImmutableList<Integer> labels) {
  /** Rows and columns of an image. */
  public static final int SIZE = 20;

  private static final int PIXELS = SIZE * SIZE;
  private static final ImmutableList<ShapeClass> CLASSES =
      ImmutableList.copyOf(ShapeClass.values());

  /** The brightest value of 8 bits, which stands for 1. */
  private static final int WHITE = 255;

  private static final double LEAST_RADIUS = 5.0;
  private static final double MOST_RADIUS = 8.5;

  /** Difference in brightness between shape and background. */
  private static final double LEAST_CONTRAST = 0.22;

  private static final double MOST_CONTRAST = 0.6;

  /** From one end of the image to the other. */
  private static final double MOST_GRADIENT = 0.2;

  /** Standard deviation of the noise of a pixel. */
  private static final double LEAST_NOISE = 0.03;

  private static final double MOST_NOISE = 0.13;

  /** Copies the labels and checks that there is one for each image. */
  public ShapeImages {
    labels = ImmutableList.copyOf(labels);
    checkArgument(
        images.shape().equals(ImmutableList.of(labels.size(), 1, SIZE, SIZE)),
        "%s for %s labels",
        images,
        labels.size());
  }

  /**
   * Draws {@code count} images. Each ten in turn show the ten classes in a random order.
   *
   * @throws IllegalArgumentException when {@code count} is not a positive multiple of ten
   */
  public static ShapeImages draw(int count, long seed) {
    checkArgument(count > 0 && count % CLASSES.size() == 0, "%s images", count);
    Random random = new Random(seed);
    float[] pixels = new float[count * PIXELS];
    ImmutableList.Builder<Integer> labels = ImmutableList.builder();
    List<ShapeClass> order = new ArrayList<>(CLASSES);
    for (int image = 0; image < count; image++) {
      if (image % CLASSES.size() == 0) {
        Collections.shuffle(order, random);
      }
      ShapeClass shape = order.get(image % CLASSES.size());
      labels.add(CLASSES.indexOf(shape));
      draw(shape.region(), random, pixels, image * PIXELS);
    }
    return new ShapeImages(
        ImageBatch.ofFloats(ImmutableList.of(count, 1, SIZE, SIZE), pixels), labels.build());
  }

  private static void draw(Region shape, Random random, float[] pixels, int start) {
    double radius = between(random, LEAST_RADIUS, MOST_RADIUS);
    // At most one pixel of the shape is outside.
    double play = (SIZE / 2.0) + 1 - radius;
    double centreX = (SIZE / 2.0) + between(random, -play, play);
    double centreY = (SIZE / 2.0) + between(random, -play, play);
    double angle = between(random, 0, 2 * Math.PI);
    double cosine = StrictMath.cos(angle) / radius;
    double sine = StrictMath.sin(angle) / radius;
    double contrast = between(random, LEAST_CONTRAST, MOST_CONTRAST);
    double background = between(random, 0.1, 0.9 - contrast);
    if (random.nextBoolean()) {
      background += contrast;
      contrast = -contrast;
    }
    double right = between(random, -MOST_GRADIENT, MOST_GRADIENT) / SIZE;
    double down = between(random, -MOST_GRADIENT, MOST_GRADIENT) / SIZE;
    double noise = between(random, LEAST_NOISE, MOST_NOISE);
    for (int pixel = 0; pixel < PIXELS; pixel++) {
      int row = pixel / SIZE;
      int column = pixel % SIZE;
      double x = column + 0.5 - centreX;
      double y = row + 0.5 - centreY;
      double distance =
          radius * shape.distance((cosine * x) + (sine * y), (cosine * y) - (sine * x));
      double covered = Math.max(0, Math.min(1, 0.5 - distance));
      double brightness =
          background + (covered * contrast) + (right * x) + (down * y) + (noise * normal(random));
      double clamped = Math.max(0, Math.min(1, brightness));
      pixels[start + pixel] = (float) (Math.rint(WHITE * clamped) / WHITE);
    }
  }

  private static double between(Random random, double least, double most) {
    return least + ((most - least) * random.nextDouble());
  }

  /** Close to normal with deviation 1: twelve uniform numbers of variance 1/12, less their mean. */
  private static double normal(Random random) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += random.nextDouble();
    }
    return sum;
  }
}
