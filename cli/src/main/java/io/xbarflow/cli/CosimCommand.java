package io.xbarflow.cli;

import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.energy.EnergyTable;
import io.xbarflow.core.text.Printable;
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
  @Mixin private EnergyOption energy = new EnergyOption();
  @Mixin private CoverageOption coverage = new CoverageOption();
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
    EnergyTable table = energy.table();
    OutputFolder output = folder.open(session, OutputFolder.Artefact.FILE_LIST);
    Tool.requireForCosimulation(session.host().tools());
    return cosim(
        session,
        types,
        output,
        new Given(
            images,
            stall.seed(),
            waves.window(),
            coverage.coverage(),
            inputs.dump(session),
            table,
            energy.shown(),
            known));
  }

  /** Co-simulates the bundle in {@code output} and prints what came of it; gives the exit code. */
  static int cosim(Session session, CoreTypes types, OutputFolder output, Given given) {
    output.discardFrom(OutputFolder.Artefact.COSIM);
    Host host = session.host();
    Path cache = host.createCacheFolder();
    Verdict verdict =
        session
            .stages()
            .cosim(
                types,
                output.path(),
                new CosimSettings(
                    given.images(),
                    given.stallSeed(),
                    given.waves(),
                    given.coverage(),
                    given.dump(),
                    given.energy(),
                    cache,
                    given.classes()),
                session.progress());
    host.print(verdict.table().text());
    host.print(verdict.answers().text());
    if (given.energyShown() && verdict.energy().isPresent()) {
      host.print("\n" + new EnergyText(verdict.energy().get()).text());
    }
    verdict
        .coverage()
        .ifPresent(report -> host.out().print("\n" + new CoverageText(report).text()));
    host.out().flush();
    if (verdict.passed()) {
      return ExitCode.DONE;
    }
    for (String failure : verdict.failures()) {
      host.err().println("error: " + Printable.of(failure));
    }
    return ExitCode.VERIFICATION_FAILED;
  }

  /**
   * What the user said of the co-simulation.
   *
   * @param images of the input
   * @param stallSeed seed of random stalls
   * @param waves cycles of which a waveform is written
   * @param coverage whether executions are counted
   * @param dump folder for the outputs
   * @param energy what single events cost
   * @param energyShown whether the energy of every block is printed
   * @param classes what is known of classes
   */
  record Given(
      Inputs images,
      Optional<Long> stallSeed,
      Optional<CycleWindow> waves,
      boolean coverage,
      Optional<Path> dump,
      EnergyTable energy,
      boolean energyShown,
      KnownClasses classes) {}
}
