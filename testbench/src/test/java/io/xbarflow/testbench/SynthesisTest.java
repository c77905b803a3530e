package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.energy.EnergyEstimate;
import io.xbarflow.core.energy.EnergyModel;
import io.xbarflow.core.energy.EnergyTable;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.synthesis.CriticalPath;
import io.xbarflow.core.synthesis.ModuleSynthesis;
import io.xbarflow.core.synthesis.Resources;
import io.xbarflow.core.synthesis.Synthesis;
import io.xbarflow.rtlgen.syn.SynthesisFiles;
import io.xbarflow.testbench.synth.SynthesisRequest;
import io.xbarflow.testbench.synth.SynthesisRun;
import io.xbarflow.testbench.synth.Target;
import io.xbarflow.testsupport.LongRun;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hand-off in {@code syn/}: its scripts run, and what synthesis says is right. */
final class SynthesisTest {
  private static final Architecture SMALL = Architectures.named("default").withMvmCycles(8);

  private record Case(String name, Network network, Architecture architecture) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("small_cnn", Chain.example("small_cnn"), SMALL),
        new Case("residual_cnn", Chain.example("residual_cnn"), SMALL),
        new Case(
            "core types", RandomDesign.forEveryCoreType(), CoreTypesChipTest.mixedArchitecture()));
  }

  /** Elaborated with its checks, memories and macros as timing analysis sees them included. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void scriptsElaborateWithoutAWarning(Case tested, @TempDir Path folder) throws IOException {
    Path syn = Chain.of(tested.network(), tested.architecture(), folder).folder().resolve("syn");
    for (String script : new String[] {"asic.ys", "xilinx.ys"}) {
      String text = Files.readString(syn.resolve(script));
      int end = text.indexOf("setattr -mod");
      assertTrue(end > 0, script);
      // No macro is left a black box for the timing analyser, none is filled in for an FPGA.
      String boxes =
          script.equals("asic.ys")
              ? "select -assert-none =*crossbar_macro* =*ram_?r1w %u =A:blackbox %i\n"
              : "select -assert-any t:crossbar_macro_*\n";
      Files.writeString(syn.resolve("test.ys"), text.substring(0, end) + boxes);
      assertEquals(
          List.of(),
          Lint.output(syn, "yosys", "-q", "test.ys").stream()
              .filter(line -> !line.isBlank() && !line.contains("Replacing memory"))
              .toList());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void coreFileNamesFilesThatAreThere(Case tested, @TempDir Path folder) throws IOException {
    Path syn = Chain.of(tested.network(), tested.architecture(), folder).folder().resolve("syn");
    List<Path> cores;
    try (Stream<Path> files = Files.list(syn)) {
      cores = files.filter(file -> file.toString().endsWith(".core")).toList();
    }
    assertEquals(1, cores.size());
    assertEquals("CAPI=2:", Files.readAllLines(cores.get(0)).get(0));
    JsonNode core = new YAMLMapper().readTree(Files.readString(cores.get(0)));
    List<String> named = new ArrayList<>();
    for (JsonNode set : core.get("filesets")) {
      for (JsonNode file : set.get("files")) {
        named.add(file.asText());
        assertTrue(Files.isRegularFile(syn.resolve(file.asText())), file.asText());
      }
    }
    for (String file : Files.readAllLines(folder.resolve("rtl/filelist.f"))) {
      assertTrue(named.contains("../" + file), file);
    }
    assertEquals("xbarflow_top", core.get("targets").get("default").get("toplevel").asText());
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 1000})
  void constraintsHaveTheClockOfTheArchitecture(int megahertz, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("chip.yaml");
    Files.writeString(
        file, "crossbar: {rows: 256, columns: 256}\nmvmCycles: 8\nclockMHz: " + megahertz + "\n");
    Chain.of(Chain.example("small_cnn"), Architectures.resolve(file.toString()), folder);
    String period = megahertz == 40 ? "25.000" : "1.000";
    String constraints = Files.readString(folder.resolve("syn/constraints.sdc"));
    assertTrue(constraints.contains("-period " + period + " [get_ports clk]"), constraints);
    String script = Files.readString(folder.resolve("syn/asic.ys"));
    assertTrue(script.contains(megahertz == 40 ? " -D 25000 " : " -D 1000 "), script);
  }

  private static SynthesisRequest request(Chain chain, Target target, String top, String liberty) {
    return new SynthesisRequest(
        chain.folder(),
        chain.mapping().model(),
        chain.mapping().modelSha256(),
        chain.mapping().architecture().clockMHz(),
        target,
        top,
        Path.of(liberty),
        ImmutableMap.of("yosys", "0.23"));
  }

  private static Synthesis synthesise(Chain chain, Target target, String top) {
    return new SynthesisRun(request(chain, target, top, SynthesisFiles.LIBERTY), line -> {}).run();
  }

  /** A core with everything in it: area, memories and the names of its slowest path. */
  @ParameterizedTest
  @EnumSource(Target.class)
  void figuresOfACoreAddUp(Target target, @TempDir Path folder) {
    Chain chain = Chain.of(Chain.example("small_cnn"), SMALL, folder);
    check(synthesise(chain, target, "xbarflow_conv1_core"), target);
  }

  private static void check(Synthesis found, Target target) {
    Resources sum = Resources.NONE;
    for (ModuleSynthesis module : found.modules()) {
      sum = sum.plus(module.own(), module.instances());
      for (CriticalPath path : module.criticalPath().stream().toList()) {
        assertFalse((path.from() + " " + path.to()).matches(".*\\b_\\d+_\\b.*"), path.toString());
      }
    }
    Resources total = found.total();
    assertEquals(total.areaSquareMicrons(), sum.areaSquareMicrons(), 1e-3 * total.cells());
    assertEquals(total.cells(), sum.cells());
    assertEquals(total.flipFlops(), sum.flipFlops());
    assertTrue(total.flipFlops() > 100 && total.cells() > total.flipFlops(), total.toString());
    assertEquals(total.ramBits(), sum.ramBits());
    assertTrue(total.ramBits() > 0, total.toString());
    if (target == Target.ASIC) {
      // No flip-flop of the library is smaller than 96 um2.
      assertTrue(total.areaSquareMicrons() > 96.0 * total.flipFlops(), total.toString());
      double period = found.criticalPath().orElseThrow().nanoseconds().orElseThrow();
      assertTrue(period > 1 && period < 60, found.criticalPath().toString());
    } else {
      assertTrue(total.luts() > 100, total.toString());
      assertTrue(
          found.modules().stream().anyMatch(module -> module.criticalPath().isPresent()),
          "no levels");
      List<Double> placed =
          found.modules().stream()
              .flatMap(module -> module.criticalPath().flatMap(CriticalPath::nanoseconds).stream())
              .toList();
      // The fetch unit and post-processing; the core itself holds a macro.
      assertEquals(target == Target.ICE40, placed.size() >= 2, placed.toString());
      assertTrue(placed.stream().allMatch(period -> period > 2 && period < 100), placed.toString());
    }
  }

  /**
   * The estimate that the clock's energy is made of, beside what Yosys counts after it merged and
   * removed registers; no mapping to a library, which does not change their number.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void flipFlopsAreAsEstimated(Case tested, @TempDir Path folder) throws IOException {
    Chain chain = Chain.of(tested.network(), tested.architecture(), folder);
    EnergyEstimate energy =
        EnergyModel.estimate(
            tested.network(), chain.mapping(), EnergyTable.builtIn(), ImmutableMap.of(), 1);
    long estimated = energy.blocks().stream().mapToLong(EnergyEstimate.OfBlock::flipFlops).sum();
    Path syn = chain.folder().resolve("syn");
    String script = Files.readString(syn.resolve("asic.ys"));
    Files.writeString(
        syn.resolve("test.ys"),
        script.substring(0, script.indexOf("setattr -mod"))
            + """
            opt -fast
            opt_dff
            opt_clean
            simplemap t:$dff* t:$sdff* t:$adff*
            opt -fast
            flatten
            tee -o flip_flops.txt select -count t:$_*DFF*_
            """);
    Lint.output(syn, "yosys", "-q", "test.ys");
    String count = Files.readString(syn.resolve("flip_flops.txt")).trim();
    long found = Long.parseLong(count.substring(0, count.indexOf(' ')));
    assertTrue(
        Math.abs(estimated - found) <= 0.15 * found,
        () -> estimated + " flip-flops estimated, " + found + " found");
  }

  /**
   * The port ends in the synchroniser, the only false path; what the synchroniser gives is timed up
   * to the blocks.
   */
  @Test
  void resetIsTimed(@TempDir Path folder) throws IOException {
    RandomCase small = new RandomCase(1, false, 1, 1);
    Chain chain = Chain.of(small.network(), small.architecture(), folder);
    synthesise(chain, Target.ASIC, SynthesisFiles.TOP);
    Path syn = folder.resolve("syn");
    String script = Files.readString(syn.resolve("sta.tcl"));
    Files.writeString(
        syn.resolve("reset.tcl"),
        script.substring(0, script.indexOf("report_checks"))
            + """
              puts "ends of the port"
              puts [llength [get_fanout -from [get_ports rst_n] -flat -endpoints_only]]
              puts "paths from the port"
              report_checks -from [get_ports rst_n]
              puts "paths in the tree"
              report_checks -from [get_cells u_reset/u_synchroniser/*] -to [get_cells u_reset/*/*]
              puts "paths from the tree"
              report_checks -from [get_cells u_reset/g_block*/*] -fields fanout
              """);
    List<String> lines = Lint.output(syn, "sta", "-no_splash", "-exit", "reset.tcl");
    String all = String.join("\n", lines);
    int fanOut = lines.indexOf("ends of the port");
    int port = lines.indexOf("paths from the port");
    int tree = lines.indexOf("paths in the tree");
    int blocks = lines.indexOf("paths from the tree");
    assertEquals("1", lines.get(fanOut + 1), all);
    assertTrue(lines.subList(port, tree).stream().anyMatch("No paths found."::equals), all);
    assertTrue(slack(lines.subList(tree, blocks)), all);
    assertTrue(slack(lines.subList(blocks, lines.size())), all);
  }

  /** Whether a path was reported that is timed. */
  private static boolean slack(List<String> lines) {
    return lines.stream().anyMatch(line -> line.matches(" *-?[\\d.]+ +slack \\(\\w+\\)"));
  }

  private record Fault(String name, String verilog, String says) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
        new Fault("latch", "reg q; always @* if (in_valid) q = in_data[0];", "a latch"),
        new Fault("loop", "wire a; wire b = !a; assign a = !b && in_valid;", "a loop of logic: "),
        new Fault("second driver", "assign in_ready = in_data[0];", "several drivers: "),
        new Fault("no driver", "wire a; wire b = a && in_valid;", "a net without a driver: "),
        new Fault("unknown module", "wire a; no_such u_no (.a(a));", "no_such"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void faultyVerilogIsRefused(Fault fault, @TempDir Path folder) throws IOException {
    Chain chain = Chain.of(Chain.example("small_cnn"), SMALL, folder);
    Path cell = folder.resolve("rtl/xbarflow_conv1_core.v");
    Files.writeString(
        cell, Files.readString(cell).replace("endmodule", fault.verilog() + "\nendmodule"));
    UserException error =
        assertThrows(
            UserException.class, () -> synthesise(chain, Target.XILINX, SynthesisFiles.TOP));
    assertTrue(error.getMessage().contains(fault.says()), error.getMessage());
  }

  @Test
  void whatIsMissingIsNamed(@TempDir Path folder) throws IOException {
    Chain chain = Chain.of(Chain.example("small_cnn"), SMALL, folder);
    for (String[] wrong :
        new String[][] {
          {"xbarflow_top", "no.lib", "no.lib", "qflow-tech-osu018"},
          {
            "xbarflow_conv9_core",
            SynthesisFiles.LIBERTY,
            "no module xbarflow_conv9_core",
            "syn/filelist.f"
          }
        }) {
      UserException error =
          assertThrows(
              UserException.class,
              () ->
                  new SynthesisRun(request(chain, Target.ASIC, wrong[0], wrong[1]), l -> {}).run());
      assertTrue(error.getMessage().contains(wrong[2]), error.getMessage());
      assertTrue(error.getMessage().contains(wrong[3]), error.getMessage());
    }
    Files.delete(folder.resolve("syn/ecp5.ys"));
    UserException error =
        assertThrows(UserException.class, () -> synthesise(chain, Target.ECP5, SynthesisFiles.TOP));
    assertTrue(error.getMessage().contains("xbarflow generate"), error.getMessage());
  }

  /** A network of others as a whole; says nothing of the time it takes. */
  @Test
  @LongRun
  @NeedsThirdPartyModels
  void resNet8IsSynthesised(@TempDir Path folder) {
    Path model = ThirdPartyModels.resolve("cnn/resnet8_cifar10/model.qop_i8.onnx");
    Chain chain = Chain.of(OnnxImport.read(model), Architectures.named("default"), folder);
    check(synthesise(chain, Target.ASIC, SynthesisFiles.TOP), Target.ASIC);
  }
}
