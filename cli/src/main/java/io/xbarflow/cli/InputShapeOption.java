package io.xbarflow.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.onnx.ImportSettings;
import io.xbarflow.core.text.ShellWord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The option for dimensions that the model's file leaves open. */
final class InputShapeOption {
  private static final String EXAMPLE = "such as x=1x3x224x224";

  @Option(
      names = "--input-shape",
      paramLabel = "NAME=1xCxHxW",
      description =
          "Dimensions of a graph input, with the batch axis, where the model leaves height, width"
              + " or others open. Can be repeated.")
  private List<String> shapes = new ArrayList<>();

  /** What is said of the model. */
  ImportSettings settings() {
    Map<String, ImmutableList<Integer>> stated = new LinkedHashMap<>();
    for (String shape : shapes) {
      // Names may have equals signs, dimensions do not.
      int equals = shape.lastIndexOf('=');
      if (equals < 1) {
        throw refuse("'" + shape + "'", "NAME=DIMENSIONS, " + EXAMPLE);
      }
      String name = shape.substring(0, equals);
      if (stated.put(name, dims(shape, shape.substring(equals + 1))) != null) {
        throw refuse("'" + name + "' twice", "each input once");
      }
    }
    return ImportSettings.ofInputShapes(stated);
  }

  /** The option as one writes it, with a space before it; empty when it is not given. */
  String words() {
    return shapes.stream()
        .map(shape -> " --input-shape " + ShellWord.of(shape))
        .collect(Collectors.joining());
  }

  private static ImmutableList<Integer> dims(String shape, String text) {
    ImmutableList.Builder<Integer> dims = ImmutableList.builder();
    for (String part : Splitter.on('x').split(text)) {
      Integer dim = Ints.tryParse(part);
      if (dim == null || dim < 1) {
        throw refuse("'" + shape + "'", "positive whole numbers with x between them, " + EXAMPLE);
      }
      dims.add(dim);
    }
    return dims.build();
  }

  private static UserException refuse(String found, String expected) {
    return UserException.badInput("--input-shape", found, expected, "Change it.");
  }
}
