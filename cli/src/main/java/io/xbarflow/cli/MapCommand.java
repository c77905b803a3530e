package io.xbarflow.cli;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.onnx.ImportSettings;
import io.xbarflow.mapper.MappingOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Import and map. */
@Command(
    name = "map",
    description = "Import a model and decide what sits where; print what is predicted.")
final class MapCommand implements Callable<Integer> {
  @Mixin private ModelArgument model = new ModelArgument();
  @Mixin private ArchitectureOptions architecture = new ArchitectureOptions();
  @Mixin private ChoiceOptions choice = new ChoiceOptions();
  @Mixin private CoreTypesOption cores = new CoreTypesOption();
  @Mixin private CalibrationOption calibration = new CalibrationOption();

  private final Session session;

  MapCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CoreTypes types = cores.types();
    Architecture chosen = architecture.resolve();
    types.check(chosen);
    MappingOptions options = choice.resolve(chosen, architecture.memoryOfLayers());
    CalibrationImages calibrationImages = calibration.imagesOrRandom();
    ImportSettings settings = model.settings();
    Path file = model.model();
    OutputFolder folder = model.outputFolder(session);
    boolean used =
        session
            .stages()
            .importModel(
                file, settings, calibrationImages.given(), folder.path(), session.progress());
    ResultTable table =
        session
            .stages()
            .map(
                chosen,
                types,
                options,
                calibrationImages.usedBefore(used),
                folder.path(),
                session.progress());
    session.host().print(table.text());
    return ExitCode.DONE;
  }
}
