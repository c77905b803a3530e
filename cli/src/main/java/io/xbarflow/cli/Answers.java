package io.xbarflow.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.Labels;
import io.xbarflow.sim.Accuracy;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which class every image was given, a line for each of the first ones.
 *
 * @param classes the class that each image was given
 * @param labels the class of each image; empty when they are not known
 * @param names the name of each class; empty when they have none
 */
record Answers(
    ImmutableList<Integer> classes,
    Optional<ImmutableList<Integer>> labels,
    Optional<ImmutableList<String>> names) {
  /** Images that have a line. */
  private static final int LINES = 10;

  Answers {
    checkArgument(
        labels.isEmpty() || labels.get().size() == classes.size(),
        "%s labels for %s images",
        labels.map(List::size).orElse(0),
        classes.size());
  }

  /** Nothing: the classes are of no interest. */
  static Answers none() {
    return new Answers(ImmutableList.of(), Optional.empty(), Optional.empty());
  }

  /** Those that {@code outputs}, one for each image, stand for. */
  static Answers of(
      List<Image> outputs,
      Optional<ImmutableList<Integer>> labels,
      Optional<ImmutableList<String>> names) {
    return labels.isEmpty() && names.isEmpty()
        ? none()
        : new Answers(
            outputs.stream().map(Accuracy::greatest).collect(ImmutableList.toImmutableList()),
            labels,
            names);
  }

  /** An empty line and the lines, each ending with a new line; empty without images. */
  String text() {
    StringBuilder text = new StringBuilder(classes.isEmpty() ? "" : "\n");
    IntStream.range(0, Math.min(LINES, classes.size()))
        .forEach(image -> text.append(line(image)).append('\n'));
    if (classes.size() > LINES) {
      text.append("and ").append(classes.size() - LINES).append(" more images\n");
    }
    return text.toString();
  }

  private String line(int image) {
    int given = classes.get(image);
    int label = labels.map(all -> all.get(image)).orElse(Labels.NONE);
    String verdict = "";
    if (label != Labels.NONE) {
      verdict = label == given ? ", right" : ", wrong: " + name(label);
    }
    return "image " + image + ": " + name(given) + verdict;
  }

  /** What class {@code index} is called; a label may be beyond the names. */
  private String name(int index) {
    return names
        .filter(all -> index < all.size())
        .map(all -> all.get(index))
        .orElse("class " + index);
  }
}
