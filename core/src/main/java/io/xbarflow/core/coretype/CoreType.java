package io.xbarflow.core.coretype;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.network.Layer;
import java.util.Optional;

/**
 * A kind of in-memory-computing core: what its macros hold and how long they take, what they
 * compute (the golden arithmetic), and the Verilog of their module. Everything around the macros
 * (fetch, accumulation over row tiles, post-processing) is the same for all types.
 *
 * <p>Types are found by {@link java.util.ServiceLoader}; implementations have a public constructor
 * without arguments, no state, and give equal answers for equal arguments. The contract of the
 * module is {@code docs/macro.md}.
 */
public interface CoreType {

  /** Name on the command line and in files: lower-case letters, digits and underscores. */
  String name();

  /** What it models, in one line. */
  String summary();

  /** What can be set, each with a default. */
  ImmutableList<Parameter> parameters();

  /**
   * Why no macro of this type can compute {@code layer}, in words that end a sentence beginning
   * with "core type NAME cannot compute layer L: "; empty when it can.
   */
  default Optional<String> refusal(Layer.Convolution layer, Parameters parameters) {
    return Optional.empty();
  }

  /**
   * What a macro offers {@code layer}, which is not refused.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when parameters and architecture contradict
   *     each other
   */
  MacroSpec spec(Layer.Convolution layer, Architecture architecture, Parameters parameters);

  /** A macro that holds {@code tile}. */
  Macro program(Tile tile, Parameters parameters);

  /** Name of the Verilog module; also that of its file. */
  default String module() {
    return "crossbar_macro_" + name();
  }

  /** Further Verilog parameters of the module for {@code tile}, by name in upper case. */
  default ImmutableMap<String, Long> verilogParameters(Tile tile, Parameters parameters) {
    return ImmutableMap.of();
  }

  /**
   * The Verilog files of the type by file name: the module and the cells that only it uses. A name
   * that ends in {@code .v.vm} is a Velocity template, filled in once per chip, with {@code
   * $v.name} and {@code $v.module}.
   */
  ImmutableMap<String, String> sources();

  /**
   * The module as synthesis sees it when it is an analog or custom macro: a black box with the same
   * ports and parameters. Empty when {@link #sources} are for synthesis themselves.
   */
  Optional<String> stub();
}
