package io.xbarflow.testbench.synth;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.synthesis.Resources;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts of cells that Yosys' {@code stat} gave, by Yosys' name of the module. */
final class Statistics {
  /** Cells that are ends of memories and macros, not of the digital part. */
  private static final String BOUNDARY = "(memory|macro)_(in|out)put|tie_(high|low)";

  private static final String FLIP_FLOPS =
      "DFF.*|SB_DFF.*|FD[RSCP]E(_1)?|TRELLIS_FF|\\$_S?DFFE?_.*";
  private static final String LUTS =
      "SB_LUT4|LUT[1-6]|INV|TRELLIS_COMB|LUT4|RAM(16|32|64|128|256)(X1)?[SD](_1)?|RAM32M|RAM64M"
          + "|SRL16E|SRLC32E|CCU2C|TRELLIS_DPR16X4|L6MUX21|PFUMX";
  private static final String DSPS = "DSP48E1|MULT18X18D|SB_MAC16|ALU54B";

  private final ImmutableMap<String, Resources> own;

  private static final Pattern SECTION = Pattern.compile("=== (.+) ===");
  private static final Pattern CELL = Pattern.compile("     (\\S+) +(\\d+)");
  private static final Pattern AREA = Pattern.compile("\\s*Chip area for module '(.+)': ([\\d.]+)");

  private Statistics(ImmutableMap<String, Resources> own) {
    this.own = own;
  }

  /** Reads what was printed; cells that are modules of {@code design} are not counted. */
  static Statistics read(List<String> lines, Elaboration design) {
    Map<String, Resources> own = new HashMap<>();
    String module = "";
    for (String line : lines) {
      Matcher section = SECTION.matcher(line);
      Matcher area = AREA.matcher(line);
      Matcher cell = CELL.matcher(line);
      if (section.matches()) {
        module = plain(section.group(1));
      } else if (area.matches()) {
        add(own, plain(area.group(1)), areaOf(Double.parseDouble(area.group(2))), 1);
      } else if (cell.matches() && design.modules().containsKey(module)) {
        String type = plain(cell.group(1));
        if (!type.matches(BOUNDARY) && !design.modules().containsKey(type)) {
          add(own, module, oneCell(type), Long.parseLong(cell.group(2)));
        }
      }
    }
    return new Statistics(ImmutableMap.copyOf(own));
  }

  private static void add(Map<String, Resources> own, String module, Resources each, long count) {
    own.put(module, own.getOrDefault(module, Resources.NONE).plus(each, count));
  }

  private static Resources areaOf(double squareMicrons) {
    return new Resources(0, 0, 0, 0, 0, 0, squareMicrons);
  }

  private static Resources oneCell(String type) {
    return new Resources(
        1,
        type.matches(FLIP_FLOPS) ? 1 : 0,
        type.matches(LUTS) ? luts(type) : 0,
        type.matches(DSPS) ? 1 : 0,
        blockRams(type),
        0,
        0);
  }

  /** Look-up tables that a cell takes. */
  private static int luts(String type) {
    return switch (type) {
      case "RAM32M", "RAM64M", "TRELLIS_DPR16X4" -> 4;
      case "RAM128X1D" -> 4;
      case "RAM64X1D", "RAM32X1D", "RAM128X1S", "CCU2C" -> 2;
      case "L6MUX21", "PFUMX" -> 0;
      default -> 1;
    };
  }

  private static int blockRams(String type) {
    return switch (type) {
      case "RAMB36E1" -> 2;
      case "RAMB18E1", "DP16KD", "SB_RAM40_4K", "SB_RAM40_4KNR", "SB_RAM40_4KNW" -> 1;
      default -> 0;
    };
  }

  private static String plain(String name) {
    return name.startsWith("\\") ? name.substring(1) : name;
  }

  /** What module {@code id} takes without the modules in it. */
  Resources own(String id) {
    return own.getOrDefault(id, Resources.NONE);
  }
}
