package io.xbarflow.cli;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.architecture.Range;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.text.ShellWord;
import io.xbarflow.mapper.explore.Ranges;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that choose what a sweep varies. */
final class SweepOptions {
  private static final Range CROSSBARS = new Range("--crossbars", 1, 100_000_000);
  private static final long MOST_POINTS = 1_000_000;
  private static final Range LANES = new Range("--lanes", 1, 65_536);

  @Option(
      names = "--arch",
      paramLabel = "NAME|FILE.yaml",
      defaultValue = Architectures.DEFAULT,
      description = "Architecture for what is not varied, as for map.")
  private String architecture = Architectures.DEFAULT;

  @Mixin private CoreOptions cores = new CoreOptions();

  @Option(
      names = "--crossbar",
      paramLabel = "RxC,...",
      description = "Sizes of a macro; by default 64x64, 128x128, 256x256, 512x512.")
  private String crossbar = "64x64,128x128,256x256,512x512";

  @Option(
      names = "--crossbars",
      paramLabel = "N,...|LOW..HIGH[xSTEP]",
      description =
          "Budgets of macros; by default none, and 25 from the fewest macros to four times that.")
  private String crossbars;

  @Option(
      names = "--mvm-cycles",
      paramLabel = "T,...|LOW..HIGH[xSTEP]",
      description = "Clock cycles of an MVM; by default the architecture's.")
  private String mvmCycles;

  @Option(
      names = "--memory",
      paramLabel = "POLICY,...",
      description = "Activation memory policies; by default ring, rows.")
  private String memory = "ring,rows";

  @Option(
      names = "--lanes",
      paramLabel = "N,...|LOW..HIGH[xSTEP]",
      description = "Values per beat of every link, at least; by default 1, 8.")
  private String lanes = "1,8";

  /** The architecture for what is not varied. */
  Architecture base() {
    return cores.applyTo(Architectures.resolve(architecture));
  }

  @Mixin private PhysicsOption physics = new PhysicsOption();

  /** What is varied around {@code base}. */
  Ranges ranges(Architecture base, CoreTypes types) {
    Ranges ranges =
        new Ranges(
            new RangeOption("--crossbar", crossbar).macros(),
            mvmCycles == null
                ? ImmutableSet.of(base.mvmCycles())
                : new RangeOption("--mvm-cycles", mvmCycles).numbers(Architecture.MVM_CYCLES),
            new RangeOption("--memory", memory).policies(),
            new RangeOption("--lanes", lanes).numbers(LANES),
            Optional.ofNullable(crossbars)
                .map(text -> new RangeOption("--crossbars", text).numbers(CROSSBARS)),
            physics.combinations(base, types));
    if (ranges.mostPoints() > MOST_POINTS) {
      throw UserException.badInput(
          "ranges",
          ranges.mostPoints() + " points",
          "at most " + MOST_POINTS + " points",
          "Take fewer values, or larger steps (LOW..HIGHxSTEP).");
    }
    return ranges;
  }

  /** The words that choose the same base on the command line of another verb. */
  String baseWords() {
    String arch =
        architecture.equals(Architectures.DEFAULT) ? "" : " --arch " + ShellWord.of(architecture);
    return arch + cores.words();
  }
}
