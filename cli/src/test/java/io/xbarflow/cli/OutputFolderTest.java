package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.artefact.FolderLock;
import io.xbarflow.core.artefact.ManagedFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What verbs do to folders that hold other people's files, with the real stages. */
final class OutputFolderTest {
  private static final Path ROOT = Path.of(System.getProperty("xbarflow.root"));
  private static final String MODEL = ROOT.resolve("examples/small_cnn/model.onnx").toString();

  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();

  private Program program() {
    Host host =
        new Host(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true),
            ImmutableMap.copyOf(System.getenv()),
            ToolRunner.ofPath(),
            false,
            System::nanoTime);
    return new Program(host, new ChipStages());
  }

  private int run(Object... arguments) {
    err.getBuffer().setLength(0);
    return program().run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private Path out() {
    return folder.resolve("out");
  }

  private void map() {
    assertEquals(0, run("map", MODEL, "-o", out(), "--effort", "quick"), err::toString);
  }

  private void user(String name) throws IOException {
    Files.createDirectories(out().resolve(name).getParent());
    Files.writeString(out().resolve(name), quoted(name));
  }

  /** What the user wrote, legal JSON. */
  private static String quoted(String name) {
    return "\"the user's " + name + "\"";
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // Bytes as characters: not all files are text.
        texts.put(
            folder.relativize(file).toString(),
            Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    texts.keySet().removeIf(name -> name.endsWith("-lock"));
    return texts;
  }

  private void assertRefused(int exitCode, String... parts) {
    assertEquals(2, exitCode, err::toString);
    List<String> errors =
        err.toString().lines().filter(line -> line.startsWith("error: ")).toList();
    assertEquals(1, errors.size(), err::toString);
    for (String part : parts) {
      assertTrue(errors.get(0).contains(part), errors.get(0));
    }
  }

  static Stream<String> namesOfOurs() {
    return Stream.of(
        "network.json",
        "network.onnx",
        "mapping.json",
        "report.html",
        "cosim.json",
        "rtl/my_design.v",
        "mem/boot.hex",
        "syn/asic/constraints.sdc");
  }

  @ParameterizedTest
  @MethodSource("namesOfOurs")
  void mapIntoAFolderThatIsNotOursTouchesNothing(String name) throws IOException {
    user(name);
    user("synth.mine.json");
    user("README.md");
    Map<String, String> before = files();
    assertRefused(
        run("map", MODEL, "-o", out()),
        out().toString(),
        Splitter.on('/').splitToList(name).get(0),
        "Choose");
    assertEquals(before, files());
  }

  @Test
  void filesUnderOtherNamesStay() throws IOException {
    user("synth.mine.json");
    user("README.md");
    map();
    user("rtl.txt");
    assertEquals(0, run("generate", out()), err::toString);
    user("rtl/notes.txt");
    user("waves/mine.gtkw");
    assertEquals(0, run("report", out()), err::toString);
    map();
    assertEquals(0, run("generate", out()), err::toString);
    for (String name :
        List.of("synth.mine.json", "README.md", "rtl.txt", "rtl/notes.txt", "waves/mine.gtkw")) {
      assertEquals(quoted(name), files().get("out/" + name));
    }
    assertFalse(Files.exists(out().resolve("report.html")));
  }

  /** What a user does to a folder of ours, and the verb that must not undo it. */
  private record Edit(String file, String verb, boolean refused) {
    @Override
    public String toString() {
      return verb + " after an edit of " + file;
    }
  }

  static Stream<Edit> edits() {
    return Stream.of(
        new Edit("rtl/xbarflow_top.v", "generate", true),
        new Edit("rtl/xbarflow_top.v", "map", false), // which leaves the bundle, without its list
        new Edit("mem/macro_0.hex", "generate", true),
        new Edit("syn/asic.ys", "generate", true),
        new Edit("report.html", "generate", true),
        new Edit("report.html", "report", true),
        new Edit("mapping.json", "generate", false),
        new Edit("network.json", "map", false));
  }

  @ParameterizedTest
  @MethodSource("edits")
  void whatTheUserChangedIsNotOverwritten(Edit edit) throws IOException {
    map();
    assertEquals(0, run("generate", out()), err::toString);
    assertEquals(0, run("report", out()), err::toString);
    Path file = out().resolve(edit.file());
    Files.writeString(file, Files.readString(file) + "\n"); // harmless to those who read it
    Map<String, String> before = files();
    int exitCode =
        edit.verb().equals("map") ? run("map", MODEL, "-o", out()) : run(edit.verb(), out());
    if (edit.refused()) {
      assertRefused(exitCode, edit.file() + " changed", "delete it");
      assertEquals(
          before.get("out/" + edit.file()),
          files().get("out/" + edit.file()),
          "the edit is still there");
    } else {
      assertEquals(0, exitCode, err::toString);
    }
  }

  @Test
  void aFolderOfAnEarlierVersionIsRefusedAndItsMappingCanBeTakenOver() throws IOException {
    map();
    assertEquals(0, run("generate", out()), err::toString);
    Files.delete(out().resolve(ManagedFolder.MANIFEST));
    assertRefused(run("generate", out()), "rtl/", "earlier version", "copy network.json");
    Path copy = Files.createDirectories(folder.resolve("copy"));
    for (String name : List.of("network.json", "mapping.json")) {
      Files.copy(out().resolve(name), copy.resolve(name));
    }
    assertEquals(0, run("generate", copy), err::toString);
  }

  @Test
  void aSecondRunSaysThatTheFolderIsInUse() throws IOException {
    map();
    Map<String, String> before = files();
    try (FolderLock lock = FolderLock.take(out())) {
      assertTrue(lock != null);
      assertRefused(
          run("generate", out()), out().toString(), "process " + ProcessHandle.current().pid());
      assertRefused(run("map", MODEL, "-o", out()), "in use");
      assertRefused(run("simulate", out(), "--dump", out()), "in use");
    }
    assertEquals(before, files());
    assertEquals(0, run("generate", out()), err::toString);
  }

  @Test
  void calibrationThatNoCoreReadsIsSaid() throws IOException {
    Path images = ROOT.resolve("examples/small_cnn/input.npy");
    assertRefused(
        run("map", MODEL, "-o", out(), "--calibration", images), "--calibration", "no core");
    assertFalse(Files.exists(out().resolve("mapping.json")));
    assertEquals(
        0, run("map", MODEL, "-o", out(), "--calibration", images, "--core", "pcm"), err::toString);
  }

  @Test
  void dumpedOutputsDoNotReplaceOtherFiles() throws IOException {
    map();
    Path dump = folder.resolve("dump");
    Files.createDirectories(dump);
    Files.writeString(dump.resolve("logits.npy"), "the user's");
    assertRefused(run("simulate", out(), "--dump", dump), "logits.npy", dump.toString());
    assertEquals("the user's", Files.readString(dump.resolve("logits.npy")));
    Files.delete(dump.resolve("logits.npy"));
    assertEquals(0, run("simulate", out(), "--dump", dump), err::toString);
    assertEquals(0, run("simulate", out(), "--dump", dump), err::toString);
  }

  /** A verb and an option or argument of it that is a path; argument when empty. */
  private record PathArgument(String verb, String option) {
    @Override
    public String toString() {
      return verb + " " + option;
    }
  }

  static Stream<PathArgument> pathArguments() {
    List<PathArgument> all = new ArrayList<>();
    for (CommandLine verb :
        new OutputFolderTest().program().commandLine().getSubcommands().values()) {
      for (ArgSpec argument : verb.getCommandSpec().args()) {
        boolean path =
            argument.type() == Path.class
                || Arrays.asList(argument.auxiliaryTypes()).contains(Path.class);
        if (path) {
          all.add(
              new PathArgument(
                  verb.getCommandName(),
                  argument instanceof OptionSpec option ? option.longestName() : ""));
        }
      }
    }
    return all.stream();
  }

  @Test
  void thereArePathsToCheck() {
    assertTrue(pathArguments().count() >= 30, () -> pathArguments().toList().toString());
  }

  @ParameterizedTest
  @MethodSource("pathArguments")
  void anEmptyPathIsRefused(PathArgument argument) {
    for (String empty : new String[] {"", " "}) {
      int exitCode =
          argument.option().isEmpty()
              ? run(argument.verb(), empty)
              : run(argument.verb(), argument.option(), empty);
      assertRefused(exitCode, "empty path");
    }
  }
}
