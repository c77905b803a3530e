package io.xbarflow.core.coretype;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The core types there are.
 *
 * @param types by name
 * @param overrides Verilog cells and templates that stand in the place of the generator's own, by
 *     file name
 */
public record CoreTypes(
    ImmutableSortedMap<String, CoreType> types, ImmutableMap<String, String> overrides) {

  /** Copies the maps. */
  public CoreTypes {
    types = ImmutableSortedMap.copyOf(types);
    overrides = ImmutableMap.copyOf(overrides);
  }

  /** The types that {@link ServiceLoader} finds on the class path. */
  public static CoreTypes installed() {
    Map<String, CoreType> found = new TreeMap<>();
    for (CoreType type : ServiceLoader.load(CoreType.class, CoreTypes.class.getClassLoader())) {
      CoreType other = found.put(type.name(), type);
      checkArgument(other == null, "%s and %s have the same name", type, other);
    }
    return new CoreTypes(ImmutableSortedMap.copyOf(found), ImmutableMap.of());
  }

  /** The same with {@code type}, whose name is new. */
  public CoreTypes with(CoreType type) {
    checkArgument(!types.containsKey(type.name()), "%s is there already", type.name());
    return new CoreTypes(
        ImmutableSortedMap.<String, CoreType>naturalOrder()
            .putAll(types)
            .put(type.name(), type)
            .build(),
        overrides);
  }

  /**
   * The same with the types at {@code path}: a folder with {@code core.yaml}, a folder of such
   * folders, or a jar.
   *
   * @throws UserException when there is none, one cannot be used, or its name is taken
   */
  public CoreTypes withPath(Path path) {
    if (!Files.exists(path)) {
      throw notCores(path, "no such file or folder");
    }
    if (!Files.isDirectory(path)) {
      if (!path.toString().endsWith(".jar")) {
        throw notCores(path, "is not a core type");
      }
      CoreTypes all = this;
      for (CoreType type : JarCores.read(path)) {
        all = all.withNew(path, type);
      }
      return all;
    }
    if (Files.isRegularFile(path.resolve(FolderCore.DESCRIPTOR))) {
      return withFolder(path);
    }
    CoreTypes all = this;
    for (Path folder : folders(path)) {
      all = all.withFolder(folder);
    }
    return all;
  }

  private CoreTypes withFolder(Path folder) {
    FolderCore type = FolderCore.read(folder, this);
    return withNew(folder, type).withOverrides(type.overrides());
  }

  private CoreTypes withNew(Path path, CoreType type) {
    if (types.containsKey(type.name())) {
      throw UserException.badInput(
          path.toString(),
          "its core type is called " + type.name() + ", as another one is",
          "a name other than " + String.join(", ", types.keySet()),
          "Give it another name.");
    }
    return with(type);
  }

  /** The folders of core types in {@code path}, by name. */
  private static List<Path> folders(Path path) {
    try (Stream<Path> all = Files.list(path)) {
      List<Path> folders =
          all.filter(each -> Files.isRegularFile(each.resolve(FolderCore.DESCRIPTOR)))
              .sorted()
              .toList();
      if (folders.isEmpty()) {
        throw notCores(path, "has no " + FolderCore.DESCRIPTOR);
      }
      return folders;
    } catch (IOException e) {
      throw notCores(path, "cannot be read (" + e.getMessage() + ")");
    }
  }

  private static UserException notCores(Path path, String found) {
    return UserException.badInput(
        path.toString(),
        found,
        "a folder with " + FolderCore.DESCRIPTOR + ", a folder of such folders, or a jar",
        "Mend the path, or let `xbarflow new-core` write a core type to start from.");
  }

  /**
   * The same with {@code files} in the place of the generator's cells and templates of that name.
   */
  public CoreTypes withOverrides(Map<String, String> files) {
    return new CoreTypes(
        types,
        ImmutableMap.<String, String>builder().putAll(overrides).putAll(files).buildKeepingLast());
  }

  /** Where {@code file} of {@code type} is, for messages. */
  public static String where(CoreType type, String file) {
    return type instanceof FolderCore folder
        ? folder.folder().resolve(file).toString()
        : "core type " + type.name() + ", " + file;
  }

  /** Where {@code file}, one of {@link #overrides}, is, for messages. */
  public String whereOverride(String file) {
    String where = file;
    for (CoreType type : types.values()) {
      if (type instanceof FolderCore folder
          && overrides.get(file).equals(folder.overrides().get(file))) {
        where = where(type, file);
      }
    }
    return where;
  }

  /**
   * The type called {@code name}.
   *
   * @throws UserException when there is none; {@code where} is the option or place that named it
   */
  public CoreType named(String where, String name) {
    CoreType type = types.get(name);
    if (type == null) {
      throw UserException.badInput(
          where,
          "unknown core type '" + name + "'",
          String.join(", ", types.keySet()),
          "Use one of these, or give the folder or jar of your own with --cores.");
    }
    return type;
  }

  /**
   * Checks what {@code architecture} says of core types, as far as no network is needed.
   *
   * @throws UserException when a name is unknown or a parameter illegal
   */
  public void check(Architecture architecture) {
    CoreSelection selection = architecture.cores();
    selection.preference().forEach(name -> named("core", name));
    selection.layers().forEach((layer, name) -> named("core of layer " + layer, name));
    selection
        .parameters()
        .forEach(
            (name, given) ->
                parameters(named("parameters", name), architecture, given, "parameters"));
  }

  /**
   * The core type of every convolution of {@code network}, by layer.
   *
   * @throws UserException when a name is unknown, a parameter illegal, or no type can compute a
   *     layer
   */
  public ImmutableMap<String, CoreUse> assign(Network network, Architecture architecture) {
    check(architecture);
    CoreSelection selection = architecture.cores();
    for (Map.Entry<String, String> layer : selection.layers().entrySet()) {
      named("core of layer " + layer.getKey(), layer.getValue());
      if (network.layers().stream()
          .noneMatch(
              each -> each instanceof Layer.Convolution && each.name().equals(layer.getKey()))) {
        throw UserException.badInput(
            "core of layer " + layer.getKey(),
            "no convolution of that name in " + network.model(),
            "the name of a convolution, as network.json lists them",
            "Mend the name.");
      }
    }
    ImmutableMap.Builder<String, CoreUse> uses = ImmutableMap.builder();
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution convolution) {
        String own = selection.layers().get(layer.name());
        uses.put(
            layer.name(),
            first(
                convolution,
                architecture,
                own == null ? selection.preference() : ImmutableList.of(own)));
      }
    }
    return uses.buildOrThrow();
  }

  private CoreUse first(
      Layer.Convolution layer, Architecture architecture, ImmutableList<String> names) {
    List<String> refusals = new ArrayList<>();
    for (String name : names) {
      CoreType type = named("core", name);
      Parameters parameters =
          parameters(type, architecture, architecture.cores().parametersOf(name), "parameters");
      Optional<String> refusal = type.refusal(layer, parameters);
      if (refusal.isEmpty()) {
        return use(type, layer, architecture, parameters);
      }
      refusals.add(name + ": " + refusal.get());
    }
    throw UserException.badInput(
        "layer " + layer.name(),
        "no core type can compute it (" + String.join("; ", refusals) + ")",
        "a core type for every convolution",
        "Name another after these (--core "
            + String.join(",", names)
            + ",ideal), or one for this"
            + " layer (--core "
            + layer.name()
            + "=ideal).");
  }

  /**
   * {@code use} as its type sees it now: all parameters there, what macros offer recomputed.
   *
   * @throws UserException when the type or a parameter is not legal; {@code where} names the file
   */
  public CoreUse checked(
      CoreUse use, Layer.Convolution layer, Architecture architecture, String where) {
    String place = where + ", core of layer " + layer.name();
    CoreType type = named(place, use.type());
    Parameters parameters = parameters(type, architecture, use.parameters(), place);
    Optional<String> refusal = type.refusal(layer, parameters);
    if (refusal.isPresent()) {
      throw UserException.badInput(
          place,
          "core type " + use.type() + " cannot compute it: " + refusal.get(),
          "a core type that can",
          "Choose another type.");
    }
    return use(type, layer, architecture, parameters);
  }

  private static CoreUse use(
      CoreType type, Layer.Convolution layer, Architecture architecture, Parameters parameters) {
    return new CoreUse(
        type.name(), parameters.values(), type.spec(layer, architecture, parameters));
  }

  /**
   * All parameters of {@code type}, of which {@code given} are set.
   *
   * @throws UserException when one is unknown or its value illegal; {@code where} is the option or
   *     place that gave them
   */
  public static Parameters parameters(
      CoreType type, Architecture architecture, Map<String, String> given, String where) {
    Map<String, String> values = new TreeMap<>();
    for (Parameter parameter : type.parameters()) {
      String standard =
          parameter.standard().equals(Parameter.FROM_ARCHITECTURE)
              ? Integer.toString(architecture.mvmCycles())
              : parameter.standard();
      values.put(parameter.name(), standard);
    }
    for (Map.Entry<String, String> each : given.entrySet()) {
      String place = where + ", " + type.name() + "." + each.getKey();
      Parameter parameter =
          type.parameters().stream()
              .filter(known -> known.name().equals(each.getKey()))
              .findFirst()
              .orElseThrow(
                  () ->
                      UserException.badInput(
                          place,
                          "core type " + type.name() + " has no parameter '" + each.getKey() + "'",
                          values.isEmpty() ? "none" : String.join(", ", values.keySet()),
                          "Mend or remove it."));
      values.put(parameter.name(), parameter.check(place, each.getValue()));
    }
    return new Parameters(ImmutableSortedMap.copyOf(values));
  }
}
