package io.xbarflow.core.tensor;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The classes that images are known to show, from a file: integers in a {@code .npy} file, or text
 * with a line for every image, which is its label alone or its name, a comma and its label. -1
 * stands for no label.
 */
public final class Labels {
  /** The label of an image whose class is not known. */
  public static final int NONE = -1;

  private final String file;
  private final ImmutableList<Integer> inOrder;
  private final Map<String, Integer> named;

  private Labels(String file, ImmutableList<Integer> inOrder, Map<String, Integer> named) {
    this.file = file;
    this.inOrder = inOrder;
    this.named = named;
  }

  /**
   * Reads {@code file}.
   *
   * @throws UserException when it is missing or damaged
   */
  public static Labels read(Path file) {
    return file.toString().endsWith(".npy") ? readNpy(file) : readText(file);
  }

  private static Labels readNpy(Path file) {
    ImmutableList.Builder<Integer> labels = ImmutableList.builder();
    NpyFile.readIntegers(file).stream()
        .forEach(value -> labels.add(label(file.toString(), Long.toString(value))));
    return new Labels(file.toString(), labels.build(), Map.of());
  }

  private static Labels readText(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw UserException.badInput(
          file.toString(),
          "cannot be read (" + e.getClass().getSimpleName() + ")",
          "labels, in a .npy file or a text file",
          "Check the path and the permissions.");
    }
    List<Integer> labels = new ArrayList<>();
    Map<String, Integer> named = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty()) {
        continue;
      }
      String where = file + ", line " + (i + 1);
      List<String> parts = Splitter.on(',').trimResults().splitToList(line);
      int label = label(where, parts.get(parts.size() - 1));
      if (parts.size() > 2 || (!labels.isEmpty() && (parts.size() == 2) == named.isEmpty())) {
        throw UserException.badInput(
            where,
            "'" + line + "'",
            named.isEmpty() ? "a label" : "a name, a comma and a label",
            "Write every line alike.");
      }
      if (parts.size() == 2 && named.put(parts.get(0), label) != null) {
        throw UserException.badInput(
            where, "'" + parts.get(0) + "' a second time", "every name once", "Remove a line.");
      }
      labels.add(label);
    }
    return new Labels(file.toString(), ImmutableList.copyOf(labels), named);
  }

  private static int label(String where, String text) {
    if (text.matches("-1|[0-9]{1,9}")) {
      return Integer.parseInt(text);
    }
    throw UserException.badInput(
        where,
        "'" + text + "'",
        "the number of a class, from 0 on, or -1 for none",
        "Mend the label.");
  }

  /**
   * The labels of {@code images} images in their order. There may be more labels than images.
   *
   * @throws UserException when there are fewer
   */
  public ImmutableList<Integer> inOrder(int images) {
    if (inOrder.size() < images) {
      throw UserException.badInput(
          file,
          inOrder.size() + " labels",
          images + " labels, one for every image",
          "Give a label for every image, -1 where it is not known, or fewer images (--images).");
    }
    return inOrder.subList(0, images);
  }

  /** Whether labels have names. */
  public boolean named() {
    return !named.isEmpty();
  }

  /**
   * The labels of the images called {@code names}.
   *
   * @throws UserException when one is not there
   */
  public ImmutableList<Integer> of(List<String> names) {
    ImmutableList.Builder<Integer> labels = ImmutableList.builder();
    for (String name : names) {
      Integer label = named.get(name);
      if (label == null) {
        throw UserException.badInput(
            file,
            "no label of '" + name + "'",
            "a line for every image, such as '" + name + ",3'",
            "Add the line; -1 stands for no label.");
      }
      labels.add(label);
    }
    return labels.build();
  }
}
