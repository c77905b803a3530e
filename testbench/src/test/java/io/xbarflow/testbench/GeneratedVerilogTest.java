package io.xbarflow.testbench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every generated file reads as promised, to people and to Verilator, Icarus and Yosys. */
final class GeneratedVerilogTest {
  private static final int MOST_COLUMNS = 100;

  private record Case(String name, Network network, Architecture architecture) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    Architecture architecture = Architectures.named("default").withMvmCycles(8);
    for (String example : new String[] {"small_cnn", "residual_cnn"}) {
      cases.add(new Case(example, Chain.example(example), architecture));
    }
    for (long seed : new long[] {3, 11, 12, 13, 14}) {
      cases.add(
          new Case(
              "seed " + seed,
              RandomDesign.network(seed),
              RandomDesign.architecture(seed, RandomDesign.network(seed))));
    }
    cases.add(new Case("concatenations", RandomDesign.concatenations(), architecture));
    cases.add(new Case("rearrangements", RearrangementTest.everyBlock(), architecture));
    cases.add(
        new Case(
            "core types", RandomDesign.forEveryCoreType(), CoreTypesChipTest.mixedArchitecture()));
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isReadByEveryTool(Case tested, @TempDir Path folder) throws IOException {
    Chain.of(tested.network(), tested.architecture(), folder);
    Lint.assertClean(folder);
    // Without a chosen top, cells that the design does not use are elaborated too.
    assertEquals(
        List.of(), Lint.output(folder, "iverilog", "-g2005", "-t", "null", "-c", "rtl/filelist.f"));
    yosys(folder);
  }

  /** Yosys reads every file and finds no latch, no second driver and nothing undriven. */
  private static void yosys(Path folder) throws IOException {
    List<String> script = new ArrayList<>();
    // The behavioural macros, whose loops Yosys unrolls for minutes, are only parsed.
    for (String file : Files.readAllLines(folder.resolve("rtl/filelist.f"))) {
      script.add("read_verilog -defer " + file);
    }
    script.add("design -reset");
    for (String file : Files.readAllLines(folder.resolve("syn/filelist.f"))) {
      script.add("read_verilog " + file);
    }
    script.add("hierarchy -check -top xbarflow_top");
    script.add("proc");
    script.add("check -assert");
    script.add("select -assert-none t:$dlatch t:$adlatch t:$dlatchsr t:$sr");
    Files.write(folder.resolve("read.ys"), script);
    assertEquals(List.of(), warnings(Lint.output(folder, "yosys", "-q", "read.ys")));
  }

  /** Without the remark that an array of registers is turned into registers. */
  private static List<String> warnings(List<String> lines) {
    return lines.stream()
        .filter(line -> !line.isBlank())
        .filter(line -> !line.contains("Replacing memory"))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isWrittenTheSameTwice(Case tested, @TempDir Path first, @TempDir Path second)
      throws IOException {
    Chain.of(tested.network(), tested.architecture(), first);
    Chain.of(tested.network(), tested.architecture(), second);
    assertEquals(contents(first), contents(second));
    // Over an earlier bundle, nothing of which stays.
    ManagedFolder.at(second).writeText("rtl/left_over.v", "old");
    Chain.of(tested.network(), tested.architecture(), second);
    assertEquals(contents(first), contents(second));
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(folder.relativize(file).toString(), Files.readString(file, ISO_8859_1));
      }
    }
    return contents;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void followsTheStyle(Case tested, @TempDir Path folder) throws IOException {
    Chain chain = Chain.of(tested.network(), tested.architecture(), folder);
    List<String> wrong = new ArrayList<>();
    int modules = 0;
    for (Map.Entry<String, String> file : contents(folder).entrySet()) {
      if (file.getKey().endsWith(".v")) {
        modules++;
        checkStyle(file.getKey(), file.getValue(), chain.mapping().modelSha256(), wrong);
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(modules > 25, modules + " files");
  }

  private static void checkStyle(String name, String text, String sha256, List<String> wrong) {
    List<String> lines = List.of(text.split("\n", -1));
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      String place = name + ":" + (i + 1) + ": ";
      if (line.length() > MOST_COLUMNS) {
        wrong.add(place + line.length() + " columns");
      }
      if (!line.chars().allMatch(character -> character >= ' ' && character <= '~')) {
        wrong.add(place + "a character that is not printable ASCII");
      }
      if (line.endsWith(" ")) {
        wrong.add(place + "trailing blank");
      }
      if (line.matches(".*#\\s*\\d.*") && !line.contains("//")) {
        wrong.add(place + "a delay: " + line.strip());
      }
    }
    String module = name.substring(name.lastIndexOf('/') + 1, name.length() - 2);
    boolean cell =
        lines.get(0).matches("// xbarflow cell( of core type \\w+)?, the same in every design\\.");
    boolean frame =
        text.contains(
            "// Template " + module.replaceAll("_skip$", "") + ".v.vm; edit the template");
    boolean design =
        text.contains("\n// Generated by xbarflow from ")
            && text.contains("\n// Source hash " + sha256 + "\n")
            && text.contains(".v.vm; edit the template, not this file.");
    if (!lines.get(0).startsWith("// ") || !(cell || frame || design)) {
      wrong.add(name + ": no header: " + lines.get(0));
    }
    if (!text.contains("\n`default_nettype none\n")
        || !text.endsWith("\n`default_nettype wire\n")) {
      wrong.add(name + ": default_nettype is not set first and restored last");
    }
    if (!text.contains("\nmodule " + module + " ") || text.split("\nmodule ", -1).length != 2) {
      wrong.add(name + ": not one module of the file's name");
    }
  }
}
