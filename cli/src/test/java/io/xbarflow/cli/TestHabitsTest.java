package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test either asserts or is skipped with a reason: none ends early and counts as passed. */
final class TestHabitsTest {
  private static final Path ROOT = Path.of(System.getProperty("xbarflow.root"));

  /** Guards against a pattern that finds no tests. */
  private static final int MIN_METHODS = 400;

  /** A test method: its name, and its body up to the brace that closes it. */
  private static final Pattern METHOD =
      Pattern.compile(
          "\n  @(?:Test|ParameterizedTest|TestFactory|RepeatedTest)\\b"
              + "(?:(?!\n  (?:[@\\w/]|\\}\n)).)*(?:\n  @(?:(?!\n  (?:[@\\w/]|\\}\n)).)*)*"
              + "\n  [\\w<>\\[\\], ]*?(\\w+)\\((.*?)\n  \\}\n",
          Pattern.DOTALL);

  /** The end of a method before its end. */
  private static final Pattern EARLY_RETURN =
      Pattern.compile("\n {5,}return(?:;| Stream\\.empty\\(\\);| ImmutableList\\.of\\(\\);)");

  /** Reads the environment variable that names another folder of models. */
  private static final Pattern MODELS_VARIABLE = Pattern.compile("getenv\\(\"XBARFLOW_MODELS");

  /** Test methods of which two end early. */
  private static final String SAMPLE =
      """
      final class A {
        @Test
        void good() {
          run(() -> 3);
          assertEquals(1, 1);
        }

        @ParameterizedTest
        @MethodSource("cases")
        @NeedsThirdPartyModels
        void bad(String name, int count)
            throws IOException {
          if (!present()) {
            return;
          }
          assertEquals(1, 2);
        }

        @TestFactory
        Stream<DynamicTest> empty() {
          if (!present()) {
            return Stream.empty();
          }
          return cases();
        }

        private void helper() {
          if (true) {
            return;
          }
        }
      }
      """;

  private int methods;

  /** The names of test methods in {@code source} that end early. */
  private List<String> endingEarly(String source) {
    List<String> found = new ArrayList<>();
    Matcher method = METHOD.matcher(source);
    while (method.find()) {
      methods++;
      if (EARLY_RETURN.matcher(method.group(2)).find()) {
        found.add(method.group(1));
      }
    }
    return found;
  }

  private static List<Path> tests() throws IOException {
    List<Path> tests = new ArrayList<>();
    for (Path module : modules()) {
      Path folder = module.resolve("src/test/java");
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(tests::add);
        }
      }
    }
    return tests;
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))).toList();
    }
  }

  @Test
  void noTestEndsEarly() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path test : tests()) {
      for (String method : endingEarly(Files.readString(test))) {
        found.add(ROOT.relativize(test) + " " + method);
      }
    }
    assertEquals(List.of(), found, "skip with a condition of io.xbarflow.testsupport instead");
    assertTrue(methods >= MIN_METHODS, methods + " test methods found");
  }

  /** One class says where third-party models are, so that one condition skips what needs them. */
  @Test
  void onlyTestSupportLooksForThirdPartyModels() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path test : tests()) {
      if (MODELS_VARIABLE.matcher(Files.readString(test)).find()) {
        found.add(ROOT.relativize(test).toString());
      }
    }
    assertEquals(List.of(), found, "use io.xbarflow.testsupport.ThirdPartyModels");
  }

  @Test
  void earlyReturnsAreFound() {
    assertEquals(List.of("bad", "empty"), endingEarly(SAMPLE));
    assertEquals(3, methods);
  }
}
