package io.xbarflow.cli;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.onnx.ImportSettings;
import io.xbarflow.core.synthesis.Synthesis;
import io.xbarflow.mapper.MappingOptions;
import io.xbarflow.mapper.explore.Ranges;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The stages as the verbs call them. Each reads the artefacts of earlier stages from the output
 * folder, leaves its own there, and tells {@code progress} what it is doing. Mistakes of the user
 * come back as {@code UserException}.
 */
interface Stages {
  /**
   * import: reads {@code model}, of which {@code settings} are said, and leaves {@code
   * network.json} and {@code network.onnx}. The images {@code calibration} show the ranges of float
   * results that the model does not quantise; gives whether there are any.
   */
  boolean importModel(
      Path model,
      ImportSettings settings,
      Optional<Inputs> calibration,
      Path output,
      Progress progress);

  /** Reads images, labels and names, so that a wrong file is found before any long work. */
  void checkInputs(Path output, Inputs inputs, KnownClasses classes);

  /**
   * map: leaves {@code mapping.json} and gives what it predicts. Converters are calibrated with the
   * images {@code calibration} if there are cores that want it; it is a mistake of the user to ask
   * for that if there are none.
   */
  ResultTable map(
      Architecture architecture,
      CoreTypes types,
      MappingOptions options,
      CalibrationImages calibration,
      Path output,
      Progress progress);

  /**
   * explore: tries all of {@code ranges} around {@code base}, adds what it finds to {@code
   * explore.jsonl}, leaves {@code explore.json} and gives the Pareto front. {@code command} is how
   * the commands that reproduce a point begin.
   */
  FrontTable explore(
      Architecture base,
      CoreTypes types,
      Ranges ranges,
      Optional<SweepImages> images,
      String command,
      Path output,
      Progress progress);

  /** generate: leaves {@code rtl/}, {@code mem/} and {@code syn/}; the file list comes last. */
  void generate(CoreTypes types, Path output, Progress progress);

  /**
   * simulate: runs the golden model and the timing model, leaves {@code simulation.json}, and with
   * {@code dump} every network output as {@code dump/<output>.npy}.
   */
  SimulationTables simulate(
      CoreTypes types,
      Path output,
      Inputs inputs,
      KnownClasses classes,
      Optional<Path> dump,
      Progress progress);

  /** cosim: runs the Verilog beside the golden model and leaves {@code cosim.json}. */
  Verdict cosim(CoreTypes types, Path output, CosimSettings settings, Progress progress);

  /** report: gathers what is there and leaves {@code report.html}. */
  void report(Path output, Progress progress);

  /** synth: runs the scripts of {@code syn/} and leaves {@code synth.TARGET.json}. */
  Synthesis synth(Path output, SynthSettings settings, Progress progress);
}
