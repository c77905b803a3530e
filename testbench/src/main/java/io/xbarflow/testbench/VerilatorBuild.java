package io.xbarflow.testbench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.io.Resources;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.rtlgen.template.TemplateRenderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Turns a folder of generated Verilog into a program that simulates it, with Verilator and a C++
 * compiler. Programs are kept in a cache folder under a hash of everything that goes into them:
 * Verilog text, wrapper, harness, options and tool versions. Weights and images are read when the
 * program runs, so other weights or images need no new build. Several processes may share the
 * cache: an entry appears under its name only when it is complete.
 */
public final class VerilatorBuild {
  private static final String PROGRAM = "Vcosim_top";

  private static final ImmutableList<String> VERILATOR_OPTIONS =
      ImmutableList.of(
          "--cc",
          "--exe",
          "--assert",
          "--no-timing",
          "-O3",
          "--x-assign",
          "fast",
          "-Wno-fatal",
          "--output-split",
          "20000",
          "--prefix",
          PROGRAM,
          "--top-module",
          "cosim_top");

  /**
   * Hot code fast, start-up code quickly compiled; never -march=native, which GCC 12 gets wrong.
   */
  private static final ImmutableList<String> MAKE_OPTIONS =
      ImmutableList.of("OPT_FAST=-O2", "OPT_SLOW=-O0", "OPT_GLOBAL=-O2");

  /** Everything quickly compiled, for chips that simulate in no time. */
  private static final ImmutableList<String> QUICK_MAKE_OPTIONS =
      ImmutableList.of("OPT_FAST=-O0", "OPT_SLOW=-O0", "OPT_GLOBAL=-O0");

  private static final ImmutableList<String> RUNTIME_OBJECTS =
      ImmutableList.of("verilated.o", "verilated_threads.o");
  private static final ImmutableList<String> TRACING_RUNTIME_OBJECTS =
      ImmutableList.of("verilated.o", "verilated_threads.o", "verilated_vcd_c.o");

  private final Toolchain tools;
  private final Path cache;
  private final ImmutableList<String> makeOptions;

  /** Builds with {@code tools} and keeps programs in {@code cache}, which need not exist yet. */
  public VerilatorBuild(Toolchain tools, Path cache) {
    this(tools, cache, MAKE_OPTIONS);
  }

  private VerilatorBuild(Toolchain tools, Path cache, ImmutableList<String> makeOptions) {
    this.tools = tools;
    this.cache = cache.toAbsolutePath();
    this.makeOptions = makeOptions;
  }

  /** The same for programs that run so shortly that compiling them takes longest. */
  public VerilatorBuild quick() {
    return new VerilatorBuild(tools, cache, QUICK_MAKE_OPTIONS);
  }

  /**
   * A program that simulates one chip.
   *
   * @param program the executable; run it with the output folder as current directory
   * @param cached whether it was built before
   * @param verilateSeconds wall-clock time of Verilator and the C++ compiler; 0 when cached
   * @param log what the tools printed when it was built
   */
  public record Simulator(Path program, boolean cached, double verilateSeconds, Path log) {}

