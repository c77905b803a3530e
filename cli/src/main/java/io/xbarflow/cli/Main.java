package io.xbarflow.cli;

/** Starts the command line. */
public final class Main {
  private Main() {}

  /** Runs the verb in {@code arguments} and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Host host = Host.ofThisProcess();
    int exitCode = new Program(host, new ChipStages()).run(arguments);
    host.out().flush();
    host.err().flush();
    System.exit(exitCode);
  }
}
