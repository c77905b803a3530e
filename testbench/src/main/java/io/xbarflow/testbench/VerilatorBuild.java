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
import io.xbarflow.core.text.FileWord;
import io.xbarflow.rtlgen.template.TemplateRenderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Turns a folder of generated Verilog into a program that simulates it, with Verilator and a C++
 * compiler. Programs are kept in a cache folder under a hash of everything that goes into them:
 * Verilog text, wrapper, harness, options and tool versions. Weights and images are read when the
 * program runs, so other weights or images need no new build. Several processes may share the
 * cache: an entry appears under its name only when it is complete, and one that was damaged is made
 * anew.
 */
public final class VerilatorBuild {
  private static final String PROGRAM = "Vcosim_top";
  private static final String PROGRAM_ENDING = ".simulator";

  private static final ImmutableList<String> VERILATOR_OPTIONS =
      ImmutableList.of(
          "--cc",
          "--assert",
          "--no-timing",
          "-O3",
          // A value for each X, drawn when a simulation begins: what is used before it is known is
          // found out.
          "--x-assign",
          "unique",
          "-Wno-fatal",
          // Loops stay loops and wide words stay arrays: a fifth of the C++, compiled in a tenth of
          // the time. Generate loops still need a limit they never reach.
          "--expand-limit",
          "4",
          "--unroll-count",
          "1000000",
          "--unroll-stmts",
          "1",
          "--output-split",
          "20000",
          "--prefix",
          PROGRAM,
          "--top-module",
          "cosim_top");

