package io.xbarflow.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.text.ShellWord;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that choose core types and their parameters. */
final class CoreOptions {
  private static final Pattern PARAMETER = Pattern.compile("([a-z0-9_]+)\\.(\\w+)=(.+)");

  @Option(
      names = "--core",
      paramLabel = "NAME[,NAME...]|LAYER=NAME",
      description =
          "Core type: ideal, pcm, bit_sliced, digital, depthwise or one of --cores. Of several each"
              + " layer gets the first that can compute it. May be repeated for single layers.")
  private List<String> cores = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "CORE.PARAMETER=VALUE",
      description = "Parameter of a core type, such as pcm.adcBits=6. May be repeated.")
  private List<String> parameters = new ArrayList<>();

  /** {@code architecture} with what the options choose. */
  Architecture applyTo(Architecture architecture) {
    CoreSelection selection = architecture.cores();
    for (String core : cores) {
      int equals = core.lastIndexOf('=');
      selection =
          equals >= 0
              ? selection.withLayer(core.substring(0, equals), core.substring(equals + 1))
              : selection.withPreference(
                  ImmutableList.copyOf(Splitter.on(',').trimResults().split(core)));
    }
    for (String parameter : parameters) {
      Matcher matcher = PARAMETER.matcher(parameter);
      if (!matcher.matches()) {
        throw UserException.badInput(
            "--set",
            "'" + parameter + "'",
            "CORE.PARAMETER=VALUE, such as pcm.adcBits=6",
            "Mend the value.");
      }
      selection = selection.withParameter(matcher.group(1), matcher.group(2), matcher.group(3));
    }
    for (String parameter : parameters) {
      String type = parameter.substring(0, parameter.indexOf('.'));
      if (!selection.preference().contains(type) && !selection.layers().containsValue(type)) {
        throw UserException.badInput(
            "--set",
            "'" + parameter + "', but no layer can be on a core of type " + type,
            "a parameter of " + String.join(", ", selection.preference()),
            "Choose the type with --core " + type + ", or leave the option out.");
      }
    }
    return architecture.withCores(selection);
  }

  /** The words that choose the same on the command line of another verb. */
  String words() {
    StringBuilder words = new StringBuilder();
    cores.forEach(core -> words.append(" --core ").append(ShellWord.of(core)));
    parameters.forEach(each -> words.append(" --set ").append(ShellWord.of(each)));
    return words.toString();
  }
}
