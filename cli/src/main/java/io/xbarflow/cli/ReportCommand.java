package io.xbarflow.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Everything that is known of a chip, on one page. */
@Command(
    name = "report",
    description = "Write report.html, a page with everything that the other stages found.")
final class ReportCommand implements Callable<Integer> {
  @Mixin private FolderArgument folder = new FolderArgument();

  private final Session session;

  ReportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    OutputFolder output = folder.open(session, OutputFolder.Artefact.MAPPING);
    output.discardFrom(OutputFolder.Artefact.REPORT);
    session.stages().report(output.path(), session.progress());
    return ExitCode.DONE;
  }
}
