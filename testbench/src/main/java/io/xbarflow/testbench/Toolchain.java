package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The external programs a simulator is built with; each a name looked up on PATH or a path.
 *
 * @param verilator Verilator, 5.006 or newer
 * @param compiler GNU C++ compiler
 */
public record Toolchain(String verilator, String compiler) {
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

  /** The command that installs all of them on Debian. */
  public static final String INSTALL_COMMAND =
      "apt-get install -y --no-install-recommends verilator g++";

  /** The programs found on PATH. */
  public static Toolchain onPath() {
    return new Toolchain("verilator", "g++");
  }

  /**
   * First line that each program prints about its version, by program.
   *
   * @throws UserException when one is missing; the message holds the command that installs it
   */
  public ImmutableMap<String, String> versions() {
    return ImmutableMap.of(
        "verilator", version(verilator, "Verilator 5.006 or newer"),
        "g++", version(compiler, "the GNU C++ compiler, version 10 or newer"));
  }

  /**
   * Folder that holds Verilator's headers and run-time sources, in {@code include}.
   *
   * @throws UserException when Verilator is missing
   */
  public String verilatorRoot() {
    return output(
        ImmutableList.of(verilator, "--getenv", "VERILATOR_ROOT"), "Verilator 5.006 or newer");
  }

  private static String version(String program, String expected) {
    return output(ImmutableList.of(program, "--version"), expected);
  }

  /** First line that {@code command} prints. */
  private static String output(ImmutableList<String> command, String expected) {
    String program = command.get(0);
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    int exit;
    try {
      exit = ToolProcess.run(command, Path.of("."), ANSWERS_WITHIN, lines::add);
    } catch (IOException e) {
      UserException missing = missing(program, "cannot be run (" + e.getMessage() + ")", expected);
      missing.initCause(e);
      throw missing;
    }
    List<String> text = lines.build();
    if (exit != 0 || text.isEmpty()) {
      throw missing(program, "cannot be run: " + String.join(" ", text), expected);
    }
    return text.get(0);
  }

  private static UserException missing(String program, String found, String expected) {
    return UserException.toolMissing(
        program, found, expected, "Install it with `" + INSTALL_COMMAND + "`.");
  }
}
