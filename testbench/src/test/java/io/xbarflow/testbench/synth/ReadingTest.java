package io.xbarflow.testbench.synth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.synthesis.CriticalPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tools print is understood. */
final class ReadingTest {
  private static final String ELABORATED =
      String.join(
          "\n",
          "attribute \\hdlname \"\\\\ram_1r1w\"",
          "module $paramod\\ram_1r1w\\WIDTH=8",
          "  parameter \\DEPTH 32'00000000000000000000000000000110",
          "  parameter \\WIDTH 8",
          "  wire input 1 \\clk",
          "end",
          "module $paramod$12\\ram_1r1w",
          "  parameter \\DEPTH 2",
          "  parameter \\WIDTH 4",
          "end",
          "attribute \\blackbox 1",
          "module \\memory_input",
          "  wire input 1 \\clk",
          "end",
          "module \\pair",
          "  wire width 2 input 2 \\rst_n",
          "  cell $paramod$12\\ram_1r1w \\u_a",
          "  end",
          "  cell $paramod\\ram_1r1w\\WIDTH=8 \\u_b",
          "  end",
          "  cell $add $1",
          "  end",
          "end",
          "module \\xbarflow_top",
          "  cell \\pair \\u_1",
          "  end",
          "  cell \\pair \\u_2",
          "  end",
          "  cell $paramod$12\\ram_1r1w \\u_c",
          "  end",
          "  cell \\memory_input \\u_pin",
          "  end",
          "end",
          "");

  private static Elaboration elaboration(Path folder) throws IOException {
    Path file = folder.resolve("design.il");
    Files.writeString(file, ELABORATED);
    return Elaboration.read(file);
  }

  @Test
  void elaborationGivesInstancesAndBits(@TempDir Path folder) throws IOException {
    Elaboration design = elaboration(folder);
    String small = "$paramod$12\\ram_1r1w";
    assertEquals(
        Map.of("xbarflow_top", 1L, "pair", 2L, small, 3L, "$paramod\\ram_1r1w\\WIDTH=8", 2L),
        design.instances("xbarflow_top"));
    assertEquals("ram_1r1w__1", design.modules().get(small).name());
    assertEquals(8, design.modules().get(small).ramBits(List.of("ram_1r1w")));
    assertEquals(0, design.modules().get(small).ramBits(List.of("fifo")));
    assertEquals("xbarflow_top", design.parentsFirst("xbarflow_top").get(0));
    assertEquals(
        "6", design.modules().get("$paramod\\ram_1r1w\\WIDTH=8").parameters().get("DEPTH"));
    assertEquals(true, design.modules().get("pair").resettable());
    assertEquals(false, design.modules().get("pair").clocked());
    assertEquals(
        List.of(new Elaboration.Port("rst_n", true, 2)), design.modules().get("pair").ports());
    assertEquals(false, design.modules().get("pair").blackBoxes());
    assertEquals(true, design.modules().get("xbarflow_top").blackBoxes());
  }

  @Test
  void theSlowestPathBetweenRegistersIsRead() throws IOException {
    String step = "{'delay': %s, 'type': '%s', 'from': {'cell': '%s'}, 'to': {'cell': '%s'}}";
    String json =
        "{'critical_paths': [{'from': '<async>', 'to': 'posedge clk', 'path': [{'delay': 9}]},"
            + "{'from': 'posedge clk', 'to': 'posedge clk', 'path': ["
            + String.format(step, "0.5", "clk-to-q", "u_module.row_SB_DFF_Q_1", "x")
            + ","
            + String.format(step, "1.25", "logic", "x", "y")
            + ","
            + String.format(step, "0.25", "setup", "y", "u_module.u_walk.column_SB_DFFSR_Q")
            + "]}]}";
    assertEquals(
        Optional.of(new CriticalPath(Optional.of(2.0), 1, "row", "u_walk.column")),
        PlaceAndRoute.read(new ObjectMapper().readTree(json.replace('\'', '"'))));
  }

  @Test
  void pathsAreNamedAsTheRegisters(@TempDir Path folder) throws IOException {
    Elaboration design = elaboration(folder);
    Path netlist = folder.resolve("n.v");
    Files.writeString(
        netlist,
        String.join(
            "\n",
            "module \\$paramod$12\\ram_1r1w (clk, q);",
            "  DFFPOSX1 _07_ (",
            "    .CLK(clk),",
            "    .D(_01_),",
            "    .Q(\\g_x[1].held [3])",
            "  );",
            "endmodule",
            "module xbarflow_top (clk);",
            "  \\$paramod$12\\ram_1r1w  \\u_c  (",
            "    .clk(clk)",
            "  );",
            "endmodule",
            ""));
    Path modules = folder.resolve("modules");
    Netlist names = Netlist.read(netlist, modules, design);
    assertEquals(
        "module xbarflow_top (clk);\n  ram_1r1w__1  \\u_c  (\n    .clk(clk)\n  );\nendmodule\n",
        Files.readString(modules.resolve("xbarflow_top.v")));
    assertTrue(
        Files.readString(modules.resolve("ram_1r1w__1.v")).startsWith("module ram_1r1w__1 (clk"));
    List<String> printed =
        List.of(
            "xbarflow module xbarflow_top",
            "Startpoint: u_c/_07_",
            "            (rising edge-triggered flip-flop clocked by clk)",
            "Endpoint: u_c/u_ram/u_write_data/g_bit[14].g_memory.u_pin",
            "   0.000    0.000   clock clk (rise edge)",
            "   0.0000    0.0000 ^ u_c/_07_/CLK (DFFPOSX1)",
            "   0.2000    0.2000 v u_c/_07_/Q (DFFPOSX1)",
            "   0.1000    0.3000 ^ u_c/_08_/Y (INVX1)",
            "   0.0000    0.3000 ^ u_c/u_ram/u_write_data/g_bit[14].g_memory.u_pin/d (memory_input)",
            "            0.3000   data arrival time",
            "            2.0000 ^ u_c/u_ram/u_write_data/g_bit[14].g_memory.u_pin/clk (memory_input)",
            "            1.2000   slack (MET)",
            "xbarflow module pair",
            "No paths found.");
    assertEquals(
        ImmutableMap.of(
            "xbarflow_top",
            new CriticalPath(
                Optional.of(0.8), 1, "u_c/g_x[1].held[3]", "u_c/u_ram/write_data[14]")),
        TimingAnalysis.read(printed, names, "xbarflow_top", 2.0));
  }

  @Test
  void levelsOfLogicAreRead() {
    List<String> printed =
        List.of(
            "Longest topological path in pair (length=3):",
            "    0: 1'0",
            "    1: \\in_valid (via $abc$11)",
            "    1: $abc$12 [4] (via $abc$13)",
            "    2: \\sum [7] (via $abc$14)",
            "    3: \\out_data [1] (via $abc$15)",
            "",
            "Longest topological path in xbarflow_top (length=0):",
            "    0: \\clk");
    assertEquals(
        ImmutableMap.of("pair", new CriticalPath(Optional.empty(), 3, "in_valid", "out_data[1]")),
        LogicLevels.read(printed));
  }
}
