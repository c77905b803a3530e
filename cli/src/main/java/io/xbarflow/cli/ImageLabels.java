package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.io.Files;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.tensor.Labels;
import java.nio.file.Path;

/** Finds the label of every image. */
final class ImageLabels {
  private ImageLabels() {}

  /**
   * The labels of {@code images} images. Those of a file that names them are looked up by the names
   * of the input files, without folder and ending, when every one of these holds one image;
   * otherwise labels are in the order of the images.
   *
   * @throws UserException when a label is missing or images are random
   */
  static ImmutableList<Integer> of(Path file, Network network, Inputs inputs, int images) {
    if (inputs.files().isEmpty()) {
      throw UserException.badInput(
          "--labels",
          "labels of random images",
          "images from files",
          "Give the images they belong to (--input).");
    }
    Labels labels = Labels.read(file);
    boolean singles = network.inputs().size() == 1 && labels.named() && singles(network, inputs);
    return singles
        ? labels.of(
            inputs.files().stream()
                .limit(images)
                .map(input -> Files.getNameWithoutExtension(input.toString()))
                .toList())
        : labels.inOrder(images);
  }

  /** Whether every file holds one image. */
  private static boolean singles(Network network, Inputs inputs) {
    Inputs all = new Inputs(inputs.files(), 0, inputs.seed());
    return HostImages.load(network, all).size() == inputs.files().size();
  }
}
