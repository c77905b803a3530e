package io.xbarflow.examples;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the example networks and their inputs; the same bytes every time. */
public final class ExampleNetworks {
  private ExampleNetworks() {}

  /** ONNX files by example, the name of the folder under {@code examples}. */
  public static ImmutableMap<String, byte[]> models() {
    return ImmutableMap.of("small_cnn", SmallCnn.model(), "residual_cnn", ResidualCnn.model());
  }

  /** Three input images by example. */
  public static ImmutableMap<String, ImageBatch> inputs() {
    return ImmutableMap.of("small_cnn", SmallCnn.input(), "residual_cnn", ResidualCnn.input());
  }

  /**
   * Writes every example to its folder.
   *
   * @param arguments the {@code examples} folder; without it {@code examples}
   * @throws IOException when a file cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments.length > 0 ? arguments[0] : "examples");
    for (var model : models().entrySet()) {
      Path folder = root.resolve(model.getKey());
      Files.createDirectories(folder);
      Files.write(folder.resolve("model.onnx"), model.getValue());
      NpyFile.write(folder.resolve("input.npy"), inputs().get(model.getKey()));
    }
  }
}
