package io.xbarflow.rtlgen.template;

import static java.util.Objects.requireNonNull;

/**
 * What the templates of a core type read.
 *
 * @param name of the core type
 * @param module name of its Verilog module
 */
public record MacroView(String name, String module) {
  /** Checks that nothing is missing. */
  public MacroView {
    requireNonNull(name);
    requireNonNull(module);
  }
}
