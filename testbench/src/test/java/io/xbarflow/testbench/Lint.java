package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Tools that read generated Verilog. A tool that is missing fails the test. */
final class Lint {
  private Lint() {}

  /** What {@code command} prints when run in {@code folder}; its exit code must be 0. */
  static List<String> output(Path folder, String... command) {
    List<String> lines = new ArrayList<>();
    try {
      int exit = ToolProcess.run(ImmutableList.copyOf(command), folder, lines::add);
      assertEquals(0, exit, () -> String.join(" ", command) + ":\n" + String.join("\n", lines));
    } catch (IOException e) {
      throw new UncheckedIOException(command[0] + " cannot be run", e);
    }
    return lines;
  }

  /** Asserts that Verilator has nothing to say about the design in {@code folder}. */
  static void assertClean(Path folder) {
    assertEquals(
        "",
        String.join(
            "\n",
            output(
                folder,
                "verilator",
                "--lint-only",
                "-Wall",
                "--top-module",
                "xbarflow_top",
                "-f",
                "rtl/filelist.f")));
  }
}
