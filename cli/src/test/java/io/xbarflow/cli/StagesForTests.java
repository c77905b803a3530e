package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.tensor.Image;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Optional;

/** Runs single stages on an output folder without the command line, for tests in other packages. */
public enum StagesForTests {
  /** Verilog from the artefacts. */
  GENERATE,
  /** Golden model and timing model. */
  SIMULATE,
  /** The page. */
  REPORT,
  /** All of the co-simulation that comes before Verilator. */
  COSIM;

  private static final Inputs IMAGES = new Inputs(ImmutableList.of(), 2, 1);

  /** The verb on the command line. */
  public String verb() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /**
   * Runs the stage on {@code folder}.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when an artefact there is refused
   */
  public void run(Path folder) {
    CoreTypes types = CoreTypes.installed();
    ChipStages stages = new ChipStages();
    Progress progress = new Progress(host());
    switch (this) {
      case GENERATE -> stages.generate(types, folder, progress);
      case SIMULATE ->
          stages.simulate(
              types,
              folder,
              IMAGES,
              new KnownClasses(Optional.empty(), Optional.empty()),
              Optional.empty(),
              progress);
      case REPORT -> stages.report(folder, progress);
      case COSIM -> {
        SavedChip chip = SavedChip.read(types, folder);
        ImmutableList<ImmutableMap<String, Image>> inputs = HostImages.load(chip.network(), IMAGES);
        ChipStages.cosimRequest(chip, ChipStages.simulation(chip, types, inputs, folder), folder);
      }
    }
  }

  private static Host host() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return new Host(
        nowhere, nowhere, ImmutableMap.of(), ToolRunner.ofPath(), false, System::nanoTime);
  }
}
