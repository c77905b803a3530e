package io.xbarflow.cli;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The output folder of an earlier stage. */
final class FolderArgument {
  @Parameters(paramLabel = "DIR", description = "Output folder of the earlier stages.")
  private Path folder;

  /** The folder, which has {@code artefact} and can be written. */
  OutputFolder open(Session session, OutputFolder.Artefact artefact) {
    return OutputFolder.open(session, folder, artefact);
  }
}
