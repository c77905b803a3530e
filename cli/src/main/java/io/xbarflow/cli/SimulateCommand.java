package io.xbarflow.cli;

import io.xbarflow.core.coretype.CoreTypes;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Golden model and timing model, without Verilog. */
@Command(
    name = "simulate",
    description = "Compute outputs and cycles in Java, without any Verilog.")
final class SimulateCommand implements Callable<Integer> {
  @Mixin private FolderArgument folder = new FolderArgument();
  @Mixin private InputOptions inputs = new InputOptions();
  @Mixin private ClassesOption classes = new ClassesOption();
  @Mixin private CoreTypesOption cores = new CoreTypesOption();

  private final Session session;

  SimulateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Inputs images = inputs.inputs();
    KnownClasses known = classes.classes();
    CoreTypes types = cores.types();
    OutputFolder output = folder.open(session, OutputFolder.Artefact.MAPPING);
    output.discardFrom(OutputFolder.Artefact.SIMULATION);
    Optional<Path> dump = inputs.dump(session);
    SimulationTables tables =
        session.stages().simulate(types, output.path(), images, known, dump, session.progress());
    session.host().print(tables.text());
    return ExitCode.DONE;
  }
}
