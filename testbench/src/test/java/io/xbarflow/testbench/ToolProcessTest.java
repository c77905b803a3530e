package io.xbarflow.testbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ToolProcessTest {
  @TempDir private Path folder;

  private static ImmutableList<String> shell(String script) {
    return ImmutableList.of("sh", "-c", script);
  }

  /** Runs a shell script until this process is told to end. */
  public static void main(String[] arguments) throws IOException {
    ToolProcess.run(
        shell(arguments[0]),
        Path.of("."),
        line -> {
          System.out.println(line);
          System.out.flush();
        });
    System.out.println("ended");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sleep 300", // prints nothing
        "while :; do echo x; sleep 0.1; done", // never stops printing
        "trap '' TERM; sleep 300; sleep 300", // does not end when it is told to
      })
  void theLimitHolds(String script) {
    long start = System.nanoTime();
    IOException error =
        assertThrows(
            IOException.class,
            () -> ToolProcess.run(shell(script), folder, Duration.ofSeconds(1), line -> {}));
    assertTrue(error.getMessage().contains("within 1 seconds"), error::getMessage);
    assertTrue(System.nanoTime() - start < 30e9, "took too long");
  }

  @Test
  void aProgramThatLeavesItsOutputOpenIsDoneWhenItEnds() throws IOException {
    for (String first : List.of("", "sleep 0.5; ")) { // before and after the reader waits
      long start = System.nanoTime();
      List<String> lines = new ArrayList<>();
      int exit =
          ToolProcess.run(
              shell(first + "sleep 20 & echo started; exit 4"),
              folder,
              Duration.ofMinutes(2),
              lines::add);
      assertEquals(4, exit);
      assertEquals(List.of("started"), lines);
      assertTrue(System.nanoTime() - start < 15e9, "waited for the other program");
    }
  }

  @Test
  void withinTheLimitOutputAndExitCodeAreGiven() throws IOException {
    List<String> lines = new ArrayList<>();
    int exit =
        ToolProcess.run(
            shell("echo a; echo b >&2; exit 3"), folder, Duration.ofMinutes(2), lines::add);
    assertEquals(3, exit);
    assertEquals(List.of("a", "b"), lines);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sleep 300 & echo $!; wait", "trap '' TERM; sleep 300 & echo $!; wait"})
  void programsEndWithThisProcess(String script) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ToolProcessTest.class.getName(),
                script)
            .redirectErrorStream(true)
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    ProcessHandle sleep = ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
    assertTrue(sleep.isAlive());
    process.toHandle().destroy(); // SIGTERM; its output stays open here
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(128 + 15, process.exitValue());
    sleep.onExit().get(60, TimeUnit.SECONDS);
    // Nothing is made of the exit code of a program that was ended with this process.
    assertEquals(List.of(), output.lines().filter(line -> line.equals("ended")).toList());
  }
}
