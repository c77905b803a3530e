package io.xbarflow.cli;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the user knows of classes.
 *
 * @param labels file with the class of every image
 * @param names file with the name of every class
 */
record KnownClasses(Optional<Path> labels, Optional<Path> names) {
  KnownClasses {
    requireNonNull(labels);
    requireNonNull(names);
  }

  /** The label of every one of {@code images} images, when there is a file of them. */
  Optional<ImmutableList<Integer>> labelsOf(Network network, Inputs inputs, int images) {
    return labels.map(file -> ImageLabels.of(file, network, inputs, images));
  }

  /**
   * The names of the values of the network's first output, when there is a file of them.
   *
   * @throws UserException when it has not one line for each
   */
  Optional<ImmutableList<String>> namesOf(Network network) {
    return names.map(file -> read(file, network));
  }

  private static ImmutableList<String> read(Path file, Network network) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw UserException.badInput(
          file.toString(),
          "cannot be read (" + e.getClass().getSimpleName() + ")",
          "the names of the classes, one a line",
          "Check the path and the permissions.");
    }
    ImmutableList<String> names =
        lines.stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .collect(ImmutableList.toImmutableList());
    HostTensor output = network.outputs().get(0);
    int values = network.tensor(output.tensor()).shape().size();
    if (names.size() != values) {
      throw UserException.badInput(
          file.toString(),
          names.size() + " names",
          values + " names, one a line, for the values of output " + output.name(),
          "Give each class a line, in the order of the output's values.");
    }
    return names;
  }
}
