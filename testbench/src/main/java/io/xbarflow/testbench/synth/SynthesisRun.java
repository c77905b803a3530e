package io.xbarflow.testbench.synth;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.synthesis.CriticalPath;
import io.xbarflow.core.synthesis.ModuleSynthesis;
import io.xbarflow.core.synthesis.Resources;
import io.xbarflow.core.synthesis.Synthesis;
import io.xbarflow.core.text.FileWord;
import io.xbarflow.rtlgen.syn.SynthesisFiles;
import io.xbarflow.testbench.ToolProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Synthesises a generated chip for one target. */
public final class SynthesisRun {
  private static final Pattern PASS =
      Pattern.compile("(?:\\[[\\d.]+\\] )?(\\d+)\\. Executing (.+)");
  private static final Pattern MESSAGE = Pattern.compile("(ERROR|Warning): .*");
  private static final double NANOS_A_SECOND = 1e9;

  private final SynthesisRequest request;
  private final Consumer<String> progress;
  private final Path folder;
  private final Path log;
  private final String target;

  /** Prepares a run whose steps {@code progress} hears of. */
  public SynthesisRun(SynthesisRequest request, Consumer<String> progress) {
    this.request = request;
    this.progress = progress;
    this.folder = request.output().toAbsolutePath().resolve("syn");
    this.log = folder.resolve("log");
    this.target = request.target().id();
  }

  /**
   * Runs the tools.
   *
   * @throws UserException when there is no script, no such module, no Liberty file, or a tool finds
   *     something wrong with the Verilog
   */
  public Synthesis run() {
    long start = System.nanoTime();
    ManagedFolder output = ManagedFolder.at(request.output().toAbsolutePath());
    SynthesisFiles.WRITTEN.forEach(output::claim);
    try {
      yosys();
      Elaboration design = Elaboration.read(built(".elaborated.il"));
      String top = topId(design);
      Statistics own = Statistics.read(Files.readAllLines(built(".stat")), design);
      Paths paths =
          switch (request.target()) {
            case ASIC -> timed(design, top);
            case ICE40 -> placed(design, top, own);
            case ECP5, XILINX -> levels(design);
          };
      return result(design, top, own, paths, (System.nanoTime() - start) / NANOS_A_SECOND);
    } catch (IOException e) {
      throw Artefacts.unwritable(folder, e);
    } finally {
      SynthesisFiles.WRITTEN.forEach(output::record);
    }
  }

  private Path built(String ending) {
    return folder.resolve("build").resolve(target + ending);
  }

  private record Paths(ImmutableMap<String, CriticalPath> byName, String meaning) {}

  private String topId(Elaboration design) {
    return design.modules().keySet().stream()
        .filter(id -> design.modules().get(id).module().equals(request.top()))
        .findFirst()
        .orElseThrow();
  }

  // -- Yosys -------------------------------------------------------------------------------------

  /** Runs the target's script, with the top and the library that are wanted. */
  private void yosys() throws IOException {
    Path given = folder.resolve(target + ".ys");
    if (!Files.isRegularFile(given)) {
      throw UserException.badInput(
          given.toString(),
          "no such file",
          "the scripts that `xbarflow generate` writes",
          "Run `xbarflow generate` again.");
    }
    if (request.target() == Target.ASIC && !Files.isRegularFile(request.liberty())) {
      throw UserException.badInput(
          request.liberty().toString(),
          "no such file",
          "the Liberty file of a standard-cell library",
          "Install the package qflow-tech-osu018, or name a library with --liberty.");
    }
    String script = Files.readString(given);
    if (!request.top().equals(SynthesisFiles.TOP)) {
      if (!script.contains("/" + request.top() + ".v\n")) {
        throw UserException.badInput(
            "--module",
            "no module " + request.top(),
            "a module of the chip, such as those of rtl/xbarflow_*_core.v",
            "The file syn/filelist.f lists them.");
      }
      script = script.replace("-top " + SynthesisFiles.TOP, "-top " + request.top());
    }
    script = script.replace(SynthesisFiles.LIBERTY, liberty().toString());
    Files.deleteIfExists(built(".stat"));
    Path used = log.resolve(target + ".ys");
    Files.writeString(used, script);
    List<String> printed = new ArrayList<>();
    Path logFile = log.resolve(target + ".yosys.log");
    int exit =
        ToolProcess.run(
            ImmutableList.of(
                "yosys", "-l", "log/" + target + ".yosys.log", "log/" + target + ".ys"),
            folder,
            line -> {
              Matcher pass = PASS.matcher(line);
              if (pass.matches()) {
                progress.accept("Yosys: " + pass.group(2));
              }
              // Messages may begin in the middle of a line that is still being written.
              Matcher message = MESSAGE.matcher(line);
              if (message.find()) {
                printed.add(message.group());
              }
            });
    if (exit != 0) {
      throw wrong(printed, logFile);
    }
  }

