package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Verilator's configuration that keeps the larger cells as C++ classes of their own. Left to itself
 * Verilator inlines every instance into one class and folds the constants at its ports into it, so
 * equal instances share no code. A module that is not inlined, and whose ports are visible from
 * outside, has one class for each set of parameters and one function for all its instances.
 */
final class SharedModules {
  /** Cells with much code; what is left out is inlined, which suits small ones. */
  private static final ImmutableList<String> MODULES =
      ImmutableList.of(
          "average_pool_output",
          "constant_adder",
          "direct_input",
          "line_buffer",
          "global_average_pool",
          "lane_adder",
          "max_pool_output",
          "mvm_control",
          "pixel_concat",
          "post_processing",
          "reorder_memory",
          "row_max_pool",
          "stream_adder",
          "stream_concat",
          "stream_fifo",
          "window_fetch",
          "window_fetch_skip");

  private static final Pattern MACRO = Pattern.compile("rtl/(crossbar_macro_\\w+)\\.v");

  /** One port in our style of Verilog. The clock stays out: it is the same everywhere. */
  private static final Pattern PORT =
      Pattern.compile(
          "^ *(?:input|output) +(?:wire|reg) +(?:signed +)?(?:\\[.*\\] +)?(?!clk\\b)(\\w+) *,?"
              + " *(?://.*)?$",
          Pattern.MULTILINE);

  private SharedModules() {}

  /** The cells, and the macros of all core types. */
  private static Set<String> modules(Map<String, String> sources) {
    Set<String> modules = new TreeSet<>(MODULES);
    for (String name : sources.keySet()) {
      Matcher macro = MACRO.matcher(name);
      if (macro.matches()) {
        modules.add(macro.group(1));
      }
    }
    return modules;
  }

  /**
   * The configuration file for {@code sources}.
   *
   * @param sources Verilog text by path
   */
  static String configuration(Map<String, String> sources) {
    StringBuilder text = new StringBuilder("`verilator_config\n");
    for (String module : modules(sources)) {
      String source = sources.get("rtl/" + module + ".v");
      if (source != null) {
        text.append("no_inline -module \"").append(module).append("\"\n");
        Matcher port = PORT.matcher(source);
        while (port.find()) {
          text.append("public_flat_rd -module \"")
              .append(module)
              .append("\" -var \"")
              .append(port.group(1))
              .append("\"\n");
        }
      }
    }
    return text.toString();
  }
}
