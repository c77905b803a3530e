package io.xbarflow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/cores-tutorial.md work, in a folder outside the repository. */
final class CoresTutorialTest {
  private static final Path ROOT = Path.of(System.getProperty("xbarflow.root"));
  private static final Pattern FENCE =
      Pattern.compile("^```bash\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir private Path folder;

  @Test
  void everyCommandWorks() throws IOException, InterruptedException {
    String page = Files.readString(ROOT.resolve("docs/cores-tutorial.md"));
    List<String> blocks = FENCE.matcher(page).results().map(block -> block.group(1)).toList();
    assertTrue(blocks.size() >= 10, "only " + blocks.size() + " blocks of commands");
    Path programs = Files.createDirectory(folder.resolve("programs"));
    writeLauncher(programs.resolve("xbarflow"));
    Path work = Files.createDirectory(folder.resolve("work"));
    for (String block : blocks) {
      // A command that is to fail stands behind a !, which set -e does not look at.
      String checked = block.replaceAll("(?m)^! (.*)$", "if $1; then exit 1; fi");
      ProcessBuilder shell =
          new ProcessBuilder("bash", "-e", "-u", "-o", "pipefail", "-c", checked)
              .directory(work.toFile())
              .redirectErrorStream(true);
      shell.environment().merge("PATH", programs.toString(), (path, ours) -> ours + ":" + path);
      shell.environment().put("JAVA_HOME", System.getProperty("java.home"));
      Process process = shell.start();
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertEquals(0, process.waitFor(), block + "\n" + printed);
    }
  }

  /** A program that does what ./xbarflow does, on the classes under test. */
  private static void writeLauncher(Path file) throws IOException {
    Files.writeString(
        file,
        "#!/bin/sh\nexec '"
            + Path.of(System.getProperty("java.home"), "bin", "java")
            + "' -Dxbarflow.launcher='"
            + file
            + "' -cp '"
            + System.getProperty("java.class.path")
            + "' io.xbarflow.cli.Main \"$@\"\n");
    assertTrue(file.toFile().setExecutable(true));
  }
}
