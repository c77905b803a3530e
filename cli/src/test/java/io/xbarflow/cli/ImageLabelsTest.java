package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels of the images in files. */
final class ImageLabelsTest {
  private static final HostTensor PORT =
      new HostTensor("x", "x", ImmutableList.of(1, 1, 1), false, false);
  private static final Network NETWORK =
      new Network(
          "model.onnx",
          "0",
          ImmutableList.of(new Tensor("x", new Shape(1, 1, 1), new Quantisation(1f, 0, true))),
          ImmutableList.of(),
          ImmutableList.of(PORT),
          ImmutableList.of(PORT));

  @TempDir Path folder;

  @Test
  void filesOfOneImageAreLookedUpByName() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.csv"), "cat,3\ndog,5\nship,8\n");
    Inputs inputs = new Inputs(ImmutableList.of(images("ship", 1), images("cat", 1)), 0, 1);
    assertEquals(List.of(8, 3), ImageLabels.of(labels, NETWORK, inputs, 2));
    assertEquals(List.of(8), ImageLabels.of(labels, NETWORK, inputs, 1));
  }

  @Test
  void otherFilesAreLabelledInOrder() throws IOException {
    Path named = Files.writeString(folder.resolve("labels.csv"), "cat,3\ndog,5\nship,8\n");
    Path plain = Files.writeString(folder.resolve("labels.txt"), "1\n2\n");
    Inputs several = new Inputs(ImmutableList.of(images("ship", 3)), 0, 1);
    assertEquals(List.of(3, 5, 8), ImageLabels.of(named, NETWORK, several, 3));
    Inputs two = new Inputs(ImmutableList.of(images("ship", 1), images("cat", 1)), 0, 1);
    assertEquals(List.of(1, 2), ImageLabels.of(plain, NETWORK, two, 2));
  }

  @Test
  void randomImagesHaveNone() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.txt"), "1\n");
    Inputs random = new Inputs(ImmutableList.of(), 1, 1);
    UserException thrown =
        assertThrows(UserException.class, () -> ImageLabels.of(labels, NETWORK, random, 1));
    assertTrue(thrown.getMessage().contains("random images"), thrown::getMessage);
  }

  private Path images(String name, int count) {
    Path file = folder.resolve(name + ".npy");
    NpyFile.write(
        file, ImageBatch.ofIntegers(true, ImmutableList.of(count, 1, 1, 1), new int[count]));
    return file;
  }
}