  /**
   * The simulator of the Verilog in {@code folder}.
   *
   * @param folder output folder with {@code rtl/filelist.f}
   * @param mapping what the Verilog was generated from
   * @param trace whether the simulator can write waveforms, which makes it slower
   * @throws UserException when a tool or the Verilog is missing, or the build fails
   */
  public Simulator build(Path folder, Mapping mapping, boolean trace) {
    ImmutableMap<String, String> versions = tools.versions();
    ImmutableMap<String, String> sources = sources(folder, mapping);
    ImmutableList<String> options =
        ImmutableList.<String>builder()
            .addAll(VERILATOR_OPTIONS)
            .addAll(trace ? ImmutableList.of("--trace") : ImmutableList.of())
            .build();
    Hasher hasher = Hashing.sha256().newHasher();
    versions.forEach((tool, version) -> put(hasher, tool, version));
    put(hasher, String.join(" ", options), String.join(" ", makeOptions));
    String runtimeKey = hasher.hash().toString();
    Hasher all = Hashing.sha256().newHasher();
    put(all, "tools", runtimeKey);
    sources.forEach((name, text) -> put(all, name, text));
    Path entry = cache.resolve("simulators").resolve(all.hash().toString());
    Path program = entry.resolve(PROGRAM);
    Path log = entry.resolve("build.log");
    if (Files.isExecutable(program)) {
      return new Simulator(program, true, 0, log);
    }
    long started = System.nanoTime();
    try {
      Files.createDirectories(entry.getParent());
      Path work = Files.createTempDirectory(entry.getParent(), ".building-");
      try {
        for (Map.Entry<String, String> source : sources.entrySet()) {
          Path file = work.resolve(source.getKey());
          Files.createDirectories(file.getParent());
          Files.writeString(file, source.getValue());
        }
        List<String> lines = new ArrayList<>();
        try {
          compile(
              work, options, sources, cache.resolve("runtime").resolve(runtimeKey), trace, lines);
        } finally {
          Artefacts.writeText(
              folder.resolve("cosim").resolve("build.log"), String.join("\n", lines) + "\n");
        }
        Path finished = Files.createDirectory(work.resolve("finished"));
        Files.move(work.resolve("obj").resolve(PROGRAM), finished.resolve(PROGRAM));
        Files.writeString(finished.resolve("build.log"), String.join("\n", lines) + "\n");
        publish(finished, entry);
      } finally {
        MoreFiles.deleteRecursively(work, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      throw Artefacts.unwritable(cache, e);
    }
    return new Simulator(program, false, (System.nanoTime() - started) / 1e9, log);
  }

  private void compile(
      Path work,
      ImmutableList<String> options,
      ImmutableMap<String, String> sources,
      Path runtime,
      boolean trace,
      List<String> lines)
      throws IOException {
    ImmutableList.Builder<String> verilate = ImmutableList.<String>builder().add(tools.verilator());
    verilate.addAll(options).add("--Mdir", "obj", "-CFLAGS", "-I..").add("cosim_top.sv");
    sources.keySet().stream()
        .filter(name -> name.endsWith(".v") || name.endsWith(".sv"))
        .filter(name -> !name.equals("cosim_top.sv"))
        .forEach(verilate::add);
    verilate.add("harness.cpp");
    step(verilate.build(), work, lines);
    Path objects = work.resolve("obj");
    ImmutableList<String> runtimeObjects = trace ? TRACING_RUNTIME_OBJECTS : RUNTIME_OBJECTS;
    boolean kept = Files.isDirectory(runtime);
    if (kept) {
      for (String object : runtimeObjects) {
        // A fresh time stamp, or make would compile them again.
        Files.copy(runtime.resolve(object), objects.resolve(object));
      }
    }
    step(
        ImmutableList.<String>builder()
            .add(tools.make(), "-C", "obj", "-f", PROGRAM + ".mk", "-j", "2")
            .add("CXX=" + tools.compiler(), "LINK=" + tools.compiler())
            .addAll(makeOptions)
            .build(),
        work,
        lines);
    if (!kept) {
      Path finished = Files.createDirectory(work.resolve("runtime"));
      for (String object : runtimeObjects) {
        Files.copy(objects.resolve(object), finished.resolve(object));
      }
      Files.createDirectories(runtime.getParent());
      publish(finished, runtime);
    }
  }

  private static void step(ImmutableList<String> command, Path work, List<String> lines)
      throws IOException {
    lines.add("$ " + String.join(" ", command));
    int first = lines.size();
    int exit = ToolProcess.run(command, work, lines::add);
    if (exit != 0) {
      List<String> output = lines.subList(first, lines.size());
      List<String> errors =
          output.stream()
              .filter(line -> line.toLowerCase(Locale.ROOT).contains("error"))
              .limit(5)
              .toList();
      throw UserException.badInput(
          command.get(0),
          "failed with exit code "
              + exit
              + " on the generated Verilog: "
              + String.join(" | ", errors.isEmpty() ? output.stream().limit(5).toList() : errors),
          "Verilog that Verilator compiles",
          "See cosim/build.log in the output folder; if you did not edit rtl/, report it.");
    }
  }

  /** Moves a finished folder to its name, unless another process was faster. */
  private static void publish(Path finished, Path name) throws IOException {
    try {
      Files.move(finished, name, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(name)) {
        throw e;
      }
    }
  }

  /** Every text that goes into the simulator, by its path below the build folder. */
  private static ImmutableMap<String, String> sources(Path folder, Mapping mapping) {
    Map<String, String> sources = new LinkedHashMap<>();
    Path fileList = folder.resolve("rtl").resolve("filelist.f");
    for (String line : read(fileList).split("\n", -1)) {
      String name = line.strip();
      if (name.isEmpty() || name.startsWith("//") || name.startsWith("#")) {
        continue;
      }
      Path path = Path.of(name).normalize();
      if (path.isAbsolute() || path.startsWith("..")) {
        throw UserException.badInput(
            fileList.toString(),
            "names " + name,
            "paths below the output folder",
            "Generate the Verilog again.");
      }
      sources.put(path.toString(), read(folder.resolve(path)));
    }
    TemplateRenderer renderer = new TemplateRenderer();
    CosimTop view = CosimTop.of(mapping);
    sources.put("cosim_top.sv", renderer.render("cosim_top.sv.vm", view));
    sources.put("cosim_links.h", renderer.render("cosim_links.h.vm", view));
    try {
      sources.put(
          "harness.cpp",
          Resources.toString(Resources.getResource(VerilatorBuild.class, "harness.cpp"), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ImmutableMap.copyOf(sources);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      UserException error =
          UserException.badInput(
              file.toString(),
              "cannot be read (" + e.getMessage() + ")",
              "generated Verilog",
              "Run `xbarflow generate` first.");
      error.initCause(e);
      throw error;
    }
  }

  private static void put(Hasher hasher, String name, String text) {
    // Lengths keep two neighbouring texts apart.
    hasher.putInt(name.length()).putString(name, UTF_8);
    hasher.putInt(text.length()).putString(text, UTF_8);
  }
}
