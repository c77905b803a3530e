package io.xbarflow.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference networks import and have the published size. */
final class ReferenceNetworksTest {

  /** Columns: convolutions and fully connected layers, additions, weights, image size, classes. */
  @ParameterizedTest
  @CsvSource({
    "resnet8, 10, 3, 77360, 32, 10",
    "resnet20, 20, 9, 268336, 32, 10",
    "resnet32, 32, 15, 461872, 32, 10",
    "resnet20_projection, 22, 9, 270896, 32, 10",
    "resnet32_projection, 34, 15, 464432, 32, 10",
    "vgg8, 8, 0, 12973440, 32, 10",
    "resnet18, 21, 8, 11678912, 224, 1000",
    "resnet18_256, 21, 8, 11678912, 256, 1000",
    "resnet50, 54, 16, 25502912, 224, 1000",
    "mobilenet_v1_025, 28, 0, 208112, 96, 2",
    "mobilenet_v1, 28, 0, 4209088, 224, 1000",
    "mobilenet_v2, 53, 10, 3469760, 224, 1000",
    "squeezenet, 26, 0, 1231552, 224, 1000",
    "densenet121, 121, 0, 7894208, 224, 1000",
    "inception_v1, 58, 0, 6990272, 224, 1000",
  })
  void hasThePublishedSize(
      String name, int convolutions, int additions, long weights, int size, int classes)
      throws IOException {
    Network network = Imported.reference(name);
    ImmutableList<Layer.Convolution> layers =
        network.layers().stream()
            .filter(Layer.Convolution.class::isInstance)
            .map(Layer.Convolution.class::cast)
            .collect(ImmutableList.toImmutableList());
    assertEquals(convolutions, layers.size());
    assertEquals(additions, network.layers().stream().filter(Layer.Add.class::isInstance).count());
    assertEquals(weights, layers.stream().mapToLong(layer -> layer.weights().length()).sum());
    assertEquals(ImmutableList.of(3, size, size), network.inputs().get(0).shape());
    assertEquals(ImmutableList.of(classes), network.outputs().get(0).shape());
  }

  @Test
  void bytesAreTheSameEveryTime(@TempDir Path folder) throws IOException {
    Path first = folder.resolve("first.onnx");
    Path second = folder.resolve("second.onnx");
    ReferenceNetworks.main(new String[] {"resnet8", first.toString()});
    ReferenceNetworks.write("resnet8", second);
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void unknownNamesAreRefused(@TempDir Path folder) {
    assertThrows(
        IllegalArgumentException.class,
        () -> ReferenceNetworks.write("resnet9", folder.resolve("model.onnx")));
  }
}
