package io.xbarflow.quantize;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NpyFile;
import io.xbarflow.quantize.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The images that ranges are measured on, each in the layout of the model's input.
 *
 * @param dims dimensions of one image, with a batch axis of 1
 * @param batches the files
 */
public record CalibrationImages(ImmutableList<Integer> dims, ImmutableList<ImageBatch> batches) {

  /**
   * Reads {@code source}: a .npy file, or a folder of them that are taken in the order of their
   * names until there are enough. A file holds one image, or several along the first axis.
   *
   * @param input the model's input
   * @param most how many images are wanted at most
   * @throws UserException when there are none, or they do not fit
   */
  public static CalibrationImages read(Path source, Graph.Port input, int most) {
    ImmutableList<Integer> image = input.dims().subList(1, input.dims().size());
    ImmutableList<Integer> dims = ImmutableList.<Integer>builder().add(1).addAll(image).build();
    int size = image.stream().reduce(1, Math::multiplyExact);
    ImmutableList.Builder<ImageBatch> batches = ImmutableList.builder();
    int left = most;
    for (Path file : files(source)) {
      if (left > 0) {
        ImageBatch batch = NpyFile.read(file);
        requireFit(file, batch, image, input.name());
        batches.add(first(batch, Math.min(left, batch.size() / size), size, image));
        left -= Math.min(left, batch.size() / size);
      }
    }
    return new CalibrationImages(dims, batches.build());
  }

  /** The first {@code images} images of {@code batch}, of {@code size} values each. */
  private static ImageBatch first(
      ImageBatch batch, int images, int size, ImmutableList<Integer> image) {
    if (batch.size() == images * size) {
      return batch;
    }
    float[] values = new float[images * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = batch.get(i);
    }
    return ImageBatch.ofFloats(
        ImmutableList.<Integer>builder().add(images).addAll(image).build(), values);
  }

  private static List<Path> files(Path source) {
    if (!Files.isDirectory(source)) {
      return List.of(source);
    }
    try (Stream<Path> listed = Files.list(source)) {
      List<Path> files = listed.filter(file -> file.toString().endsWith(".npy")).sorted().toList();
      if (files.isEmpty()) {
        throw UserException.badInput(
            source.toString(),
            "a folder without .npy files",
            "images as .npy files",
            "Save some with np.save(name, array.astype(np.float32)).");
      }
      return files;
    } catch (IOException e) {
      throw UserException.badInput(
          source.toString(),
          "cannot be read (" + e.getClass().getSimpleName() + ")",
          "a folder of .npy files",
          "Mend the permissions.");
    }
  }

  private static void requireFit(
      Path file, ImageBatch batch, ImmutableList<Integer> image, String input) {
    int rank = batch.shape().size();
    boolean single = batch.shape().equals(image);
    boolean several =
        rank == image.size() + 1
            && batch.shape().get(0) > 0
            && batch.shape().subList(1, rank).equals(image);
    if (batch.type() != ElementType.FLOAT32 || !(single || several)) {
      throw UserException.badInput(
          file.toString(),
          batch.type() + " values of shape " + batch.shape(),
          "float32 of shape "
              + image
              + ", or [images, "
              + image.toString().substring(1)
              + ", for input "
              + input,
          "Scale, lay out and convert the images as the model was trained.");
    }
    for (int i = 0; i < batch.size(); i++) {
      if (!Float.isFinite(batch.get(i))) {
        throw UserException.badInput(
            file.toString(),
            batch.get(i) + " at place " + i,
            "finite values",
            "Find out where it comes from; one such value spoils every scale.");
      }
    }
  }

  private int size() {
    return dims.stream().reduce(1, Math::multiplyExact);
  }

  /** Number of images. */
  public int count() {
    return batches.stream().mapToInt(batch -> batch.size() / size()).sum();
  }

  /** The values of image {@code index}. */
  public float[] image(int index) {
    int left = index;
    int size = size();
    for (ImageBatch batch : batches) {
      if (left < batch.size() / size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
          values[i] = batch.get(left * size + i);
        }
        return values;
      }
      left -= batch.size() / size;
    }
    throw new IndexOutOfBoundsException("image " + index + " of " + count());
  }
}
