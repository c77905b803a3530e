package io.xbarflow.rtlgen.rtl;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.diagnostic.UserException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the module of a macro, or its stub, has the ports and parameters by which the generated
 * cores instantiate it: those of {@code docs/macro.md} and further parameters of the core type.
 */
public final class MacroBoundary {
  /** Ports of every macro. */
  static final ImmutableList<String> PORTS =
      ImmutableList.of("clk", "rst_n", "weights_id", "start", "row_data", "done", "column_data");

  /** Parameters of every macro. */
  static final ImmutableList<String> PARAMETERS =
      ImmutableList.of(
          "ROWS", "COLUMNS", "COLUMN_BITS", "INPUTS_SIGNED", "MVM_CYCLES", "COUNT_BITS");

  private static final Pattern COMMENTS =
      Pattern.compile("/\\*.*?\\*/|//[^\\n]*|\\(\\*.*?\\*\\)", Pattern.DOTALL);
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_]\\w*");

  /** From the word to the end of the statement or, in the head of a module, of the head. */
  private static final Pattern DECLARED = Pattern.compile("\\bparameter\\b[^;]*;");

  private static final Pattern ASSIGNED = Pattern.compile("(\\w+)\\s*=(?!=)");

  private MacroBoundary() {}

  /**
   * What {@code verilog}, the text of {@code file}, lacks to be the module of {@code type}.
   *
   * @param further names of the type's own Verilog parameters
   * @return in words; empty when all is there
   */
  public static ImmutableList<String> missing(
      CoreType type, String file, String verilog, Set<String> further) {
    String plain = COMMENTS.matcher(verilog).replaceAll(" ");
    Matcher module =
        Pattern.compile(
                "\\bmodule\\s+" + Pattern.quote(type.module()) + "\\b(.*?)\\bendmodule\\b",
                Pattern.DOTALL)
            .matcher(plain);
    if (!module.find()) {
      return ImmutableList.of(file + " has no module " + type.module());
    }
    String body = module.group(1);
    Set<String> ports = ports(body);
    Set<String> parameters = parameters(body);
    ImmutableList.Builder<String> missing = ImmutableList.builder();
    for (String port : PORTS) {
      if (!ports.contains(port)) {
        missing.add("module " + type.module() + " in " + file + " has no port " + port);
      }
    }
    for (String parameter : Iterables.concat(PARAMETERS, further)) {
      if (!parameters.contains(parameter)) {
        missing.add("module " + type.module() + " in " + file + " has no parameter " + parameter);
      }
    }
    return missing.build();
  }

  /**
   * Checks that nothing is missing.
   *
   * @throws UserException with the first that is
   */
  static void require(CoreType type, String file, String verilog, Set<String> further) {
    ImmutableList<String> missing = missing(type, file, verilog, further);
    if (!missing.isEmpty()) {
      throw UserException.badInput(
          "core type " + type.name(),
          missing.get(0),
          "ports "
              + String.join(", ", PORTS)
              + " and parameters "
              + String.join(", ", Iterables.concat(PARAMETERS, ImmutableSet.copyOf(further))),
          "Add it; docs/macro.md says what it is.");
    }
  }

  /** The names in the list of ports, which stands in the last brackets before the first ';'. */
  private static Set<String> ports(String body) {
    String header = body.substring(0, Math.max(0, body.indexOf(';')));
    int depth = 0;
    int start = header.length();
    for (int i = header.length() - 1; i >= 0; i--) {
      depth += header.charAt(i) == ')' ? 1 : header.charAt(i) == '(' ? -1 : 0;
      if (depth == 0 && header.charAt(i) == '(') {
        start = i;
        break;
      }
    }
    Set<String> names = new HashSet<>();
    for (String declared : Splitter.on(',').split(header.substring(start))) {
      List<String> words = words(declared);
      if (!words.isEmpty()) {
        names.add(words.get(words.size() - 1)); // behind direction, type and range
      }
    }
    return names;
  }

  private static Set<String> parameters(String body) {
    Set<String> names = new HashSet<>();
    Matcher parameter = DECLARED.matcher(body);
    while (parameter.find()) {
      Matcher assigned = ASSIGNED.matcher(parameter.group());
      while (assigned.find()) {
        names.add(assigned.group(1));
      }
    }
    return names;
  }

  private static List<String> words(String text) {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    Matcher word = IDENTIFIER.matcher(text);
    while (word.find()) {
      words.add(word.group());
    }
    return words.build();
  }
}