  private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);

  /** 126 and 127 when a program cannot be run, 128 and more when a signal ended it. */
  private static final int LEAST_EXIT_CODE_OF_LOADER = 126;

  /** Name of Verilator's configuration among the sources. */
  public static final String CONFIGURATION = "shared_modules.vlt";

  private static final ImmutableList<String> RUNTIME =
      ImmutableList.of("verilated.cpp", "verilated_threads.cpp");

  private final Toolchain tools;
  private final Path cache;
  private final ObjectCode.Speed speed;

  /** Builds with {@code tools} and keeps programs in {@code cache}, which need not exist yet. */
  public VerilatorBuild(Toolchain tools, Path cache) {
    this(tools, cache, ObjectCode.Speed.FAST);
  }

  private VerilatorBuild(Toolchain tools, Path cache, ObjectCode.Speed speed) {
    this.tools = tools;
    this.cache = cache.toAbsolutePath();
    this.speed = speed;
  }

  /** The same for programs that run so shortly that compiling them takes longest. */
  public VerilatorBuild quick() {
    return new VerilatorBuild(tools, cache, ObjectCode.Speed.QUICK);
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
   * @param recording what the simulator can record
   * @throws UserException when a tool or the Verilog is missing, or the build fails
   */
  public Simulator build(Path folder, Mapping mapping, Recording recording) {
    return build(folder, sources(folder, mapping), recording);
  }

  /**
   * The simulator of {@code sources}.
   *
   * @param folder gets the log, {@code cosim/build.log}
   * @param sources text of Verilog and C++ by path: {@code cosim_top.sv} with the top level, {@code
   *     harness.cpp} and its header {@code cosim_links.h}, {@value #CONFIGURATION}, and any Verilog
   * @param recording what the simulator can record
   * @throws UserException when a tool is missing or the build fails
   */
  public Simulator build(Path folder, ImmutableMap<String, String> sources, Recording recording) {
    long started = System.nanoTime();
    ImmutableMap<String, String> versions = tools.versions();
    ImmutableList<String> options =
        ImmutableList.<String>builder()
            .addAll(VERILATOR_OPTIONS)
            .addAll(recording.options())
            .build();
    Hasher hasher = Hashing.sha256().newHasher();
    versions.forEach((tool, version) -> put(hasher, tool, version));
    put(hasher, String.join(" ", options), speed.toString());
    String key = hasher.hash().toString();
    Hasher all = Hashing.sha256().newHasher();
    put(all, "tools", key);
    sources.forEach((name, text) -> put(all, name, text));
    Path entry = cache.resolve("simulators").resolve(all.hash().toString());
    KeptFile program = new KeptFile(entry, PROGRAM_ENDING);
    Path log = entry.resolve("build.log");
    try {
      Optional<Path> kept = program.find();
      if (kept.isPresent() && starts(kept.get())) {
        return new Simulator(kept.get(), true, 0, log);
      }
      if (kept.isPresent()) {
        // Sound, but for another machine, perhaps; then so are the objects it was linked from.
        discard(kept.get());
      }
      return new Simulator(
          built(folder, sources, options, key, recording, program),
          false,
          (System.nanoTime() - started) / 1e9,
          log);
    } catch (IOException e) {
      throw Artefacts.unwritable(cache, e);
    }
  }

  /**
   * Whether {@code program} can be started. Without arguments it says how it is used, and its exit
   * code is below those of the loader and of signals.
   */
  private static boolean starts(Path program) {
    try {
      ImmutableList<String> command = ImmutableList.of(program.toString());
      return ToolProcess.run(command, program.getParent(), STARTS_WITHIN, line -> {})
          < LEAST_EXIT_CODE_OF_LOADER;
    } catch (IOException e) {
      return false;
    }
  }

  private void discard(Path program) throws IOException {
    Files.deleteIfExists(program);
    Path objects = cache.resolve("objects");
    if (Files.isDirectory(objects)) {
      MoreFiles.deleteRecursively(objects, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private Path built(
      Path folder,
      ImmutableMap<String, String> sources,
      ImmutableList<String> options,
      String key,
      Recording recording,
      KeptFile program)
      throws IOException {
    try (BuildFolder build = BuildFolder.in(cache.resolve("simulators"))) {
      Path work = build.path();
      for (Map.Entry<String, String> source : sources.entrySet()) {
        Path file = work.resolve(source.getKey());
        Files.createDirectories(file.getParent());
        Files.writeString(file, source.getValue());
      }
      List<String> lines = new ArrayList<>();
      try {
        compile(work, options, sources, key, recording, lines);
      } finally {
        Artefacts.writeText(
            folder.resolve("cosim").resolve("build.log"), String.join("\n", lines) + "\n");
      }
      Artefacts.writeText(program.folder().resolve("build.log"), String.join("\n", lines) + "\n");
      return program.keep(work.resolve("obj").resolve(PROGRAM));
    }
  }

  private void compile(
      Path work,
      ImmutableList<String> options,
      ImmutableMap<String, String> sources,
      String key,
      Recording recording,
      List<String> lines)
      throws IOException {
    ImmutableList.Builder<String> verilate = ImmutableList.<String>builder().add(tools.verilator());
    verilate.addAll(options).add("--Mdir", "obj", CONFIGURATION, "cosim_top.sv");
    sources.keySet().stream()
        .filter(name -> name.endsWith(".v") || name.endsWith(".sv"))
        .filter(name -> !name.equals("cosim_top.sv"))
        .forEach(verilate::add);
    step(verilate.build(), work, lines);
    Path include = Path.of(tools.verilatorRoot()).resolve("include");
    new ObjectCode(tools, cache.resolve("objects"), key, recording, include, speed)
        .build(
            work.resolve("obj"),
            PROGRAM,
            work.resolve("obj").resolve(PROGRAM),
            Stream.concat(RUNTIME.stream(), recording.runtime().stream())
                .map(include::resolve)
                .collect(ImmutableList.toImmutableList()),
            lines);
  }

  /** Runs one tool; what it prints is added to {@code lines}. */
  static void step(ImmutableList<String> command, Path work, List<String> lines)
      throws IOException {
    List<String> output = new ArrayList<>();
    int exit = ToolProcess.run(command, work, output::add);
    // Several compilers run at once, each with its lines in one piece.
    synchronized (lines) {
      lines.add("$ " + String.join(" ", command));
      lines.addAll(output);
    }
    if (exit != 0) {
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
      if (path.isAbsolute() || path.startsWith("..") || !FileWord.isLegal(path.toString())) {
        throw UserException.badInput(
            fileList.toString(),
            "names " + name,
            "paths below the output folder of letters, digits and _.+/-",
            "Generate the Verilog again.");
      }
      sources.put(path.toString(), read(folder.resolve(path)));
    }
    TemplateRenderer renderer = new TemplateRenderer();
    CosimTop view = CosimTop.of(mapping);
    sources.put("cosim_top.sv", renderer.render("cosim_top.sv.vm", view));
    sources.put("cosim_links.h", renderer.render("cosim_links.h.vm", view));
    sources.put(CONFIGURATION, SharedModules.configuration(sources));
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

  /** Adds a named text to {@code hasher}. */
  static void put(Hasher hasher, String name, String text) {
    // Lengths keep two neighbouring texts apart.
    hasher.putInt(name.length()).putString(name, UTF_8);
    hasher.putInt(text.length()).putString(text, UTF_8);
  }
}
