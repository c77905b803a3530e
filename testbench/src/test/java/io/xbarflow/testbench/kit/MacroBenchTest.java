package io.xbarflow.testbench.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.cores.ideal.IdealCore;
import io.xbarflow.testbench.Toolchain;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kit passes the ideal core and says what is wrong with faulty ones. */
final class MacroBenchTest {
  private static final Path CACHE =
      Path.of(System.getProperty("xbarflow.root", "."))
          .resolve("testbench")
          .resolve("target")
          .resolve("simulators");
  private static final Architecture ARCHITECTURE =
      Architectures.named("default").withCrossbar(20, 10).withMvmCycles(8);
  private static final String RESULT = "      held_result <= result;\n    end\n";

  @TempDir private Path folder;

  private KitReport check(CoreType type, String mvmCycles) {
    return new MacroBench(Toolchain.onPath(), CACHE, folder)
        .run(type, ARCHITECTURE, Map.of("mvmCycles", mvmCycles));
  }

  @ParameterizedTest(name = "{0} cycles")
  @ValueSource(strings = {"1", "2", "7"})
  void idealPasses(String mvmCycles) {
    KitReport report = check(new IdealCore(), mvmCycles);
    assertEquals(List.of(), report.findings());
    assertEquals(
        List.of(
            "golden",
            "boundary",
            "verilator",
            "yosys",
            "icarus",
            "stub",
            "stub",
            "stub",
            "memory",
            "cycles",
            "handshake",
            "hold",
            "unknown",
            "arithmetic",
            "back-to-back",
            "reset"),
        report.checks().stream().map(Check::name).toList());
  }

  @Test
  void wholeMacroIsPut() {
    new MacroBench(Toolchain.onPath(), CACHE, folder).run(new IdealCore(), ARCHITECTURE, Map.of());
    assertTrue(folder.resolve("mem/macro_7.hex").toFile().length() == 20 * 10 * 3);
  }

  /** A fault, which check finds it, and words of the message. */
  private record Fault(String name, String was, String is, String check, String... words) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
        new Fault(
            "late done",
            "count <= FIRST_COUNT[COUNT_BITS-1:0]",
            "count <= FIRST_COUNT[COUNT_BITS-1:0] + 1'b1",
            "cycles",
            "declared mvmCycles 6, measured 7",
            "Declare mvmCycles 7 (core.yaml, or spec() of a jar), or mend the module"),
        new Fault(
            "cycles of its own",
            "localparam FIRST_COUNT = MVM_CYCLES - 1;",
            "localparam FIRST_COUNT = MVM_CYCLES - MVM_CYCLES + 3;",
            "cycles",
            "declared mvmCycles 6, measured 4"),
        new Fault(
            "held data changes",
            RESULT,
            RESULT + "    else if (done) held_result <= ~held_result;\n",
            "hold",
            "held data changed under back-pressure",
            "Keep column_data in registers"),
        new Fault(
            "result before done",
            "= done ? held_result : {(COLUMNS*COLUMN_BITS){1'bx}}",
            "= held_result",
            "unknown",
            "column_data already is the result",
            "Drive column_data to X while done is low"),
        new Fault(
            "last result until done",
            "  assign column_data = done ? held_result : {(COLUMNS*COLUMN_BITS){1'bx}};",
            "  reg [COLUMNS*COLUMN_BITS-1:0] last_result;\n"
                + "  always @(posedge clk) if (start) last_result <= held_result;\n"
                + "  assign column_data = done ? held_result : last_result;",
            "unknown",
            "column_data already was the result of the MVM before"),
        new Fault(
            "off by one",
            RESULT,
            "      held_result <= result;\n      held_result[0] <= !result[0];\n    end\n",
            "arithmetic",
            "column 0 is",
            "Module and multiply() must agree bit for bit"),
        new Fault(
            "latch",
            "  assign done =",
            "  reg held;\n  always @* if (start) held = row_data[0];\n"
                + "  assign done = (held || !held) &&",
            "yosys",
            "infers a latch"),
        new Fault(
            "start in the cycle of done ignored",
            "  always @(posedge clk) begin\n    if (!rst_n) count <= {COUNT_BITS{1'b0}};\n"
                + "    else if (start) count",
            "  reg waited;\n  always @(posedge clk) waited <= done;\n"
                + "  always @(posedge clk) begin\n    if (!rst_n) count <= {COUNT_BITS{1'b0}};\n"
                + "    else if (start && waited) count",
            "handshake",
            "done is high during an MVM"),
        new Fault(
            "reset does not end the MVM",
            "if (!rst_n) count <= {COUNT_BITS{1'b0}};",
            "if (!rst_n && done) count <= {COUNT_BITS{1'b0}};",
            "handshake",
            "after a reset in mid-MVM"),
        new Fault(
            "inputs sampled a cycle late",
            "    reg [COLUMNS*COLUMN_BITS-1:0] result;\n    if (start) begin",
            "    reg [COLUMNS*COLUMN_BITS-1:0] result;\n    reg late;\n    late <= start;\n"
                + "    if (late) begin",
            "arithmetic",
            "expected"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void faultIsFound(Fault fault) {
    KitReport report = check(new Variant(fault.was(), fault.is()), "6");
    String all = String.join("\n", report.findings().stream().map(Finding::toString).toList());
    Finding found =
        report.findings().stream()
            .filter(finding -> finding.check().equals(fault.check()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no finding of " + fault.check() + ":\n" + all));
    for (String word : fault.words()) {
      assertTrue(found.toString().contains(word), () -> found + " lacks " + word + "\n" + all);
    }
  }
}
