package io.xbarflow.cli;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.energy.EnergyTable;
import io.xbarflow.core.onnx.ImportSettings;
import io.xbarflow.mapper.MappingOptions;
import io.xbarflow.testbench.CycleWindow;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** All stages, one after the other. */
@Command(
    name = "run",
    description = "Import, map, generate and co-simulate; print the table of results.")
final class RunCommand implements Callable<Integer> {
  @Mixin private ModelArgument model = new ModelArgument();
  @Mixin private ArchitectureOptions architecture = new ArchitectureOptions();
  @Mixin private ChoiceOptions choice = new ChoiceOptions();
  @Mixin private InputOptions inputs = new InputOptions();
  @Mixin private ClassesOption classes = new ClassesOption();
  @Mixin private EnergyOption energy = new EnergyOption();
  @Mixin private CoverageOption coverage = new CoverageOption();
  @Mixin private StallOption stall = new StallOption();
  @Mixin private WavesOption waves = new WavesOption();
  @Mixin private CoreTypesOption cores = new CoreTypesOption();
  @Mixin private CalibrationOption calibration = new CalibrationOption();

  private final Session session;

  RunCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CoreTypes types = cores.types();
    EnergyTable table = energy.table();
    Architecture chosen = architecture.resolve();
    types.check(chosen);
    MappingOptions options = choice.resolve(chosen, architecture.memoryOfLayers());
    Inputs images = inputs.inputs();
    Optional<CycleWindow> window = waves.window();
    KnownClasses known = classes.classes();
    CalibrationImages calibrationImages = calibration.imagesOr(images);
    ImportSettings settings = model.settings();
    Path file = model.model();
    Tool.requireForCosimulation(session.host().tools());
    OutputFolder folder = model.outputFolder(session);
    Optional<Path> dump = inputs.dump(session);
    boolean used =
        session
            .stages()
            .importModel(
                file, settings, calibrationImages.given(), folder.path(), session.progress());
    session.stages().checkInputs(folder.path(), images, known);
    session
        .stages()
        .map(
            chosen,
            types,
            options,
            calibrationImages.usedBefore(used),
            folder.path(),
            session.progress());
    session.stages().generate(types, folder.path(), session.progress());
    int exitCode =
        CosimCommand.cosim(
            session,
            types,
            folder,
            new CosimCommand.Given(
                images,
                stall.seed(),
                window,
                coverage.coverage(),
                dump,
                table,
                energy.shown(),
                known));
    session.stages().report(folder.path(), session.progress());
    return exitCode;
  }
}
