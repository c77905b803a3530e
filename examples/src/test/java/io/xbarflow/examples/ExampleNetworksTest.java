package io.xbarflow.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.core.tensor.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The committed examples are what the generator writes, and import. */
final class ExampleNetworksTest {
  private static final Path ROOT = Path.of(System.getProperty("xbarflow.root", ".."), "examples");

  private static final String ACCEPT =
      "; accept with: java -cp examples/target/classes:... io.xbarflow.examples.ExampleNetworks"
          + " examples";

  @Test
  void committedFilesAreTheGeneratedOnes() throws IOException {
    assertEquals(2, ExampleNetworks.models().size());
    for (var model : ExampleNetworks.models().entrySet()) {
      Path folder = ROOT.resolve(model.getKey());
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("model.onnx")), model.getValue(), folder + ACCEPT);
      assertEquals(
          NpyFile.read(folder.resolve("input.npy")),
          ExampleNetworks.inputs().get(model.getKey()),
          folder + ACCEPT);
    }
  }

  @ParameterizedTest
  @CsvSource({"small_cnn, 5, 1, 1", "residual_cnn, 10, 1, 2"})
  void imports(String example, int layers, int inputs, int outputs) {
    Network network = OnnxImport.read(ROOT.resolve(example).resolve("model.onnx"));
    assertEquals(layers, network.layers().size());
    assertEquals(inputs, network.inputs().size());
    assertEquals(outputs, network.outputs().size());
    Path input = ROOT.resolve(example).resolve("input.npy");
    assertEquals(
        3,
        NetworkImages.toImages(
                network, network.inputs().get(0), NpyFile.read(input), input.toString())
            .size());
  }
}
