package io.xbarflow.core.coretype;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Range;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.network.Layer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A core type whose code is not ours: every answer is checked against the contract. */
final class GuardedCore implements CoreType {
  private static final String NAME = "[a-z][a-z0-9_]*";

  private final CoreType type;
  private final GuardedCalls calls;
  private final String name;
  private final ImmutableList<Parameter> parameters;

  private GuardedCore(CoreType type, String source, Duration limit) {
    this.type = type;
    GuardedCalls unnamed = new GuardedCalls(source + ", class " + type.getClass().getName(), limit);
    this.name = unnamed.call("name", type::name);
    unnamed.require(
        name.matches(NAME),
        "name",
        "gives '" + name + "'",
        "lower-case letters, digits and underscores, a letter first");
    this.calls = unnamed.named(source + ", core type " + name);
    this.parameters = calls.call("parameters", type::parameters);
    Set<String> names = new HashSet<>();
    for (Parameter parameter : parameters) {
      calls.require(
          names.add(parameter.name()),
          "parameters",
          "gives " + parameter.name() + " twice",
          "every parameter once");
      if (!parameter.standard().equals(Parameter.FROM_ARCHITECTURE)) {
        checkStandard(parameter);
      }
    }
  }

  /** {@code type} from {@code source}, a file. */
  static GuardedCore of(CoreType type, String source) {
    return of(type, source, GuardedCalls.LIMIT);
  }

  /** The same with another limit of time for a call. */
  static GuardedCore of(CoreType type, String source, Duration limit) {
    return new GuardedCore(type, source, limit);
  }

  private void checkStandard(Parameter parameter) {
    try {
      parameter.check("", parameter.standard());
    } catch (UserException e) {
      calls.require(
          false,
          "parameters",
          "gives the default " + parameter.standard() + " of " + parameter.name(),
          e.diagnostic().expected());
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return calls.call("summary", type::summary);
  }

  @Override
  public ImmutableList<Parameter> parameters() {
    return parameters;
  }

  @Override
  public Optional<String> refusal(Layer.Convolution layer, Parameters values) {
    return calls.call("refusal", () -> type.refusal(layer, values));
  }

  @Override
  public MacroSpec spec(Layer.Convolution layer, Architecture architecture, Parameters values) {
    MacroSpec spec = calls.call("spec", () -> type.spec(layer, architecture, values));
    range(Architecture.CROSSBAR_ROWS, spec.rows());
    range(Architecture.CROSSBAR_COLUMNS, spec.columns());
    range(Architecture.MVM_CYCLES, spec.mvmCycles());
    return spec;
  }

  private void range(Range range, int value) {
    calls.require(
        value >= range.least() && value <= range.most(),
        "spec",
        "gives " + value + " for " + range.key(),
        "a whole number from " + range.least() + " to " + range.most());
  }

  @Override
  public Macro program(Tile tile, Parameters values) {
    return GuardedMacro.of(calls, calls.call("program", () -> type.program(tile, values)), tile);
  }

  @Override
  public String module() {
    String module = calls.call("module", type::module);
    calls.require(
        module.matches(NAME),
        "module",
        "gives '" + module + "'",
        "lower-case letters, digits and underscores, a letter first");
    return module;
  }

  @Override
  public ImmutableMap<String, Long> verilogParameters(Tile tile, Parameters values) {
    ImmutableMap<String, Long> given =
        calls.call("verilogParameters", () -> type.verilogParameters(tile, values));
    for (String each : given.keySet()) {
      calls.require(
          each.matches("[A-Z][A-Z0-9_]*"),
          "verilogParameters",
          "gives '" + each + "'",
          "names in upper case");
    }
    return given;
  }

  @Override
  public ImmutableMap<String, String> sources() {
    ImmutableMap<String, String> sources = calls.call("sources", type::sources);
    String file = module() + ".v";
    calls.require(
        sources.containsKey(file) || sources.containsKey(file + ".vm"),
        "sources",
        "has no " + file + " and no " + file + ".vm",
        "the module, in a file of its name");
    for (String each : sources.keySet()) {
      calls.require(
          each.matches(NAME + "\\.v(\\.vm)?"),
          "sources",
          "has a file '" + each + "'",
          "file names in lower case that end in .v or .v.vm");
    }
    return sources;
  }

  @Override
  public Optional<String> stub() {
    return calls.call("stub", type::stub);
  }
}
