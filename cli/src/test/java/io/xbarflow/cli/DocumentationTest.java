package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.ParameterException;

/** What the documentation says can be typed, opened and counted is so. */
final class DocumentationTest {
  private static final Path ROOT = Path.of(System.getProperty("xbarflow.root"));
  private static final Path CELLS =
      ROOT.resolve("rtlgen/src/main/resources/io/xbarflow/rtlgen/rtl");
  private static final Pattern FENCE = Pattern.compile("^```(\\w*)\\n(.*?)^```$", flags());
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]*)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
  private static final Pattern PARAMETER =
      Pattern.compile("^  parameter .*?([A-Z][A-Z0-9_]*)\\s*=", Pattern.MULTILINE);

  @TempDir private Path folder;

  private static int flags() {
    return Pattern.MULTILINE | Pattern.DOTALL;
  }

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String name : new String[] {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}) {
      pages.add(ROOT.resolve(name));
    }
    pages.add(ROOT.resolve("examples/README.md"));
    pages.add(CELLS.resolve("README.md"));
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  /** The lines of all fenced {@code sh} blocks of {@code page}. */
  private static List<String> commands(Path page) throws IOException {
    List<String> commands = new ArrayList<>();
    Matcher fence = FENCE.matcher(Files.readString(page));
    while (fence.find()) {
      if (fence.group(1).equals("sh")) {
        commands.addAll(Splitter.on('\n').omitEmptyStrings().splitToList(fence.group(2)));
      }
    }
    return commands;
  }

  /** Fails unless {@code command} calls one of the two scripts with arguments that they take. */
  private static void check(String command) {
    List<String> words = Splitter.on(' ').splitToList(command);
    if (words.get(0).equals("./verify")) {
      return;
    }
    assertEquals("./xbarflow", words.get(0), command);
    String[] arguments = words.subList(1, words.size()).toArray(new String[0]);
    new Program(Host.ofThisProcess(), new ChipStages()).commandLine().parseArgs(arguments);
    for (String argument : arguments) {
      if (argument.startsWith("examples/")) {
        assertTrue(Files.exists(ROOT.resolve(argument)), command);
      }
    }
  }

  @Test
  void commandsCanBeTyped() throws IOException {
    int checked = 0;
    for (Path page : pages()) {
      for (String command : commands(page)) {
        check(command);
        checked++;
      }
    }
    assertTrue(checked >= 10, "only " + checked + " commands found");
    assertTrue(commands(ROOT.resolve("README.md")).contains("./verify"));
  }

  @Test
  void wrongCommandsAreFound() {
    assertThrows(ParameterException.class, () -> check("./xbarflow generate out --seed 1"));
    assertThrows(ParameterException.class, () -> check("./xbarflow map model.onnx"));
    assertThrows(AssertionError.class, () -> check("xbarflow doctor"));
    assertThrows(AssertionError.class, () -> check("./xbarflow map examples/x.onnx -o out"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadSomewhere(Path page) throws IOException {
    Matcher link = LINK.matcher(Files.readString(page));
    while (link.find()) {
      List<String> parts = Splitter.on('#').splitToList(link.group(1));
      Path target = parts.get(0).isEmpty() ? page : page.resolveSibling(parts.get(0));
      assertTrue(Files.exists(target), page + " links to " + link.group(1));
      if (parts.size() > 1) {
        assertTrue(anchors(target).contains(parts.get(1)), page + " links to " + link.group(1));
      }
    }
  }

  private static List<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(heading -> Ascii.toLowerCase(heading.group(1)).replaceAll("[^a-z0-9 -]", ""))
        .map(heading -> heading.replace(' ', '-'))
        .toList();
  }

  /** One after the other, as a new user would type them; the first prints the table shown. */
  @Test
  void everyCommandOfTheReadmeRuns() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    List<String> shown =
        rows(
            readme.substring(readme.indexOf("<!-- table begin"), readme.indexOf("<!-- table end")));
    assertTrue(shown.size() >= 8, shown::toString);
    // Files that the reader is thought to have.
    Files.copy(ROOT.resolve("examples/small_cnn/model.onnx"), folder.resolve("model.onnx"));
    Files.copy(ROOT.resolve("examples/small_cnn/input.npy"), folder.resolve("images.npy"));
    Files.createDirectories(folder.resolve("out"));
    int run = 0;
    for (String command : commands(ROOT.resolve("README.md"))) {
      if (command.startsWith("./xbarflow ")) {
        String printed = run(command);
        if (run == 0) {
          assertEquals(
              String.join("\n", rows(printed)),
              String.join("\n", shown),
              "put the printed table between the markers of README.md");
        }
        run++;
      }
    }
    assertTrue(run >= 10, run + " commands");
    assertTrue(Files.size(folder.resolve("out/shapes/report.html")) > 10_000);
  }

  /** What {@code command} prints; the test fails unless it ends well. */
  private String run(String command) {
    String[] words =
        Splitter.on(' ')
            .splitToStream(command)
            .skip(1)
            .map(word -> word.startsWith("examples/") ? ROOT.resolve(word).toString() : word)
            .map(
                word ->
                    word.startsWith("out/") || word.equals("model.onnx") || word.endsWith("s.npy")
                        ? folder.resolve(word).toString()
                        : word)
            .toArray(String[]::new);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Host host =
        new Host(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            ImmutableMap.copyOf(System.getenv()),
            ToolRunner.ofPath(),
            false,
            System::nanoTime);
    assertEquals(0, new Program(host, new ChipStages()).run(words), () -> command + "\n" + err);
    return out.toString();
  }

  /** The rows of a table without their padding, and without those that are wall-clock time. */
  private static List<String> rows(String text) {
    return Splitter.on('\n')
        .splitToStream(text)
        .filter(line -> line.startsWith("|") && !line.startsWith("|:"))
        .filter(line -> !line.contains(", seconds"))
        .map(line -> line.replaceAll(" +", " "))
        .toList();
  }

  @Test
  void catalogueNamesEveryCellWithItsParameters() throws IOException {
    List<String> rows = Splitter.on('\n').splitToList(Files.readString(CELLS.resolve("README.md")));
    List<Path> files;
    try (Stream<Path> all = Files.list(CELLS)) {
      files = all.filter(file -> file.toString().matches(".*\\.v(\\.vm)?")).sorted().toList();
    }
    assertTrue(files.size() > 20, files::toString);
    for (Path file : files) {
      String name = file.getFileName().toString();
      String entry = "| `" + (name.endsWith(".vm") ? name : name.replace(".v", "")) + "`";
      List<String> of = rows.stream().filter(row -> row.startsWith(entry)).toList();
      assertFalse(of.isEmpty(), "no line for " + name);
      String listed = of.get(0).contains("as above") ? "" : of.get(0);
      Matcher parameter = PARAMETER.matcher(Files.readString(file));
      while (parameter.find() && name.endsWith(".v") && !listed.isEmpty()) {
        assertTrue(
            listed.contains("`" + parameter.group(1) + "`"),
            "the line for " + name + " lacks " + parameter.group(1));
      }
    }
  }
}
