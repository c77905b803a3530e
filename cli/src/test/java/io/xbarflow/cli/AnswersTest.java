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
import io.xbarflow.core.tensor.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classes that are printed, and what the user says of them. */
final class AnswersTest {
  private static final Shape SHAPE = new Shape(3, 1, 1);
  private static final HostTensor OUTPUT =
      new HostTensor("logits", "y", ImmutableList.of(3, 1, 1), false, false);
  private static final Network NETWORK =
      new Network(
          "model.onnx",
          "0",
          ImmutableList.of(new Tensor("y", SHAPE, new Quantisation(1f, 0, true))),
          ImmutableList.of(),
          ImmutableList.of(OUTPUT),
          ImmutableList.of(OUTPUT));
  private static final Image CAT = Image.of(SHAPE, new int[] {-3, -1, -2});
  private static final Image SHIP = Image.of(SHAPE, new int[] {5, 7, 9});

  /** The first of two greatest values counts. */
  private static final Image DOG = Image.of(SHAPE, new int[] {4, 4, 1});

  private static final ImmutableList<Image> IMAGES = ImmutableList.of(CAT, SHIP, DOG);
  private static final Optional<ImmutableList<String>> NAMES =
      Optional.of(ImmutableList.of("dog", "cat", "ship"));

  @TempDir private Path folder;

  @Test
  void labelsAndNames() {
    assertEquals(
        "\nimage 0: cat, right\nimage 1: ship, wrong: dog\nimage 2: dog\n",
        Answers.of(IMAGES, Optional.of(ImmutableList.of(1, 0, -1)), NAMES).text());
  }

  @Test
  void labelsWithoutNamesAndBeyondThem() {
    assertEquals(
        "\nimage 0: class 1, right\nimage 1: class 2, wrong: class 0\nimage 2: class 0\n",
        Answers.of(IMAGES, Optional.of(ImmutableList.of(1, 0, -1)), Optional.empty()).text());
    assertEquals(
        "\nimage 0: cat, wrong: class 9\n",
        Answers.of(ImmutableList.of(CAT), Optional.of(ImmutableList.of(9)), NAMES).text());
  }

  @Test
  void namesWithoutLabels() {
    assertEquals(
        "\nimage 0: cat\nimage 1: ship\nimage 2: dog\n",
        Answers.of(IMAGES, Optional.empty(), NAMES).text());
  }

  @Test
  void nothingIsPrintedWithoutBoth() {
    assertEquals("", Answers.of(IMAGES, Optional.empty(), Optional.empty()).text());
  }

  @Test
  void tenImagesHaveALine() {
    String text = Answers.of(Collections.nCopies(25, DOG), Optional.empty(), NAMES).text();
    assertTrue(text.endsWith("image 9: dog\nand 15 more images\n"), text);
    assertTrue(
        Answers.of(Collections.nCopies(10, DOG), Optional.empty(), NAMES)
            .text()
            .endsWith("image 9: dog\n"));
  }

  @Test
  void everyImageHasALabel() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Answers.of(IMAGES, Optional.of(ImmutableList.of(1)), NAMES));
  }

  @Test
  void namesAreReadALineEach() throws IOException {
    Path file = Files.writeString(folder.resolve("classes.txt"), "dog\n cat \n\nship\n");
    assertEquals(NAMES, new KnownClasses(Optional.empty(), Optional.of(file)).namesOf(NETWORK));
  }

  @Test
  void asManyNamesAsValues() throws IOException {
    Path file = Files.writeString(folder.resolve("classes.txt"), "dog\ncat\n");
    KnownClasses two = new KnownClasses(Optional.empty(), Optional.of(file));
    String message = assertThrows(UserException.class, () -> two.namesOf(NETWORK)).getMessage();
    assertTrue(message.contains("2 names") && message.contains("3 names"), message);
    assertTrue(message.contains("classes.txt") && message.contains("logits"), message);
  }

  @Test
  void namesThatCannotBeRead() {
    KnownClasses none = new KnownClasses(Optional.empty(), Optional.of(folder));
    String message = assertThrows(UserException.class, () -> none.namesOf(NETWORK)).getMessage();
    assertTrue(message.contains(folder.toString()), message);
  }
}
