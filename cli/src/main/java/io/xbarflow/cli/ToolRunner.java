package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import io.xbarflow.testbench.ToolProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks an external program something. */
interface ToolRunner {
  /** What {@code command} prints; empty when there is no such program or it fails. */
  Optional<String> output(ImmutableList<String> command);

  /** Runs programs found on the PATH, for ten seconds at most. */
  static ToolRunner ofPath() {
    return ofPath(Duration.ofSeconds(10));
  }

  /** Runs programs found on the PATH, for {@code limit} at most. */
  static ToolRunner ofPath(Duration limit) {
    return command -> {
      List<String> lines = new ArrayList<>();
      try {
        return ToolProcess.run(command, Path.of("."), limit, lines::add) == 0
            ? Optional.of(String.join("\n", lines))
            : Optional.empty();
      } catch (IOException e) {
        return Optional.empty();
      }
    };
  }
}
