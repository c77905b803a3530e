package io.xbarflow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The artefacts do not depend on the locale, the default charset or the time zone. */
final class DeterminismTest {
  private static final String MODEL =
      Path.of(System.getProperty("xbarflow.root"), "examples/small_cnn/model.onnx").toString();

  @TempDir private static Path folder;
  private static Map<String, String> expected;

  /** The stages whose artefacts hold no measured times, in a process of their own. */
  public static void main(String[] arguments) {
    String output = arguments[0];
    Program program = new Program(Host.ofThisProcess(), new ChipStages());
    List<String[]> verbs =
        List.of(
            new String[] {"map", MODEL, "-o", output, "--core", "pcm", "--crossbars", "12"},
            new String[] {"generate", output},
            new String[] {"report", output});
    for (String[] verb : verbs) {
      int exitCode = program.run(verb);
      if (exitCode != ExitCode.DONE) {
        System.exit(exitCode);
      }
    }
  }

  private record Machine(String name, String... options) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Machine> machines() {
    return Stream.of(
        new Machine("Arabic digits", "-Duser.language=ar", "-Duser.country=EG"),
        new Machine("Persian digits", "-Duser.language=fa", "-Duser.country=IR"),
        new Machine("Devanagari digits", "-Duser.language=mr", "-Duser.country=IN"),
        new Machine(
            "Thai digits and calendar",
            "-Duser.language=th",
            "-Duser.country=TH",
            "-Duser.variant=TH"),
        new Machine("Turkish dotless i", "-Duser.language=tr", "-Duser.country=TR"),
        new Machine(
            "ASCII, decimal comma, another time zone",
            "-Dfile.encoding=US-ASCII",
            "-Duser.language=de",
            "-Duser.country=DE",
            "-Duser.timezone=Asia/Kathmandu"),
        new Machine("Latin 1", "-Dfile.encoding=ISO-8859-1", "-Duser.timezone=Pacific/Apia"));
  }

  @BeforeAll
  static void artefactsOfAPlainMachine() throws Exception {
    expected =
        artefacts(
            new Machine(
                "plain",
                "-Dfile.encoding=UTF-8",
                "-Duser.language=en",
                "-Duser.country=",
                "-Duser.timezone=UTC"));
  }

  @Test
  void allKindsOfArtefactsAreCompared() {
    for (String name :
        List.of(
            "network.json",
            "network.onnx",
            "mapping.json",
            "rtl/xbarflow_top.v",
            "mem/index.txt")) {
      assertTrue(expected.containsKey(name), () -> name + " in " + expected.keySet());
    }
    assertTrue(expected.containsKey("report.html") && expected.containsKey("syn/filelist.f"));
  }

  @ParameterizedTest
  @MethodSource("machines")
  void artefactsAreTheSameEverywhere(Machine machine) throws Exception {
    Map<String, String> found = artefacts(machine);
    assertEquals(expected.keySet(), found.keySet());
    assertEquals(
        List.of(),
        expected.keySet().stream()
            .filter(name -> !expected.get(name).equals(found.get(name)))
            .toList(),
        "files that differ");
  }

  private static Map<String, String> artefacts(Machine machine)
      throws IOException, InterruptedException {
    Path output = folder.resolve(machine.name().replace(' ', '_').replace(",", ""));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(List.of(machine.options()));
    command.add("-Dxbarflow.root=" + System.getProperty("xbarflow.root"));
    command.addAll(List.of(DeterminismTest.class.getName(), output.toString()));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertEquals(0, process.waitFor(), () -> read(log));
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(output)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> texts.put(output.relativize(file).toString(), read(file)));
    }
    return texts;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
