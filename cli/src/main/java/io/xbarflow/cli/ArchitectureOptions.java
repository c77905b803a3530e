package io.xbarflow.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.diagnostic.UserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that choose what the chip is built from. */
final class ArchitectureOptions {
  private static final Pattern CROSSBAR = Pattern.compile("(\\d{1,9})[xX](\\d{1,9})");

  @Option(
      names = "--arch",
      paramLabel = "NAME|FILE.yaml",
      defaultValue = Architectures.DEFAULT,
      description = "Architecture: default, analog-256, digital-128, or a YAML file.")
  private String architecture = Architectures.DEFAULT;

  @Option(
      names = "--crossbar",
      paramLabel = "RxC",
      description = "Rows and columns of one crossbar macro, such as 256x256.")
  private String crossbar;

  @Option(
      names = "--mvm-cycles",
      paramLabel = "T",
      description = "Clock cycles of one matrix-vector multiplication.")
  private Integer mvmCycles;

  @Option(
      names = "--memory",
      paramLabel = "POLICY[,LAYER=POLICY...]",
      description = "Activation memory policy: ring, rows or frame; of single layers after it.")
  private String memory;

  @Mixin private CoreOptions cores = new CoreOptions();

  /** The architecture that the options stand for. */
  Architecture resolve() {
    Architecture result = Architectures.resolve(architecture);
    if (crossbar != null) {
      Matcher matcher = CROSSBAR.matcher(crossbar);
      if (!matcher.matches()) {
        throw UserException.badInput(
            "--crossbar",
            "'" + crossbar + "'",
            "rows x columns, such as 256x256",
            "Mend the value.");
      }
      result =
          result.withCrossbar(
              Architecture.CROSSBAR_ROWS.check("--crossbar", Long.parseLong(matcher.group(1))),
              Architecture.CROSSBAR_COLUMNS.check("--crossbar", Long.parseLong(matcher.group(2))));
    }
    if (mvmCycles != null) {
      result = result.withMvmCycles(Architecture.MVM_CYCLES.check("--mvm-cycles", mvmCycles));
    }
    if (memory != null) {
      String common = Splitter.on(',').splitToList(memory).get(0);
      if (!common.contains("=")) {
        result = result.withMemory(ActivationMemoryPolicy.parse("--memory", common));
      }
    }
    return cores.applyTo(result);
  }

  /** The policies of single layers. */
  ImmutableMap<String, ActivationMemoryPolicy> memoryOfLayers() {
    Map<String, ActivationMemoryPolicy> layers = new LinkedHashMap<>();
    List<String> words = memory == null ? List.of() : Splitter.on(',').splitToList(memory);
    for (String word : words) {
      int equals = word.lastIndexOf('=');
      if (equals < 0 && !word.equals(words.get(0))) {
        throw UserException.badInput(
            "--memory",
            "'" + word + "'",
            "POLICY, LAYER=POLICY, or both, parted by commas",
            "Mend the value.");
      }
      if (equals >= 0) {
        layers.put(
            word.substring(0, equals),
            ActivationMemoryPolicy.parse("--memory", word.substring(equals + 1)));
      }
    }
    return ImmutableMap.copyOf(layers);
  }
}
