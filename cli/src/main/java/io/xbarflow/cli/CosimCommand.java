package io.xbarflow.cli;

import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.testbench.CycleWindow;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Verilog against golden model. */
@Command(
    name = "cosim",
    description = "Simulate the Verilog beside the golden model and compare every layer.")
final class CosimCommand implements Callable<Integer> {
  @Mixin private FolderArgument folder = new FolderArgument();
  @Mixin private InputOptions inputs = new InputOptions();
  @Mixin private ClassesOption classes = new ClassesOption();
  @Mixin private StallOption stall = new StallOption();
  @Mixin private WavesOption waves = new WavesOption();
  @Mixin private CoreTypesOption cores = new CoreTypesOption();

  private final Session session;

  CosimCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Inputs images = inputs.inputs();
    KnownClasses known = classes.classes();
    CoreTypes types = cores.types();
    OutputFolder output = folder.open(OutputFolder.Artefact.FILE_LIST);
    Tool.requireForCosimulation(session.host().tools());
    return cosim(session, types, output, images, stall, waves.window(), inputs.dump(), known);
  }

  /** Co-simulates the bundle in {@code output} and prints what came of it; gives the exit code. */
  static int cosim(
      Session session,
      CoreTypes types,
      OutputFolder output,
      Inputs images,
      StallOption stall,
      Optional<CycleWindow> waves,
      Optional<Path> dump,
      KnownClasses classes) {
    output.discardFrom(OutputFolder.Artefact.COSIM);
    Host host = session.host();
    Path cache = OutputFolder.create(host.cacheFolder()).path();
    Verdict verdict =
        session
            .stages()
            .cosim(
                types,
                output.path(),
                new CosimSettings(images, stall.seed(), waves, dump, cache, classes),
                session.progress());
    host.out().print(verdict.table().text());
    host.out().print(verdict.answers().text());
    host.out().flush();
    if (verdict.passed()) {
      return ExitCode.DONE;
    }
    for (String failure : verdict.failures()) {
      host.err().println("error: " + failure);
    }
    return ExitCode.VERIFICATION_FAILED;
  }
}
