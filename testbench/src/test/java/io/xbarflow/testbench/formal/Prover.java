package io.xbarflow.testbench.formal;

import static com.google.common.base.Verify.verify;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Stopwatch;
import com.google.common.collect.ImmutableList;
import io.xbarflow.testbench.ToolProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs proofs: Yosys makes the formulas, yosys-smtbmc gives them to the solver Z3. */
final class Prover {
  private static final Pattern FAILED =
      Pattern.compile("Assert failed in \\w+: (\\S+)|Unreached cover statement at (\\S+?)\\.?$");
  private static final String STATUS_PASSED = "Status: PASSED";

  private final Path properties;
  private final ImmutableList<Path> cells;

  /**
   * @param properties folder of the properties and of what they need
   * @param cells folders of the Verilog; the first one that has a module is taken
   */
  Prover(Path properties, List<Path> cells) {
    this.properties = properties;
    this.cells = ImmutableList.copyOf(cells);
  }

  /** Proves {@code proof}; files of the tools go into {@code folder}. */
  Outcome prove(Proof proof, Path folder) {
    Stopwatch watch = Stopwatch.createStarted();
    List<String> log = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      List<String> formulas = formulas(proof, folder, log);
      int asserts = count(formulas, "yosys-smt2-assert");
      int covers = count(formulas, "yosys-smt2-cover");
      solve(folder, ImmutableList.of("-t", "" + proof.cycles()), log, failed);
      solve(folder, ImmutableList.of("-c", "-t", "" + proof.coverCycles()), log, failed);
      if (proof.inductionCycles() > 0) {
        solve(folder, ImmutableList.of("-i", "-t", "" + proof.inductionCycles()), log, failed);
      }
      return new Outcome(
          proof,
          asserts,
          covers,
          ImmutableList.copyOf(failed),
          ImmutableList.copyOf(log),
          watch.elapsed(TimeUnit.MILLISECONDS) / 1000.0);
    } catch (IOException e) {
      throw new UncheckedIOException("apt-get install yosys z3", e);
    }
  }

  private List<String> formulas(Proof proof, Path folder, List<String> log) throws IOException {
    String top = proof.cell() + "_properties";
    String text = Files.readString(properties.resolve(top + ".sv"), UTF_8);
    Files.writeString(folder.resolve(top + ".sv"), withParameters(text, proof), UTF_8);
    StringBuilder hierarchy = new StringBuilder("hierarchy -check -top " + top);
    for (Path cell : cells) {
      hierarchy.append(" -libdir ").append(cell);
    }
    List<String> script = new ArrayList<>();
    script.add("read_verilog -formal -sv " + top + ".sv");
    if (text.contains("watched_beat #")) {
      script.add("read_verilog -formal -sv " + properties.resolve("watched_beat.sv"));
    }
    if (text.contains("u_beats.word")) {
      script.add("read_verilog -formal -sv " + properties.resolve("ram_one_word.sv"));
    }
    script.add(hierarchy.toString());
    script.add("prep -flatten -nordff -top " + top);
    script.add("opt_clean");
    script.add("write_smt2 -wires formulas.smt2");
    Files.write(folder.resolve("formulas.ys"), script, UTF_8);
    int exit = ToolProcess.run(ImmutableList.of("yosys", "-q", "formulas.ys"), folder, log::add);
    if (exit != 0) {
      throw new AssertionError("Yosys refuses " + proof + ":\n" + String.join("\n", log));
    }
    return Files.readAllLines(folder.resolve("formulas.smt2"), UTF_8);
  }

  /**
   * The text with the proof's parameters in it: Yosys's own option makes them unsigned, which they
   * are not in generated Verilog.
   */
  private static String withParameters(String text, Proof proof) {
    String with = text;
    for (Map.Entry<String, Integer> parameter : proof.parameters().entrySet()) {
      Matcher matcher =
          Pattern.compile("(\n  parameter [^=\n]*\\b" + parameter.getKey() + " = )[^,\n]+")
              .matcher(with);
      verify(matcher.find(), "%s: no parameter %s", proof, parameter.getKey());
      with = matcher.replaceFirst("$1" + parameter.getValue());
    }
    return with;
  }

  private static int count(List<String> formulas, String what) {
    return (int) formulas.stream().filter(line -> line.startsWith("; " + what + " ")).count();
  }

  /** Adds to {@code failed} what is refuted, or not reached. */
  private static void solve(
      Path folder, ImmutableList<String> mode, List<String> log, List<String> failed)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("yosys-smtbmc", "-s", "z3", "--unroll"));
    command.addAll(mode);
    command.add("formulas.smt2");
    int first = log.size();
    int exit = ToolProcess.run(ImmutableList.copyOf(command), folder, log::add);
    List<String> lines = log.subList(first, log.size());
    int failedBefore = failed.size();
    for (String line : lines) {
      Matcher matcher = FAILED.matcher(line);
      if (matcher.find()) {
        String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        failed.add(name.substring(name.lastIndexOf('.') + 1));
      }
    }
    boolean passed = exit == 0 && lines.stream().anyMatch(line -> line.contains(STATUS_PASSED));
    if (!passed && failed.size() == failedBefore) {
      throw new AssertionError(
          String.join(" ", command)
              + " failed (Z3 missing? apt-get install z3):\n"
              + String.join("\n", lines));
    }
  }
}
