package io.xbarflow.testbench.kit;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.testbench.ToolProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the module with Verilator, Yosys and Icarus, instantiated as every case wants it. */
final class MacroLint {
  private final Path folder;
  private final ImmutableList<String> files;
  private final String subject;

  /**
   * @param folder current directory of the tools
   * @param files Verilog to read, with {@code cosim_top} at the top
   * @param subject what messages call it
   */
  MacroLint(Path folder, ImmutableList<String> files, String subject) {
    this.folder = folder;
    this.files = files;
    this.subject = subject;
  }

  /** Verilator has nothing to say; {@code silenced} are warnings that do not count. */
  Check verilator(String program, String name, String... silenced) {
    ImmutableList<String> command =
        ImmutableList.<String>builder()
            .add(program, "--lint-only", "-Wall")
            .add(silenced)
            .add("--top-module", "cosim_top")
            .addAll(files)
            .build();
    List<String> lines = new ArrayList<>();
    int exit = run(command, lines);
    Findings findings = new Findings(name);
    if (exit != 0 || !lines.isEmpty()) {
      findings.add(
          "Verilator -Wall on " + subject + ": " + excerpt(lines),
          "Mend the line; ports and parameters stand in docs/macro.md.");
    }
    return findings.check("Verilator -Wall is silent on " + subject);
  }

  /** Yosys reads and elaborates it, and finds no latch. */
  Check yosys(String name) {
    Findings findings = new Findings(name);
    String read = "read_verilog " + String.join(" ", files) + "; hierarchy -check -top cosim_top";
    List<String> lines = new ArrayList<>();
    if (run(ImmutableList.of("yosys", "-q", "-p", read + "; proc"), lines) != 0) {
      findings.add(
          "Yosys on " + subject + ": " + excerpt(errors(lines)),
          "Write IEEE 1364-2005 that Yosys 0.23 reads; what is for simulation only stands between"
              + " `ifndef SYNTHESIS and `endif.");
    } else if (run(
            ImmutableList.of("yosys", "-q", "-p", read + "; proc; select -assert-none t:$dlatch"),
            lines)
        != 0) {
      findings.add(
          "Yosys infers a latch in " + subject,
          "Give every signal of a combinational block a value on all paths, or make it a"
              + " register.");
    }
    return findings.check("Yosys elaborates " + subject + ", no latches");
  }

  /** Icarus compiles it. */
  Check icarus(String name) {
    Findings findings = new Findings(name);
    List<String> lines = new ArrayList<>();
    ImmutableList<String> command =
        ImmutableList.<String>builder()
            .add("iverilog", "-g2005", "-Wall", "-o", "icarus.out", "-s", "cosim_top")
            .addAll(files)
            .build();
    if (run(command, lines) != 0) {
      findings.add(
          "Icarus on " + subject + ": " + excerpt(lines),
          "Write IEEE 1364-2005 that Icarus 11 reads.");
    }
    return findings.check("Icarus compiles " + subject);
  }

  private int run(ImmutableList<String> command, List<String> lines) {
    try {
      return ToolProcess.run(command, folder, lines::add);
    } catch (IOException e) {
      throw new UserException(
          UserException.toolMissing(
                  command.get(0),
                  "cannot be run",
                  "Verilator 5.006, Yosys 0.23 and Icarus 11 or newer",
                  "Install them with `apt-get install -y --no-install-recommends verilator yosys"
                      + " iverilog`.")
              .diagnostic(),
          e);
    }
  }

  private static List<String> errors(List<String> lines) {
    List<String> errors = lines.stream().filter(line -> line.contains("ERROR")).toList();
    return errors.isEmpty() ? lines : errors;
  }

  private static String excerpt(List<String> lines) {
    return String.join(
        " | ", lines.stream().map(String::strip).filter(line -> !line.isEmpty()).limit(4).toList());
  }
}
