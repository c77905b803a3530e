package io.xbarflow.core.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read back is what was written; whatever else stands in a file is told with its place. */
final class ArtefactsTest {
  @TempDir private Path folder;

  /** A choice among words. */
  enum Choice {
    LEFT,
    RIGHT
  }

  /** A record with every sort of component that artefacts have. */
  record Sample(
      String text,
      int number,
      long large,
      float real,
      double wide,
      boolean flag,
      Choice choice,
      Optional<Integer> maybe,
      ImmutableList<Integer> list,
      ImmutableList<ImmutableList<Integer>> nested,
      ImmutableMap<String, Integer> map,
      ImmutableSortedMap<String, String> sorted,
      ImmutableList<Shape> shapes,
      Layer layer) {}

  private static final Sample SAMPLE =
      new Sample(
          "words",
          7,
          8,
          0.5f,
          0.25,
          true,
          Choice.LEFT,
          Optional.empty(),
          ImmutableList.of(1, 2),
          ImmutableList.of(ImmutableList.of(3)),
          ImmutableMap.of("k", 4),
          ImmutableSortedMap.of("s", "t"),
          ImmutableList.of(new Shape(1, 2, 3)),
          new Layer.Pool("pool", "x", "y", Window.frame(2, 2), Layer.Pool.Kind.AVERAGE, false));

  private Path file(String text) {
    try {
      return Files.writeString(folder.resolve("sample.json"), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsWrittenIsRead() {
    assertEquals(SAMPLE, Artefacts.read(file(Artefacts.toJson(SAMPLE)), Sample.class));
  }

  /** An edit and what is said of it. */
  record Case(String from, String to, String found, String expected) {}

  static ImmutableList<Case> cases() {
    return ImmutableList.of(
        new Case("\"words\"", "null", ":2:12: text is null", "a text in quotes"),
        new Case("\"words\"", "5", "text is '5'", "a text in quotes"),
        new Case(" 7,", " null,", ":3:14: number is null", "a whole number from"),
        new Case(" 7,", " \"7\",", "number is of another type", "a whole number from"),
        new Case(" 7,", " 7.5,", "number is '7.5'", "a whole number from"),
        new Case(" 7,", " 2147483648,", "number is out of range", "to 2147483647"),
        new Case(" 8,", " 9223372036854775808,", "large is out of range", "at most 63 bits"),
        new Case("0.5", "1e39", "real is '1e39'", "a finite decimal number in the range of float"),
        new Case("0.5", "1e-60", "real is '1e-60'", "a finite decimal number"),
        new Case("0.25", "\"NaN\"", "wide is 'NaN'", "a finite decimal number"),
        new Case("0.25", "NaN", "is not JSON here", "well-formed JSON"),
        new Case("true", "1", "flag is '1'", "true or false"),
        new Case("\"LEFT\"", "\"left\"", "choice is 'left'", "one of LEFT, RIGHT"),
        new Case("\"LEFT\"", "\"\"", "choice is ''", "one of LEFT, RIGHT"),
        new Case("\"LEFT\"", "0", "choice is '0'", "one of LEFT, RIGHT"),
        new Case("[ 1, 2 ]", "null", "list is null", "a list in []"),
        new Case("[ 1, 2 ]", "[ 1, null ]", "list[1] is null", "a whole number"),
        new Case("[ 1, 2 ]", "{ }", "list is of another type", "a list in []"),
        new Case("[ [ 3 ] ]", "[ [ 3 ], null ]", "nested[1] is null", "a list in []"),
        new Case("[ [ 3 ] ]", "[ [ \"x\" ] ]", "nested[0][0] is of another type", "a whole number"),
        new Case("\"k\" : 4", "\"k\" : null", "map.k is null", "a whole number"),
        new Case("\"t\"", "null", "sorted.s is null", "a text in quotes"),
        new Case("\"k\" : 4", "\"k\" : 4, \"k\" : 4", "has the key 'k' twice", "every key once"),
        new Case("\"height\" : 2", "\"height\" : 0", "shapes[0] does not hold", "fit each other"),
        new Case("\"height\" : 2,", "", "shapes[0].height is missing", "every key"),
        new Case("\"flag\"", "\"flags\"", "flag is missing", "every key"),
        new Case("\"flag\"", "\"more\" : 1, \"flag\"", "more is an unknown key", "one of choice,"),
        new Case("\"pool\",", "\"pole\",", "layer has the unknown kind 'pole'", "\"kind\""),
        new Case("\"kind\" : \"pool\",", "", "layer has no kind", "\"kind\""),
        new Case(
            "{\n    \"kind\"", "[ null ], \"more\" : {\n    \"kind\"", "layer has no kind", "kind"),
        new Case("\"AVERAGE\"", "\"MEAN\"", "layer.pooling is 'MEAN'", "one of MAX, AVERAGE"),
        new Case("{\n", "[".repeat(2000) + "{\n", "is of another type", "an object in {}"),
        new Case("}\n", "} 5", "more follows after the end", "one JSON value"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsWrongIsToldWithItsPlace(Case edit) {
    String text = Artefacts.toJson(SAMPLE);
    int at = edit.from().equals("}\n") ? text.lastIndexOf("}\n") : text.indexOf(edit.from());
    assertTrue(at >= 0, edit.from());
    Path edited =
        file(text.substring(0, at) + edit.to() + text.substring(at + edit.from().length()));
    UserException error =
        assertThrows(UserException.class, () -> Artefacts.read(edited, Sample.class));
    String message = error.getMessage();
    assertTrue(message.matches(".*sample\\.json:\\d+:\\d+: .*"), message);
    assertTrue(message.contains(edit.found()), message);
    assertTrue(error.diagnostic().expected().contains(edit.expected()), message);
    assertFalse(message.contains("xbarflow.core") || message.contains("java."), message);
  }

  @ParameterizedTest
  @MethodSource("cutFiles")
  void aCutFileIsToldToBeCut(String text, String found) {
    UserException error =
        assertThrows(UserException.class, () -> Artefacts.read(file(text), Sample.class));
    assertTrue(error.getMessage().contains(found), error::getMessage);
  }

  static Object[][] cutFiles() {
    return new Object[][] {
      {"", "the file is empty"},
      {"null", "is null"},
      {"{ \"text\" : \"wo", "the JSON is cut off here"},
      {"{ \"list\" : [ 1,", "the JSON is cut off here"},
    };
  }
}