  /**
   * The cell library as scripts name it. Neither Yosys nor ABC can quote every path, so a library
   * whose path would need it is read through a link.
   */
  private FileWord liberty() throws IOException {
    String path = request.liberty().toString();
    if (FileWord.isLegal(path)) {
      return new FileWord(path);
    }
    Path link = log.resolve("cells.lib");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, request.liberty().toAbsolutePath());
    return new FileWord("log/cells.lib");
  }

  /** What Yosys stumbled over, in words. */
  private static UserException wrong(List<String> printed, Path logFile) {
    String found =
        "Yosys ended with "
            + printed.stream().filter(line -> line.startsWith("ERROR")).findFirst().orElse("");
    if (found.contains("selection is not empty")) {
      found = "a latch";
    } else if (found.contains("check -assert")) {
      List<String> problems =
          printed.stream().flatMap(line -> problem(line).stream()).limit(3).toList();
      found = problems.isEmpty() ? found : String.join("; ", problems);
    }
    return UserException.badInput(
        logFile.toString(),
        found,
        "Verilog that can be synthesised",
        "The log says where. If nobody changed rtl/, this is a bug in xbarflow or in a core type.");
  }

  /** What is wrong when {@code line} is printed, with the place. */
  private static Optional<String> problem(String line) {
    String place = line.substring(line.indexOf(':') + 1).strip();
    if (line.contains("found logic loop")) {
      return Optional.of("a loop of logic: " + place);
    }
    if (line.contains("multiple conflicting drivers")) {
      return Optional.of("a net with several drivers: " + place);
    }
    return line.contains("has no driver")
        ? Optional.of("a net without a driver: " + place)
        : Optional.empty();
  }

  // -- timing ------------------------------------------------------------------------------------

  private Paths timed(Elaboration design, String top) throws IOException {
    progress.accept("OpenSTA");
    Netlist netlist = Netlist.read(built(".v"), folder.resolve("build/asic"), design);
    ImmutableList<Elaboration.Module> modules =
        design.parentsFirst(top).stream()
            .map(id -> design.modules().get(id))
            .filter(module -> !module.module().startsWith("boundary_"))
            .collect(toImmutableList());
    Path script = log.resolve("sta.tcl");
    Files.writeString(
        script,
        TimingAnalysis.script(liberty(), "build/asic/", design, modules, SynthesisFiles.TOP));
    List<String> lines = new ArrayList<>();
    int exit =
        ToolProcess.run(
            ImmutableList.of("sta", "-no_splash", "-exit", "log/sta.tcl"), folder, lines::add);
    Files.write(log.resolve("sta.log"), lines);
    List<String> errors = lines.stream().filter(line -> line.startsWith("Error")).toList();
    if (exit != 0 || !errors.isEmpty()) {
      throw UserException.badInput(
          log.resolve("sta.log").toString(),
          "OpenSTA ended with " + (errors.isEmpty() ? "exit code " + exit : errors.get(0)),
          "a netlist and constraints that it can read",
          "The log says where.");
    }
    return new Paths(
        TimingAnalysis.read(lines, netlist, SynthesisFiles.TOP, clockNanoseconds()),
        "OpenSTA, without wires and clock tree; memories and macros as in syn/asic/boundary.lib");
  }

  private Paths levels(Elaboration design) throws IOException {
    ImmutableMap.Builder<String, CriticalPath> byName = ImmutableMap.builder();
    LogicLevels.read(Files.readAllLines(built(".paths")))
        .forEach(
            (id, path) -> {
              Elaboration.Module module = design.modules().get(id);
              if (module != null) {
                byName.put(module.name(), path);
              }
            });
    return new Paths(
        byName.buildKeepingLast(),
        "estimate: longest chain of cells within each module, from Yosys; no place and route");
  }

  /** Levels of logic, and times of the modules that were placed. */
  private Paths placed(Elaboration design, String top, Statistics own) throws IOException {
    Map<String, Long> cells = new HashMap<>();
    List<String> order = design.parentsFirst(top);
    for (int i = order.size() - 1; i >= 0; i--) {
      Elaboration.Module module = design.modules().get(order.get(i));
      long sum = own.own(module.id()).luts();
      for (Map.Entry<String, Integer> child : module.submodules().entrySet()) {
        sum += cells.get(child.getKey()) * child.getValue();
      }
      cells.put(module.id(), sum);
    }
    Map<String, CriticalPath> byName = new HashMap<>(levels(design).byName());
    byName.putAll(new PlaceAndRoute(design, folder, log, progress).paths(top, id -> cells.get(id)));
    return new Paths(
        ImmutableMap.copyOf(byName),
        "times: nextpnr on an HX8K, of the largest modules without macros that fit, ports in shift"
            + " registers; levels: longest chain of cells within a module, from Yosys");
  }

  private double clockNanoseconds() {
    return 1000.0 / request.clockMegahertz();
  }

  // -- result ------------------------------------------------------------------------------------

  private Synthesis result(
      Elaboration design, String top, Statistics statistics, Paths paths, double seconds) {
    Map<String, Resources> whole = new HashMap<>();
    List<String> order = design.parentsFirst(top);
    ImmutableMap<String, Long> instances = design.instances(top);
    List<ModuleSynthesis> modules = new ArrayList<>();
    for (int i = order.size() - 1; i >= 0; i--) {
      Elaboration.Module module = design.modules().get(order.get(i));
      Resources own =
          statistics
              .own(module.id())
              .plus(new Resources(0, 0, 0, 0, 0, module.ramBits(SynthesisFiles.MEMORIES), 0), 1);
      Resources sum = own;
      for (Map.Entry<String, Integer> child : module.submodules().entrySet()) {
        sum = sum.plus(whole.get(child.getKey()), child.getValue());
      }
      whole.put(module.id(), sum);
      if (!module.module().startsWith("boundary_")) {
        modules.add(
            new ModuleSynthesis(
                module.name(),
                module.module(),
                ImmutableMap.copyOf(module.parameters()),
                instances.get(module.id()),
                own,
                sum,
                Optional.ofNullable(paths.byName().get(module.name()))));
      }
    }
    modules.sort(Comparator.comparing(ModuleSynthesis::name));
    String topName = design.modules().get(top).name();
    return new Synthesis(
        request.model(),
        request.modelSha256(),
        target,
        request.target().technology(),
        request.versions().entrySet().stream()
            .map(tool -> tool.getKey() + " " + tool.getValue())
            .reduce((a, b) -> a + ", " + b)
            .orElse(""),
        paths.meaning(),
        clockNanoseconds(),
        topName,
        whole.get(top),
        Optional.ofNullable(paths.byName().get(topName))
            .filter(path -> path.nanoseconds().isPresent()),
        ImmutableList.copyOf(modules),
        seconds);
  }
}
