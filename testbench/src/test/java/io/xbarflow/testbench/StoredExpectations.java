package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxTensorFile;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.core.tensor.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads stored inputs and outputs of third-party networks. */
final class StoredExpectations {
  private StoredExpectations() {}

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** The images in {@code file} for {@code input}, quantised as the host does. */
  static ImmutableList<Image> images(Network network, HostTensor input, Path file) {
    return NetworkImages.toImages(network, input, read(file), file.toString());
  }

  static ImageBatch read(Path file) {
    return file.toString().endsWith(".pb") ? OnnxTensorFile.read(file) : NpyFile.read(file);
  }

  /** Asserts that the chip's {@code images} are what {@code file} holds for {@code output}. */
  static void assertStored(Path file, Network network, HostTensor output, List<Image> images) {
    ImageBatch want = read(file);
    ImageBatch got = NetworkImages.fromImages(network, output, images);
    assertEquals(want.type(), got.type(), file.toString());
    assertEquals(want.size(), got.size(), file.toString());
    for (int i = 0; i < want.size(); i++) {
      assertEquals(want.get(i), got.get(i), file + " value " + i);
    }
  }

  /** One image for each of {@code images}, for the network's only input. */
  static ImmutableList<ImmutableMap<String, Image>> inputs(Network network, List<Image> images) {
    String tensor = network.inputs().get(0).tensor();
    return images.stream()
        .map(image -> ImmutableMap.of(tensor, image))
        .collect(ImmutableList.toImmutableList());
  }
}
