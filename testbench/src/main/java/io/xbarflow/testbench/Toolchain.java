package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The external programs a simulator is built with; each a name looked up on PATH or a path.
 *
 * @param verilator Verilator, 5.006 or newer
 * @param make GNU make
 * @param compiler GNU C++ compiler
 */
public record Toolchain(String verilator, String make, String compiler) {
  /** The command that installs all of them on Debian. */
  public static final String INSTALL_COMMAND =
      "apt-get install -y --no-install-recommends verilator g++ make";

  /** The programs found on PATH. */
  public static Toolchain onPath() {
    return new Toolchain("verilator", "make", "g++");
  }

  /**
   * First line that each program prints about its version, by program.
   *
   * @throws UserException when one is missing; the message holds the command that installs it
   */
  public ImmutableMap<String, String> versions() {
    return ImmutableMap.of(
        "verilator", version(verilator, "Verilator 5.006 or newer"),
        "make", version(make, "GNU make"),
        "g++", version(compiler, "the GNU C++ compiler, version 10 or newer"));
  }

  private static String version(String program, String expected) {
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    int exit;
    try {
      exit = ToolProcess.run(ImmutableList.of(program, "--version"), Path.of("."), lines::add);
    } catch (IOException e) {
      UserException missing = missing(program, "not found", expected);
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
