package io.xbarflow.cli;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.onnx.ImportSettings;
import io.xbarflow.core.text.ShellWord;
import io.xbarflow.mapper.explore.Ranges;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sweep over architectures and options. */
@Command(
    name = "explore",
    description =
        "Try many architectures and options; keep those that no other beats in everything.")
final class ExploreCommand implements Callable<Integer> {
  @Mixin private ModelArgument model = new ModelArgument();
  @Mixin private SweepOptions sweep = new SweepOptions();
  @Mixin private LabelsOption labels = new LabelsOption();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description =
          "Images that every point is run on, as for simulate: the table then has accuracy or"
              + " deviation.")
  private List<Path> files = new ArrayList<>();

  @Mixin private CoreTypesOption cores = new CoreTypesOption();

  private final Session session;

  ExploreCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CoreTypes types = cores.types();
    Architecture base = sweep.base();
    types.check(base);
    Ranges ranges = sweep.ranges(base, types);
    Optional<SweepImages> images = SweepImages.of(InputOptions.of(files), labels.file());
    ImportSettings settings = model.settings();
    Path file = model.model();
    OutputFolder folder = model.outputFolder(session);
    session
        .stages()
        .importModel(file, settings, Optional.empty(), folder.path(), session.progress());
    String command =
        "xbarflow run "
            + ShellWord.of(file.toString())
            + model.words()
            + " -o OUT"
            + sweep.baseWords()
            + cores.words();
    FrontTable table =
        session
            .stages()
            .explore(base, types, ranges, images, command, folder.path(), session.progress());
    session.host().print(table.text());
    return ExitCode.DONE;
  }
}
