package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Compiles the C++ that Verilator wrote. Its files are many and small, and reading the headers
 * takes longer than most of them, so they are compiled some at a time: the code that runs every
 * cycle optimised, the code that runs once not at all. Several units are compiled at once, and
 * objects are kept by what went into them: after a small change of a chip only the units that
 * differ are compiled again.
 */
final class ObjectCode {
  /** Verilated source of one unit, in bytes; larger units leave processors idle. */
  private static final long UNIT_BYTES = 800_000;

  private final Toolchain tools;
  private final Path cache;
  private final String key;
  private final ImmutableList<String> flags;
  private final Speed speed;

  /** How much the compiler optimises. */
  enum Speed {
    /** Hot code fast. */
    FAST("-O1"),
    /** Everything quickly compiled, for chips that simulate in no time. */
    QUICK("-O0");

    private final String option;

    Speed(String option) {
      this.option = option;
    }
  }

  /**
   * One file to compile.
   *
   * @param name of the object, without extension
   * @param text C++ that includes the files of the unit
   * @param parts the text of those files
   */
  private record Unit(String name, String text, ImmutableList<String> parts, String option) {
    long bytes() {
      return parts.stream().mapToLong(String::length).sum();
    }
  }

  /**
   * @param cache folder in which objects are kept
   * @param key what tools and options they are made with
   * @param recording what the simulator can record
   * @param include Verilator's folder of headers and run-time sources
   */
  ObjectCode(
      Toolchain tools, Path cache, String key, Recording recording, Path include, Speed speed) {
    this.tools = tools;
    this.cache = cache;
    this.key = key;
    this.speed = speed;
    // Never -march=native, which GCC 12 gets wrong.
    this.flags =
        ImmutableList.<String>builder()
            .add("-I.", "-I..", "-I" + include, "-I" + include.resolve("vltstd"))
            .add("-DVERILATOR=1", "-DVM_SC=0")
            .addAll(recording.defines())
            .add("-faligned-new", "-w")
            .build();
  }

  /**
   * Compiles the files that Verilator left in {@code folder}, the harness beside it and the run
   * time, and links them.
   *
   * @param prefix of Verilator's files
   * @param runtime sources of Verilator's run time
   * @param lines gets what the tools print
   * @throws IOException when a file cannot be read or written
   */
  void build(
      Path folder, String prefix, Path program, ImmutableList<Path> runtime, List<String> lines)
      throws IOException {
    List<Unit> units = new ArrayList<>(verilated(folder, prefix));
    String headers = headers(folder);
    units.add(
        new Unit(
            "harness",
            "#include \"../harness.cpp\"\n",
            ImmutableList.of(
                Files.readString(folder.resolveSibling("harness.cpp")),
                Files.readString(folder.resolveSibling("cosim_links.h"))),
            speed.option));
    List<String> command = new ArrayList<>(List.of(tools.compiler(), "-o", program.toString()));
    ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<Path>> objects = new ArrayList<>();
      // The longest first, so that they do not end up alone.
      units.sort(Comparator.comparing(Unit::bytes).reversed());
      for (Unit unit : units) {
        objects.add(workers.submit(() -> object(unit, headers, folder, lines)));
      }
      for (Path source : runtime) {
        Unit unit =
            new Unit(
                source.getFileName().toString().replace(".cpp", ""),
                "#include \"" + source.getFileName() + "\"\n", // in the folder of headers
                ImmutableList.of(),
                "-O2");
        objects.add(workers.submit(() -> object(unit, "", folder, lines)));
      }
      for (Future<Path> object : objects) {
        command.add(object.get().toString());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the compiler was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IOException(e.getCause());
    } finally {
      workers.shutdownNow();
    }
    command.addAll(List.of("-pthread", "-latomic"));
    VerilatorBuild.step(ImmutableList.copyOf(command), folder, lines);
  }

  /** Units of the files that Verilator wrote: consecutive ones, so that a change stays in few. */
  private ImmutableList<Unit> verilated(Path folder, String prefix) throws IOException {
    TreeMap<String, String> hot = new TreeMap<>();
    TreeMap<String, String> cold = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".cpp")).toList()) {
        String name = file.getFileName().toString();
        boolean once =
            name.endsWith("__Slow.cpp")
                || name.equals(prefix + "__Syms.cpp")
                || name.startsWith(prefix + "__ConstPool");
        (once ? cold : hot).put(name, Files.readString(file));
      }
    }
    ImmutableList.Builder<Unit> units = ImmutableList.builder();
    pack("hot", hot, speed.option, units);
    pack("cold", cold, "-O0", units);
    return units.build();
  }

  private static void pack(
      String name, Map<String, String> files, String option, ImmutableList.Builder<Unit> units) {
    long total = files.values().stream().mapToLong(String::length).sum();
    long count = Math.max(1, (total + UNIT_BYTES - 1) / UNIT_BYTES);
    StringBuilder text = new StringBuilder();
    List<String> parts = new ArrayList<>();
    long seen = 0;
    int unit = 0;
    for (Map.Entry<String, String> file : files.entrySet()) {
      text.append("#include \"").append(file.getKey()).append("\"\n");
      parts.add(file.getValue());
      seen += file.getValue().length();
      if (seen * count >= total * (unit + 1)) {
        units.add(new Unit(name + unit, text.toString(), ImmutableList.copyOf(parts), option));
        text.setLength(0);
        parts.clear();
        unit++;
      }
    }
  }

  private static String headers(Path folder) throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".h")).sorted().toList()) {
        VerilatorBuild.put(hasher, file.getFileName().toString(), Files.readString(file));
      }
    }
    return hasher.hash().toString();
  }

  /** The object of {@code unit}, compiled unless it is kept. */
  private Path object(Unit unit, String headers, Path folder, List<String> lines)
      throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    VerilatorBuild.put(hasher, key, String.join(" ", flags) + unit.option);
    VerilatorBuild.put(hasher, headers, unit.text);
    unit.parts.forEach(part -> VerilatorBuild.put(hasher, "part", part));
    KeptFile kept = new KeptFile(cache.resolve(hasher.hash().toString()), ".o");
    Optional<Path> sound = kept.find();
    if (sound.isPresent()) {
      return sound.get();
    }
    Path source = folder.resolve(unit.name + ".cc");
    Files.writeString(source, unit.text, StandardCharsets.UTF_8);
    String object = unit.name + ".o";
    VerilatorBuild.step(
        ImmutableList.<String>builder()
            .add(tools.compiler(), unit.option)
            .addAll(flags)
            .add("-c", "-o", object, source.getFileName().toString())
            .build(),
        folder,
        lines);
    return kept.keep(folder.resolve(object));
  }
}
