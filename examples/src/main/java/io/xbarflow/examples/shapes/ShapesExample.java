package io.xbarflow.examples.shapes;

import io.xbarflow.core.tensor.NpyFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Writes the images of the example {@code shapes}, none of which the network is trained on. */
public final class ShapesExample {
  private static final int TEST_IMAGES = 200;
  private static final long TEST_SEED = 1;
  private static final int CALIBRATION_IMAGES = 100;
  private static final long CALIBRATION_SEED = 2;

  private static final int PICTURE_ROWS = 4;
  private static final int ZOOM = 3;
  private static final int GAP = 4;

  private ShapesExample() {}

  /** The images that accuracy is counted on. */
  public static ShapeImages test() {
    return ShapeImages.draw(TEST_IMAGES, TEST_SEED);
  }

  /** Other images, for the choice of scales. */
  public static ShapeImages calibration() {
    return ShapeImages.draw(CALIBRATION_IMAGES, CALIBRATION_SEED);
  }

  /** The names of the classes, one a line. */
  public static String classes() {
    return lines(Arrays.stream(ShapeClass.values()).map(ShapeClass::label));
  }

  /** The labels of {@code images}, one a line. */
  public static String labels(ShapeImages images) {
    return lines(images.labels().stream().map(String::valueOf));
  }

  private static String lines(Stream<String> lines) {
    return lines.collect(Collectors.joining("\n", "", "\n"));
  }

  /**
   * Writes {@code images.npy}, {@code labels.csv}, {@code calibration.npy}, {@code classes.txt} and
   * {@code images.png}, a picture of the first images with a column for each class.
   *
   * <p>With a number and a seed it draws that many other images instead, and writes {@code
   * images.npy} and {@code labels.csv} only.
   *
   * @param arguments the folder, and perhaps number and seed
   * @throws IOException when a file cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    boolean others = arguments.length > 1;
    ShapeImages images =
        others
            ? ShapeImages.draw(Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]))
            : test();
    NpyFile.write(folder.resolve("images.npy"), images.images());
    Files.writeString(folder.resolve("labels.csv"), labels(images));
    if (!others) {
      NpyFile.write(folder.resolve("calibration.npy"), calibration().images());
      Files.writeString(folder.resolve("classes.txt"), classes());
      ImageIO.write(picture(images), "png", folder.resolve("images.png").toFile());
    }
  }

  private static BufferedImage picture(ShapeImages images) {
    int classes = ShapeClass.values().length;
    int cell = (ShapeImages.SIZE * ZOOM) + GAP;
    BufferedImage picture =
        new BufferedImage(
            (classes * cell) - GAP, (PICTURE_ROWS * cell) - GAP, BufferedImage.TYPE_BYTE_GRAY);
    int pixels = ShapeImages.SIZE * ShapeImages.SIZE;
    for (int image = 0; image < PICTURE_ROWS * classes; image++) {
      int left = images.labels().get(image) * cell;
      int top = image / classes * cell;
      for (int y = 0; y < ShapeImages.SIZE * ZOOM; y++) {
        for (int x = 0; x < ShapeImages.SIZE * ZOOM; x++) {
          int pixel = (image * pixels) + (y / ZOOM * ShapeImages.SIZE) + (x / ZOOM);
          int gray = Math.round(255 * images.images().get(pixel));
          picture.getRaster().setSample(left + x, top + y, 0, gray);
        }
      }
    }
    return picture;
  }
}
