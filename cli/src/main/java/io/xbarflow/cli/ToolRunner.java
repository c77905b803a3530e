package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks an external program something. */
interface ToolRunner {
  /** What {@code command} prints; empty when there is no such program or it fails. */
  Optional<String> output(ImmutableList<String> command);

  /** Runs programs found on the PATH, for ten seconds at most. */
  static ToolRunner ofPath() {
    return command -> {
      try {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try (InputStream stream = process.getInputStream()) {
          String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          boolean ended = process.waitFor(10, TimeUnit.SECONDS);
          return ended && process.exitValue() == 0 ? Optional.of(text) : Optional.empty();
        } finally {
          process.destroy();
        }
      } catch (IOException e) {
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    };
  }
}
