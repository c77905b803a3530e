package io.xbarflow.cli;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.synthesis.Synthesis;
import io.xbarflow.rtlgen.syn.SynthesisFiles;
import io.xbarflow.testbench.synth.Target;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Area, memories and critical paths. */
@Command(
    name = "synth",
    description = "Synthesise the digital part: cells, area, memories, critical paths.")
final class SynthCommand implements Callable<Integer> {
  @Mixin private FolderArgument folder = new FolderArgument();

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      required = true,
      converter = TargetConverter.class,
      description = "What for: asic (OSU 0.18 um), ice40, ecp5 or xilinx (7 series).")
  private Target target;

  @Option(
      names = "--module",
      paramLabel = "NAME",
      defaultValue = SynthesisFiles.TOP,
      description = "Only this module, such as a layer's core, with all that is in it.")
  private String module = SynthesisFiles.TOP;

  @Option(
      names = "--liberty",
      paramLabel = "FILE",
      description = "Standard cells for --target asic (" + SynthesisFiles.LIBERTY + ").")
  private Path liberty;

  private final Session session;

  SynthCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (liberty != null && target != Target.ASIC) {
      throw UserException.badInput(
          "--liberty",
          "standard cells, but the target is " + target.id(),
          "--target asic",
          "Leave the option out, or choose that target.");
    }
    OutputFolder output = folder.open(session, OutputFolder.Artefact.FILE_LIST);
    SynthSettings settings =
        new SynthSettings(
            target,
            module,
            (liberty == null ? Path.of(SynthesisFiles.LIBERTY) : liberty).toAbsolutePath(),
            Tool.requireForSynthesis(session.host().tools(), target));
    Synthesis synthesis = session.stages().synth(output.path(), settings, session.progress());
    session.host().print(new SynthTable(synthesis).text());
    session.host().out().flush();
    return ExitCode.DONE;
  }

  /** Reads the name of a target. */
  static final class TargetConverter implements ITypeConverter<Target> {
    @Override
    public Target convert(String text) {
      for (Target target : Target.values()) {
        if (target.id().equals(text.toLowerCase(Locale.ROOT))) {
          return target;
        }
      }
      throw new TypeConversionException("'" + text + "' is none of asic, ice40, ecp5, xilinx");
    }
  }
}
