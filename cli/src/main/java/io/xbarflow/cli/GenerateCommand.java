package io.xbarflow.cli;

import io.xbarflow.core.coretype.CoreTypes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Write the Verilog. */
@Command(name = "generate", description = "Write the Verilog and memory images of a mapping.")
final class GenerateCommand implements Callable<Integer> {
  @Mixin private FolderArgument folder = new FolderArgument();
  @Mixin private CoreTypesOption cores = new CoreTypesOption();

  private final Session session;

  GenerateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CoreTypes types = cores.types();
    OutputFolder output = folder.open(session, OutputFolder.Artefact.MAPPING);
    output.discardFrom(OutputFolder.Artefact.FILE_LIST);
    session.stages().generate(types, output.path(), session.progress());
    return ExitCode.DONE;
  }
}
