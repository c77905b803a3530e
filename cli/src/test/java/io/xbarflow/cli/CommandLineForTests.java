package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableMap;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** Runs verbs with the real stages, for tests in other packages. */
public final class CommandLineForTests {
  private CommandLineForTests() {}

  /**
   * How a verb ended.
   *
   * @param exitCode 0, or what README.md says
   * @param out what it printed
   * @param err progress and errors
   */
  public record Outcome(int exitCode, String out, String err) {}

  /** Runs a verb. */
  public static Outcome outcome(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Host host =
        new Host(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            ImmutableMap.copyOf(System.getenv()),
            ToolRunner.ofPath(),
            false,
            System::nanoTime);
    int exitCode =
        new Program(host, new ChipStages())
            .run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  /** Runs a verb, which must succeed; gives what it printed. */
  public static String run(Object... arguments) {
    Outcome outcome = outcome(arguments);
    assertEquals(0, outcome.exitCode(), outcome::err);
    return outcome.out();
  }
}
