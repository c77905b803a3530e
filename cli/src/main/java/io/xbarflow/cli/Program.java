package io.xbarflow.cli;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.text.Printable;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Finds the verb, runs it, and turns whatever goes wrong into one message and an exit code. */
final class Program {
  private final Session session;
  private final Xbarflow top = new Xbarflow();

  Program(Host host, Stages stages) {
    session = new Session(host, stages, new Progress(host), new FolderLocks());
  }

  /** All verbs with their options. */
  CommandLine commandLine() {
    return new CommandLine(top)
        .addSubcommand(new RunCommand(session))
        .addSubcommand(new MapCommand(session))
        .addSubcommand(new GenerateCommand(session))
        .addSubcommand(new SimulateCommand(session))
        .addSubcommand(new CosimCommand(session))
        .addSubcommand(new SynthCommand(session))
        .addSubcommand(new ExploreCommand(session))
        .addSubcommand(new QuantizeCommand(session))
        .addSubcommand(new ReportCommand(session))
        .addSubcommand(new DoctorCommand(session))
        .addSubcommand(new CheckCoreCommand(session))
        .addSubcommand(new NewCoreCommand(session))
        .addSubcommand(new ClassPathCommand(session))
        .registerConverter(Path.class, PathOption::path)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(session.host().out())
        .setErr(session.host().err())
        .setParameterExceptionHandler((error, unused) -> badUse(error))
        .setExecutionExceptionHandler((error, command, result) -> failed(error));
  }

  /** Runs the verb in {@code arguments}; gives the exit code. */
  int run(String... arguments) {
    try {
      return commandLine().execute(arguments);
    } catch (StackOverflowError | OutOfMemoryError e) {
      return failed(e);
    } finally {
      session.locks().close();
      session.host().out().flush();
      session.host().err().flush();
    }
  }

  private int badUse(ParameterException error) {
    String advice = "";
    if (error instanceof UnmatchedArgumentException) {
      var suggestions = ((UnmatchedArgumentException) error).getSuggestions();
      if (!suggestions.isEmpty()) {
        advice = "Did you mean " + String.join(" or ", suggestions) + "? ";
      }
    }
    String verb = error.getCommandLine().getCommandSpec().qualifiedName();
    print("error: " + error.getMessage() + ". " + advice + "See `" + verb + " --help`.");
    return ExitCode.BAD_INPUT;
  }

  private int failed(Throwable error) {
    int exitCode;
    if (error instanceof UserException) {
      UserException user = (UserException) error;
      print("error: " + user.getMessage());
      exitCode = user.diagnostic().kind().exitCode();
    } else if (error instanceof UncheckedIOException) {
      Throwable cause = error.getCause();
      print(
          "error: a file cannot be read or written ("
              + cause.getClass().getSimpleName()
              + ": "
              + cause.getMessage()
              + "). Mend permissions or disk space.");
      exitCode = ExitCode.BAD_INPUT;
    } else if (error instanceof OutOfMemoryError) {
      print("error: out of memory. Give more, for example XBARFLOW_JAVA_OPTS=-Xmx8g.");
      exitCode = ExitCode.INTERNAL_ERROR;
    } else {
      print(
          "internal error: "
              + error
              + "\nThis is a bug in xbarflow: please report it, with the model if you can."
              + (top.debug() ? "" : " The option --debug shows where it happened."));
      exitCode = ExitCode.INTERNAL_ERROR;
    }
    if (top.debug()) {
      error.printStackTrace(session.host().err());
    }
    return exitCode;
  }

  private void print(String message) {
    session.progress().clear();
    PrintWriter err = session.host().err();
    session.host().out().flush();
    err.println(Printable.lines(message));
  }
}
