package io.xbarflow.core.coretype;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.network.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A core type that is a folder: {@code core.yaml} and Verilog. Its arithmetic is that of a type
 * that is there already; limits, defaults, cycles and the module are its own.
 *
 * <p>Files whose names begin with that of the module belong to the macro, {@code <module>_stub.v}
 * is what synthesis sees, and any other {@code .v} or {@code .v.vm} stands in the place of the
 * generator's cell of that name.
 */
final class FolderCore implements CoreType {
  /** The file that makes a folder a core type. */
  static final String DESCRIPTOR = "core.yaml";

  private static final String MVM_CYCLES = "mvmCycles";

  private final Path folder;
  private final String summary;
  private final Optional<Integer> rows;
  private final Optional<Integer> columns;
  private final Optional<Integer> mvmCycles;
  private final CoreType base;
  private final String name;
  private final String module;
  private final ImmutableList<Parameter> parameters;
  private final ImmutableMap<String, String> sources;
  private final ImmutableMap<String, String> overrides;
  private final Optional<String> stub;

  private FolderCore(Path folder, CoreDescriptor descriptor, CoreType base) {
    this.folder = folder;
    this.summary = descriptor.summary().orElse(base.summary());
    this.rows = descriptor.rows();
    this.columns = descriptor.columns();
    this.mvmCycles = descriptor.mvmCycles();
    this.base = base;
    this.name = descriptor.name();
    this.module = descriptor.module().orElse("crossbar_macro_" + name);
    this.parameters = parameters(descriptor, base);
    Map<String, String> all = verilog(folder);
    this.stub = Optional.ofNullable(all.remove(module + "_stub.v"));
    this.sources = ImmutableMap.copyOf(Maps.filterKeys(all, file -> file.startsWith(module)));
    this.overrides = ImmutableMap.copyOf(Maps.filterKeys(all, file -> !file.startsWith(module)));
    if (!sources.containsKey(module + ".v") && !sources.containsKey(module + ".v.vm")) {
      throw UserException.badInput(
          folder.toString(),
          "has no " + module + ".v and no " + module + ".v.vm",
          "the Verilog of the macro",
          "Add the file, or name another module in " + DESCRIPTOR + ".");
    }
  }

  /** The core type in {@code folder}, with the arithmetic of one of {@code types}. */
  static FolderCore read(Path folder, CoreTypes types) {
    Path file = folder.resolve(DESCRIPTOR);
    CoreDescriptor descriptor;
    try {
      descriptor = CoreDescriptor.parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    descriptor.name();
    String arithmetic = descriptor.arithmetic();
    return new FolderCore(
        folder, descriptor, types.named(descriptor.where("arithmetic"), arithmetic));
  }

  private static Map<String, String> verilog(Path folder) {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String each = file.getFileName().toString();
        if (each.endsWith(".v") || each.endsWith(".v.vm")) {
          texts.put(each, Files.readString(file));
        }
      }
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    return texts;
  }

  private static UserException unreadable(Path path, IOException e) {
    return UserException.badInput(
        path.toString(),
        "cannot be read (" + e.getMessage() + ")",
        "readable text in UTF-8",
        "Mend the file or its permissions.");
  }

  /** Those of {@code base}, with the defaults that the descriptor gives. */
  private static ImmutableList<Parameter> parameters(CoreDescriptor descriptor, CoreType base) {
    Map<String, String> defaults = new TreeMap<>(descriptor.parameters());
    for (String each : defaults.keySet()) {
      if (base.parameters().stream().noneMatch(known -> known.name().equals(each))) {
        throw UserException.badInput(
            descriptor.where("parameters." + each),
            "core type " + base.name() + " has no parameter '" + each + "'",
            base.parameters().isEmpty()
                ? "none"
                : String.join(", ", base.parameters().stream().map(Parameter::name).toList()),
            "Mend or remove it.");
      }
    }
    boolean set =
        descriptor.mvmCycles().isPresent()
            && base.parameters().stream().anyMatch(each -> each.name().equals(MVM_CYCLES));
    if (set) {
      defaults.put(MVM_CYCLES, descriptor.mvmCycles().get().toString());
    }
    return base.parameters().stream()
        .map(
            each ->
                defaults.containsKey(each.name())
                    ? withStandard(
                        each,
                        each.check(
                            descriptor.where("parameters." + each.name()),
                            defaults.get(each.name())))
                    : each)
        .collect(toImmutableList());
  }

  private static Parameter withStandard(Parameter parameter, String standard) {
    return new Parameter(
        parameter.name(),
        parameter.kind(),
        standard,
        parameter.least(),
        parameter.most(),
        parameter.choices(),
        parameter.description());
  }

  /** Where it was read from. */
  Path folder() {
    return folder;
  }

  /** Verilog that stands in the place of the generator's, by file name. */
  ImmutableMap<String, String> overrides() {
    return overrides;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public ImmutableList<Parameter> parameters() {
    return parameters;
  }

  @Override
  public Optional<String> refusal(Layer.Convolution layer, Parameters values) {
    return base.refusal(layer, values);
  }

  @Override
  public MacroSpec spec(Layer.Convolution layer, Architecture architecture, Parameters values) {
    Architecture limited =
        architecture.withCrossbar(
            Math.min(architecture.crossbarRows(), rows.orElse(Integer.MAX_VALUE)),
            Math.min(architecture.crossbarColumns(), columns.orElse(Integer.MAX_VALUE)));
    MacroSpec spec = base.spec(layer, limited, values);
    boolean settable = parameters.stream().anyMatch(each -> each.name().equals(MVM_CYCLES));
    return new MacroSpec(
        spec.rows(),
        spec.columns(),
        settable ? spec.mvmCycles() : mvmCycles.orElse(spec.mvmCycles()),
        spec.exact(),
        spec.takesZeroPoint(),
        spec.parallel(),
        spec.crossbar(),
        spec.calibrated());
  }

  @Override
  public Macro program(Tile tile, Parameters values) {
    return base.program(tile, values);
  }

  @Override
  public String module() {
    return module;
  }

  @Override
  public ImmutableMap<String, Long> verilogParameters(Tile tile, Parameters values) {
    return base.verilogParameters(tile, values);
  }

  @Override
  public ImmutableMap<String, String> sources() {
    return sources;
  }

  @Override
  public Optional<String> stub() {
    return stub;
  }
}
