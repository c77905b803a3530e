package io.xbarflow.testbench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Runs an external program and hands its output on line by line. */
public final class ToolProcess {
  private ToolProcess() {}

  /**
   * Runs {@code command} in {@code folder} to its end; {@code lines} gets standard output and
   * standard error. The program does not outlive this call, whatever {@code lines} throws.
   *
   * @return the exit code
   * @throws IOException when the program cannot be started
   */
  public static int run(ImmutableList<String> command, Path folder, Consumer<String> lines)
      throws IOException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      BufferedReader output =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.accept(line);
      }
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command.get(0) + " was interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
  }
}
