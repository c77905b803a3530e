package io.xbarflow.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program itself: options of every verb, and what happens when no verb is given. */
@Command(
    name = "xbarflow",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    version = "xbarflow 0.1.0",
    description = "Turns a quantised ONNX CNN into proven Verilog for an in-memory-computing chip.",
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done, everything as promised",
      " 1:a verification failed",
      " 2:an input or option cannot be used",
      " 3:a tool is missing (the message has the command that installs it)",
      "70:internal error"
    })
final class Xbarflow implements Runnable {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error came from.")
  private boolean debug;

  @Spec private CommandSpec spec;

  /** Whether stack traces are wanted. */
  boolean debug() {
    return debug;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No verb given");
  }
}
