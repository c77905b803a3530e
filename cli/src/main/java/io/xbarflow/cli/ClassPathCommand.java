package io.xbarflow.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Says what a core type in Java is compiled against. */
@Command(
    name = "class-path",
    description = "Print the program's class path, to compile a core type against.")
final class ClassPathCommand implements Callable<Integer> {
  private final Session session;

  ClassPathCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.host().print(System.getProperty("java.class.path") + "\n");
    return ExitCode.DONE;
  }
}
