package io.xbarflow.rtlgen.rtl;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.ChipNames;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No two modules of a chip have one name. */
final class ModuleNamesTest {
  private record Case(String file, String verilog, String message) {}

  static List<Case> wrong() {
    return List.of(
        new Case("stream_fifo", "", "stream_fifo is the name of a cell of xbarflow too"),
        new Case("Stream_Fifo", "", "is the name of a cell of xbarflow too"),
        new Case("window_fetch_skip", "", "is the name of a cell"),
        new Case("cosim_top", "", "benches"),
        new Case("xbarflow_top", "", "begins with xbarflow_"),
        new Case("XBARFLOW_a_core", "", "begins with xbarflow_"),
        new Case("module", "", "cannot be the name"),
        new Case("a b", "", "cannot be the name"),
        new Case("9x", "", "cannot be the name"),
        new Case("../../x", "", "cannot be the name"),
        new Case("own", "module own; endmodule\nmodule ram_1r1w (a);", "ram_1r1w"),
        new Case("own", "module\n  automatic xbarflow_x;", "begins with xbarflow_"),
        new Case("own", "primitive stream_fork (a, b);", "stream_fork"),
        new Case("own", "module \\a;b ;", "cannot be the name"),
        new Case("own", "module twice; endmodule module TWICE;", "TWICE is the name of x.v too"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongNamesAreNamed(Case each) {
    ModuleNames names = new ModuleNames(Generator.cellNames());
    UserException error =
        assertThrows(
            UserException.class,
            () -> {
              names.take("x.v", each.file);
              names.take("x.v", each.file, each.verilog);
            });
    assertTrue(error.getMessage().contains(each.message), error::getMessage);
    assertTrue(error.getMessage().startsWith("x.v: "), error::getMessage);
  }

  @Test
  void commentsAndTextsDeclareNothing() {
    ModuleNames names = new ModuleNames(Generator.cellNames());
    names.take("x.v", "own");
    names.take(
        "x.v",
        "own",
        "// module ram_1r1w\n/* module stream_fifo * / ** module x*/ $display(\"module \\\" \");\n"
            + "module own; module_1 u; endmodule\n");
  }

  /** A block may be called like the first part of a cell. */
  @Test
  void modulesOfTheChipAreNoCells() {
    for (String cell : Generator.cellNames()) {
      assertFalse(cell.startsWith(ChipNames.PREFIX), cell);
    }
    Set<String> seen = new HashSet<>(Generator.cellNames());
    for (String block :
        new String[] {"channel", "channel_lookup", "top", "a", "a_core", "stream"}) {
      for (ChipNames.Part part : ChipNames.Part.values()) {
        assertTrue(seen.add(ChipNames.module(block, part)), block + " " + part);
      }
    }
    assertFalse(seen.contains(ChipNames.TOP));
  }
}
