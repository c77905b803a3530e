package io.xbarflow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.energy.EnergyEstimate;
import io.xbarflow.core.energy.EnergyTable;
import io.xbarflow.core.onnx.ImportSettings;
import io.xbarflow.core.synthesis.CriticalPath;
import io.xbarflow.core.synthesis.Resources;
import io.xbarflow.core.synthesis.Synthesis;
import io.xbarflow.mapper.MappingOptions;
import io.xbarflow.mapper.explore.Ranges;
import io.xbarflow.testbench.CoverageReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ProgramTest {
  private static final ImmutableMap<String, String> VERSIONS =
      ImmutableMap.of(
          "verilator", "Verilator 5.006 2023-01-22 rev (Debian 5.006-3)\n",
          "g++", "12.2.0\n",
          "yosys", "Yosys 0.23 (git sha1 7ce5011c24b)\n",
          "iverilog", "Icarus Verilog version 11.0 (stable) ()\n");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final RecordingStages stages = new RecordingStages();
  private ImmutableMap<String, String> versions = VERSIONS;

  /** Writes down what it is asked, leaves empty artefacts, and fails when told to. */
  private static final class RecordingStages implements Stages {
    private static final CoverageReport COVERAGE =
        new CoverageReport(
            3,
            2,
            ImmutableList.of(
                new CoverageReport.Cell(
                    "ram_1r1w.v",
                    3,
                    2,
                    ImmutableList.of(
                        new CoverageReport.Hole(30, "condition true", "if (write_enable)")))));

    private final List<String> calls = new ArrayList<>();
    private Throwable failure;
    private ImmutableList<String> mismatches = ImmutableList.of();

    private void call(String text) {
      calls.add(text);
      if (failure instanceof RuntimeException) {
        throw (RuntimeException) failure;
      }
      if (failure instanceof Error) {
        throw (Error) failure;
      }
    }

    @Override
    public boolean importModel(
        Path model,
        ImportSettings settings,
        Optional<Inputs> calibration,
        Path output,
        Progress progress) {
      progress.start("import");
      call(
          "import "
              + model.getFileName()
              + (settings.equals(ImportSettings.NONE) ? "" : " " + settings.inputShapes()));
      ManagedFolder.at(output).writeText("network.json", "{}");
      ManagedFolder.at(output).writeText("network.onnx", "");
      progress.done("12 layers");
      return false;
    }

    @Override
    public void checkInputs(Path output, Inputs inputs, KnownClasses classes) {}

    @Override
    public ResultTable map(
        Architecture architecture,
        CoreTypes types,
        MappingOptions options,
        CalibrationImages calibration,
        Path output,
        Progress progress) {
      call(
          String.format(
              "map %s %dx%d %s %d %s%s",
              architecture.name(),
              architecture.crossbarRows(),
              architecture.crossbarColumns(),
              String.join(",", architecture.cores().preference()),
              architecture.mvmCycles(),
              architecture.memory(),
              options.equals(MappingOptions.PLAIN) ? "" : " " + options));
      ManagedFolder.at(output).writeText("mapping.json", "{}");
      return new ResultTable(ImmutableList.of(ResultTable.Row.of("crossbars", 14)));
    }

    @Override
    public FrontTable explore(
        Architecture base,
        CoreTypes types,
        Ranges ranges,
        Optional<SweepImages> images,
        String command,
        Path output,
        Progress progress) {
      call("explore " + ranges.crossbars() + " " + ranges.mvmCycles() + " " + command);
      return new FrontTable(ImmutableList.of());
    }

    @Override
    public void generate(CoreTypes types, Path output, Progress progress) {
      call("generate");
      ManagedFolder.at(output).writeText("rtl/filelist.f", "");
    }

    @Override
    public SimulationTables simulate(
        CoreTypes types,
        Path output,
        Inputs inputs,
        KnownClasses classes,
        Optional<Path> dump,
        Progress progress) {
      call("simulate " + describe(inputs) + " " + dump.isPresent());
      return new SimulationTables(
          new ResultTable(ImmutableList.of()),
          new DeviationTable(ImmutableList.of()),
          Answers.none());
    }

    @Override
    public Synthesis synth(Path output, SynthSettings settings, Progress progress) {
      call("synth " + settings.target() + " " + settings.module() + " " + settings.versions());
      return new Synthesis(
          "m",
          "",
          settings.target().id(),
          "cells",
          "tools",
          "timing",
          1,
          "top",
          Resources.NONE,
          Optional.of(new CriticalPath(Optional.of(4.0), 9, "a", "b")),
          ImmutableList.of(),
          1);
    }

    @Override
    public Verdict cosim(CoreTypes types, Path output, CosimSettings settings, Progress progress) {
      call(
          "cosim "
              + describe(settings.inputs())
              + " "
              + settings.stallSeed()
              + settings.waves().map(window -> " waves " + window).orElse("")
              + (settings.coverage() ? " coverage" : ""));
      return new Verdict(
          mismatches,
          new ResultTable(
              ImmutableList.of(
                  new ResultTable.Row(
                      "cycles per image",
                      OptionalDouble.of(8200),
                      OptionalDouble.of(8200),
                      OptionalDouble.of(8192)))),
          Answers.none(),
          Optional.of(
              new EnergyEstimate(
                  settings.energy().name(),
                  1,
                  2500,
                  new EnergyEstimate.Parts(2000, 500, 0, 0, 0, 0),
                  ImmutableList.of())),
          settings.coverage() ? Optional.of(COVERAGE) : Optional.empty());
    }

    @Override
    public void report(Path output, Progress progress) {
      call("report");
      ManagedFolder.at(output).writeText("report.html", "");
    }

    private static String describe(Inputs inputs) {
      return inputs.files().size() + "/" + inputs.images() + "/" + inputs.seed();
    }
  }

  @BeforeEach
  void files() throws IOException {
    Files.writeString(folder.resolve("model.onnx"), "");
    Files.writeString(folder.resolve("images.npy"), "");
    Files.writeString(folder.resolve("file"), "");
    Files.writeString(
        folder.resolve("chip.yaml"), "crossbar: {rows: 9, columns: 7}\nmvmCycles: 5\n");
    Files.createDirectories(folder.resolve("empty"));
    Files.createDirectories(folder.resolve("mapped"));
    Files.writeString(folder.resolve("mapped/mapping.json"), "{}");
    Files.createDirectories(folder.resolve("generated/rtl"));
    Files.writeString(folder.resolve("generated/mapping.json"), "{}");
    Files.writeString(folder.resolve("generated/rtl/filelist.f"), "");
  }

  /** Runs a command line in which {@code @} stands for the test's folder. */
  private int run(String line) {
    Host host =
        new Host(
            new PrintWriter(out),
            new PrintWriter(err),
            ImmutableMap.of("XBARFLOW_CACHE", folder.resolve("cache").toString()),
            command -> Optional.ofNullable(versions.get(command.get(0))),
            false,
            System::nanoTime);
    return new Program(host, stages)
        .run(
            Splitter.on(' ')
                .omitEmptyStrings()
                .splitToStream(line)
                .map(word -> word.replace("@", folder + "/"))
                .toArray(String[]::new));
  }

  /** A command line and the calls that it makes. */
  private record Accepted(String line, String... calls) {
    @Override
    public String toString() {
      return line;
    }
  }

  static Stream<Accepted> accepted() {
    String plain = "map default 256x256 ideal 8 RING";
    return Stream.of(
        new Accepted(
            "run @model.onnx -o @out",
            "import model.onnx",
            plain,
            "generate",
            "cosim 0/4/1 Optional.empty",
            "report"),
        new Accepted(
            "run @model.onnx --output=@a/b/c --images 2 --seed 9 --stall-seed 3 --waves 5..60"
                + " --dump @d",
            "import model.onnx",
            plain,
            "generate",
            "cosim 0/2/9 Optional[3] waves 5..60",
            "report"),
        new Accepted(
            "--debug run -o @out --input @images.npy --input @images.npy @model.onnx",
            "import model.onnx",
            plain,
            "generate",
            "cosim 2/0/1 Optional.empty",
            "report"),
        new Accepted("map @model.onnx -o @out", "import model.onnx", plain),
        new Accepted(
            "map @model.onnx -o @out --input-shape x=1x3x8x8 --input-shape a=b=1x5",
            "import model.onnx {x=[1, 3, 8, 8], a=b=[1, 5]}",
            plain),
        new Accepted(
            "map @model.onnx -o @out --arch analog-256",
            "import model.onnx",
            "map analog-256 256x256 ideal 130 RING"),
        new Accepted(
            "map @model.onnx -o @out --arch @chip.yaml",
            "import model.onnx",
            "map chip 9x7 ideal 5 RING"),
        new Accepted(
            "map @model.onnx -o @out --crossbar 64x32 --mvm-cycles 3 --memory ring --core ideal",
            "import model.onnx",
            "map default 64x32 ideal 3 RING"),
        new Accepted(
            "map @model.onnx -o @out --crossbars 20 --lanes 4 --effort quick"
                + " --memory rows,a=ring,b/c=frame",
            "import model.onnx",
            "map default 256x256 ideal 8 ROWS MappingOptions[crossbars=Optional[20],"
                + " cycles=Optional.empty, lanes=4, memory={a=RING, b/c=FRAME}, cores={},"
                + " effort=QUICK]"),
        new Accepted(
            "map @model.onnx -o @out --images-per-second 1000000",
            "import model.onnx",
            "map default 256x256 ideal 8 RING MappingOptions[crossbars=Optional.empty,"
                + " cycles=Optional[1000], lanes=1, memory={}, cores={}, effort=FULL]"),
        new Accepted(
            "explore @model.onnx -o @out --crossbar 8x4,4x4 --mvm-cycles 3..7x2,9 --core ideal",
            "import model.onnx",
            "explore [8x4, 4x4] [3, 5, 7, 9] xbarflow run @model.onnx -o OUT --core ideal"),
        new Accepted("generate @mapped", "generate"),
        new Accepted("simulate @mapped --images 7", "simulate 0/7/1 false"),
        new Accepted(
            "simulate @mapped --input @images.npy --images 3 --dump @d", "simulate 1/3/1 true"),
        new Accepted("simulate @mapped --input left=@images.npy", "simulate 1/0/1 false"),
        new Accepted("cosim @generated", "cosim 0/4/1 Optional.empty"),
        new Accepted("cosim @generated --waves 0..9", "cosim 0/4/1 Optional.empty waves 0..9"),
        new Accepted("report @mapped", "report"),
        new Accepted("cosim @generated --stall-seed -5", "cosim 0/4/1 Optional[-5]"));
  }

  @ParameterizedTest
  @MethodSource
  void accepted(Accepted c) {
    assertEquals(ExitCode.DONE, run(c.line()), err::toString);
    assertEquals(
        Stream.of(c.calls()).map(call -> call.replace("@", folder + "/")).toList(), stages.calls);
  }

  /** A command line that is refused, and what the message says. */
  private record Refused(String line, String... says) {
    @Override
    public String toString() {
      return line;
    }
  }

  static Stream<Refused> refused() {
    String map = "map @model.onnx -o @out ";
    String simulate = "simulate @mapped ";
    return Stream.of(
        new Refused("", "No verb given", "xbarflow --help"),
        new Refused("fly", "'fly'"),
        new Refused("explore @model.onnx", "--output", "xbarflow explore --help"),
        new Refused("run @model.onnx", "--output", "xbarflow run --help"),
        new Refused("run -o @out", "MODEL.onnx"),
        new Refused("run @model.onnx @model.onnx -o @out", "model.onnx"),
        new Refused("run @none.onnx -o @out", "none.onnx: no such file"),
        new Refused("run @empty -o @out", "empty: is not a file"),
        new Refused("run @model.onnx -o @file", "file: cannot be written"),
        new Refused("run @model.onnx -o @file/below", "below: cannot be written"),
        new Refused(map + "--set pcm.adcBits=6", "--set", "no layer can be on", "--core pcm"),
        new Refused(map + "--core ideal,digital --set pcm.adcBits=6", "pcm.adcBits=6"),
        new Refused(map + "--calibration NONSENSE", "--calibration", "NONSENSE is not there"),
        new Refused(simulate + "--input @images.npy --seed 3", "--seed", "random images"),
        new Refused("synth @generated --target ice40 --liberty a.lib", "--liberty", "asic"),
        new Refused(
            "quantize @model.onnx --calibration @images.npy -o @q.onnx --percentile 99",
            "--percentile",
            "--method percentile"),
        new Refused("run @model.onnx -o @out --energy @none.yaml", "none.yaml: cannot be read"),
        new Refused(
            "cosim @generated --energy @chip.yaml", "chip.yaml:1:1", "unknown key 'crossbar'"),
        new Refused("run @model.onnx -o @out --dump @file", "file: cannot be written"),
        new Refused(map + "--budget 5", "--budget"),
        new Refused(map + "--mvm-cycle 5", "--mvm-cycle", "Did you mean --mvm-cycles"),
        new Refused(map + "--crossbar 256", "--crossbar: '256'", "256x256"),
        new Refused(map + "--crossbar 0x5", "crossbar.rows is 0"),
        new Refused(map + "--crossbar 5x65537", "crossbar.columns is 65537"),
        new Refused(map + "--mvm-cycles 0", "mvmCycles is 0"),
        new Refused(map + "--mvm-cycles x", "--mvm-cycles", "'x'"),
        new Refused(map + "--memory x", "unknown activation memory policy 'x'"),
        new Refused(map + "--memory ring,conv1", "'conv1'", "LAYER=POLICY"),
        new Refused(map + "--memory conv1=x", "unknown activation memory policy 'x'"),
        new Refused(map + "--crossbars 0", "--crossbars is 0"),
        new Refused(map + "--ii 0", "--ii is 0"),
        new Refused(map + "--lanes 0", "--lanes is 0"),
        new Refused(map + "--effort most", "'most'", "full or quick"),
        new Refused(map + "--crossbars 9 --ii 4", "more than one of them"),
        new Refused(map + "--images-per-second 1e12", "an MVM takes 8 cycles"),
        new Refused(map + "--images-per-second 0", "an MVM takes 8 cycles"),
        new Refused(map + "--set pcm.adcBits", "--set: 'pcm.adcBits'"),
        new Refused(map + "--cores @none", "none: no such file or folder"),
        new Refused(map + "--arch nothing", "'nothing'", "analog-256"),
        new Refused(map + "--input-shape x", "--input-shape: 'x'", "such as x=1x3x224x224"),
        new Refused(map + "--input-shape x=1x0", "--input-shape: 'x=1x0'", "positive"),
        new Refused(map + "--input-shape x=1x2 --input-shape x=1x3", "'x' twice"),
        new Refused(map + "--arch @none.yaml", "none.yaml: no such file"),
        new Refused(map + "--arch @file", "file: is empty"),
        new Refused("generate @none", "none: no such folder"),
        new Refused("generate @file", "file: is not a folder"),
        new Refused("generate @empty", "empty: has no mapping.json", "xbarflow run or map"),
        new Refused("report @empty", "empty: has no mapping.json", "xbarflow run or map"),
        new Refused("cosim @generated --waves 9", "--waves: '9'", "0..500"),
        new Refused("cosim @generated --waves 9..8", "--waves: '9..8'"),
        new Refused("cosim @mapped", "mapped: has no rtl/filelist.f"),
        new Refused(simulate + "--images 0", "--images: '0'"),
        new Refused(simulate + "--images 1000001", "--images: '1000001'"),
        new Refused(simulate + "--seed x", "--seed"),
        new Refused(simulate + "--input @none.npy", "none.npy is not there"));
  }

  @ParameterizedTest
  @MethodSource
  void refused(Refused c) {
    assertEquals(ExitCode.BAD_INPUT, run(c.line()));
    assertEquals(List.of(), stages.calls);
    assertTrue(err.toString().startsWith("error: "), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
    for (String part : c.says()) {
      assertTrue(err.toString().contains(part), err.toString());
    }
    assertEquals("", out.toString());
  }

  /** What a stage throws, and what becomes of it. */
  private record Thrown(Throwable failure, int exitCode, String says) {
    @Override
    public String toString() {
      return failure.getClass().getSimpleName() + " to " + exitCode;
    }
  }

  static Stream<Thrown> thrown() {
    return Stream.of(
        new Thrown(UserException.badInput("node c1", "f", "e", "Do a."), 2, "error: node c1: f"),
        new Thrown(UserException.toolMissing("gcc", "f", "e", "Do a."), 3, "error: gcc: f"),
        new Thrown(
            new java.io.UncheckedIOException(new IOException("No space left")), 2, "No space left"),
        new Thrown(new IllegalStateException("boom"), 70, "internal error: "),
        new Thrown(new OutOfMemoryError(), 70, "out of memory"),
        new Thrown(new StackOverflowError(), 70, "please report"));
  }

  @ParameterizedTest
  @MethodSource
  void thrown(Thrown c) {
    stages.failure = c.failure();
    assertEquals(c.exitCode(), run("map @model.onnx -o @out"));
    assertTrue(err.toString().contains(c.says()), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
    assertEquals(c.exitCode(), run("map @model.onnx -o @out --debug"));
    assertTrue(err.toString().contains("\tat io.xbarflow"), err.toString());
  }

  @Test
  void mismatchesGiveOneAndAreNamed() {
    stages.mismatches = ImmutableList.of("layer c1, image 0: 3 instead of 4");
    assertEquals(ExitCode.VERIFICATION_FAILED, run("run @model.onnx -o @out"));
    assertTrue(err.toString().contains("error: layer c1, image 0: 3 instead of 4"));
    assertTrue(out.toString().contains("| cycles per image |    8200 |      8200 |  8192 |"));
    assertTrue(out.toString().contains("1.001"), out.toString());
  }

  @Test
  void energyIsPrintedWhenATableIsGiven() throws IOException {
    assertEquals(0, run("run @model.onnx -o @out"), err::toString);
    assertFalse(out.toString().contains("nJ"), out.toString());
    String builtIn =
        com.google.common.io.Resources.toString(
            EnergyTable.class.getResource("energy.yaml"), UTF_8);
    Files.writeString(folder.resolve("table.yaml"), builtIn);
    assertEquals(0, run("run @model.onnx -o @out --energy @table.yaml"), err::toString);
    assertTrue(out.toString().contains("| energy of an image, nJ | total |"), out.toString());
    assertTrue(out.toString().contains("| all | 2.500 | 2.000 | 0.500 |"), out.toString());
  }

  @Test
  void coverageIsPrintedWhenAskedFor() {
    assertEquals(0, run("run @model.onnx -o @out"), err::toString);
    assertFalse(out.toString().contains("cell or template"), out.toString());
    for (String verb : List.of("run @model.onnx -o @out", "cosim @out")) {
      assertEquals(0, run(verb + " --coverage"), err::toString);
      assertTrue(stages.calls.stream().anyMatch(call -> call.endsWith(" coverage")), verb);
      assertTrue(out.toString().contains("| ram_1r1w.v       |      3 |       2 | 66.7 |"), verb);
      assertTrue(out.toString().contains("| all              |      3 |       2 | 66.7 |"), verb);
      stages.calls.clear();
    }
  }

  @Test
  void failedRunLeavesNothingOfTheOneBefore() {
    assertEquals(0, run("run @model.onnx -o @out"));
    assertTrue(Files.exists(folder.resolve("out/rtl/filelist.f")));
    stages.failure = UserException.badInput("a", "b", "c", "d");
    assertEquals(2, run("run @model.onnx -o @out"));
    for (String file :
        List.of(
            "network.json",
            "network.onnx",
            "mapping.json",
            "rtl/filelist.f",
            "cosim.json",
            "energy.json",
            "coverage.json",
            "report.html")) {
      assertFalse(Files.exists(folder.resolve("out").resolve(file)), file);
    }
  }

  /** Versions of some tools, the exit codes of doctor and of run, and what both say. */
  private record Tools(String tool, String version, int doctor, int run, String says) {}

  static Stream<Tools> tools() {
    return Stream.of(
        new Tools("verilator", "", 3, 3, "--no-install-recommends verilator"),
        new Tools("verilator", "Verilator 4.228 2022", 3, 3, "4.228"),
        new Tools("verilator", "Verilator 5.034 2025", 0, 0, ""),
        new Tools("verilator", "Verilator 6", 0, 0, ""),
        new Tools("g++", "", 3, 3, "--no-install-recommends g++"),
        new Tools("g++", "9.4.0", 3, 3, "9.4.0"),
        new Tools("yosys", "", 0, 0, ""),
        new Tools("iverilog", "", 0, 0, ""));
  }

  @ParameterizedTest
  @MethodSource
  void tools(Tools c) {
    versions =
        ImmutableMap.<String, String>builder()
            .putAll(VERSIONS)
            .put(c.tool(), c.version())
            .buildKeepingLast();
    assertEquals(c.doctor(), run("doctor"), out::toString);
    assertTrue(out.toString().contains(c.says()), out.toString());
    assertEquals(c.run(), run("run @model.onnx -o @tools"), err::toString);
    assertTrue(err.toString().contains(c.says()), err.toString());
    assertEquals(c.run() == 0, Files.exists(folder.resolve("tools")));
  }

  /** A use of synth, the tool that is missing, the exit code, and what is said or asked. */
  private record Synth(String options, String missing, int exitCode, String says) {}

  static Stream<Synth> synth() {
    return Stream.of(
        new Synth("--target asic", "", 0, "synth ASIC xbarflow_top {yosys=0.23, sta=2.0.17}"),
        new Synth("--target xilinx --module a_core", "", 0, "synth XILINX a_core {yosys=0.23}"),
        new Synth(
            "--target ice40", "sta", 0, "synth ICE40 xbarflow_top {yosys=0.23, nextpnr-ice40=0.4}"),
        new Synth("--target ice40", "nextpnr-ice40", 3, "--no-install-recommends nextpnr-ice40"),
        new Synth("--target asic", "sta", 3, "--no-install-recommends opensta"),
        new Synth("--target ecp5", "yosys", 3, "--no-install-recommends yosys"),
        new Synth("--target stratix", "", 2, "'stratix' is none of asic, ice40, ecp5, xilinx"),
        new Synth("", "", 2, "--target"));
  }

  @ParameterizedTest
  @MethodSource
  void synth(Synth c) throws IOException {
    versions =
        ImmutableMap.<String, String>builder()
            .putAll(VERSIONS)
            .put("sta", "2.0.17")
            .put(
                "nextpnr-ice40", "nextpnr-ice40 -- Next Generation Place and Route (Version 0.4-1)")
            .put(c.missing(), "")
            .buildKeepingLast();
    Files.createDirectories(folder.resolve("chip/rtl"));
    Files.writeString(folder.resolve("chip/rtl/filelist.f"), "");
    assertEquals(c.exitCode(), run("synth @chip " + c.options()), err::toString);
    assertTrue((stages.calls + " " + err).contains(c.says()), stages.calls + " " + err);
    if (c.exitCode() == 0) {
      assertTrue(
          out.toString().contains("Critical path 4.00 ns: at most 250.0 MHz"), out::toString);
    }
  }

  @Test
  void generatingAnewDiscardsWhatSynthesisFound() throws IOException {
    assertEquals(0, run("run @model.onnx -o @out"), err::toString);
    Path found = folder.resolve("out/synth.asic.json");
    ManagedFolder.at(folder.resolve("out")).writeText("synth.asic.json", "{}");
    assertEquals(0, run("cosim @out"), err::toString);
    assertTrue(Files.exists(found));
    assertEquals(0, run("generate @out"), err::toString);
    assertFalse(Files.exists(found));
  }

  @Test
  void doctorChecksTheCacheFolder() throws IOException {
    Files.writeString(folder.resolve("cache"), "in the way");
    assertEquals(ExitCode.BAD_INPUT, run("doctor"));
    assertTrue(out.toString().contains("not writable"), out.toString());
  }

  @Test
  void helpIsThereForEveryVerb() {
    for (String verb :
        List.of(
            "",
            "run",
            "map",
            "explore",
            "generate",
            "simulate",
            "cosim",
            "report",
            "synth",
            "doctor")) {
      assertEquals(0, run(verb + " --help"), verb);
    }
    assertTrue(out.toString().contains("--stall-seed"), out.toString());
    assertEquals("", err.toString());
  }
}
