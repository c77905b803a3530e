package io.xbarflow.rtlgen.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.diagnostic.UserException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A macro's module or stub that lacks a port or a parameter: which one is said. */
final class MacroBoundaryTest {
  private static final CoreType IDEAL = CoreTypes.installed().types().get("ideal");
  private static final String STUB = IDEAL.stub().orElseThrow();

  private static ImmutableList<String> missing(String verilog, Set<String> further) {
    return MacroBoundary.missing(IDEAL, "stub.v", verilog, further);
  }

  static ImmutableSet<CoreType> builtIn() {
    return ImmutableSet.copyOf(CoreTypes.installed().types().values());
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void builtInTypesLackNothing(CoreType type) {
    String file = type.module() + ".v";
    assertEquals(
        ImmutableList.of(),
        MacroBoundary.missing(type, file, type.sources().get(file), ImmutableSet.of()));
    type.stub()
        .ifPresent(
            stub ->
                assertEquals(
                    ImmutableList.of(),
                    MacroBoundary.missing(type, file, stub, ImmutableSet.of())));
  }

  static ImmutableList<String> ports() {
    return MacroBoundary.PORTS;
  }

  static ImmutableList<String> parameters() {
    return MacroBoundary.PARAMETERS;
  }

  @ParameterizedTest
  @MethodSource("ports")
  void aMissingPortIsNamed(String port) {
    assertEquals(
        ImmutableList.of("module crossbar_macro_ideal in stub.v has no port " + port),
        missing(STUB.replaceAll("\\b" + port + "\\b", port + "x"), ImmutableSet.of()));
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void aMissingParameterIsNamed(String parameter) {
    assertEquals(
        ImmutableList.of("module crossbar_macro_ideal in stub.v has no parameter " + parameter),
        missing(STUB.replaceAll("\\b" + parameter + "\\b", parameter + "X"), ImmutableSet.of()));
  }

  @Test
  void aParameterOfTheTypeIsLookedForToo() {
    assertEquals(
        ImmutableList.of("module crossbar_macro_ideal in stub.v has no parameter ZERO_POINT"),
        missing(STUB, ImmutableSet.of("ZERO_POINT")));
    UserException error =
        assertThrows(
            UserException.class,
            () -> MacroBoundary.require(IDEAL, "stub.v", STUB, ImmutableSet.of("ZERO_POINT")));
    assertTrue(
        error.getMessage().startsWith("core type ideal: module crossbar_macro_ideal in stub.v"),
        error::getMessage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "module crossbar_macro_ideal(clk, rst_n, weights_id, start, row_data, done, column_data);"
            + " parameter ROWS = 1, COLUMNS = (2 + 1); parameter COLUMN_BITS = 1;"
            + " parameter INPUTS_SIGNED = 1, MVM_CYCLES = 8, COUNT_BITS = 3; input clk; endmodule",
        "module crossbar_macro_ideal #(parameter integer ROWS = 1, COLUMNS = $clog2(4),"
            + " parameter [5:0] COLUMN_BITS = 6'd1, INPUTS_SIGNED = 1, MVM_CYCLES = 8,"
            + " COUNT_BITS = 3) (input clk, rst_n, input [23:0] weights_id, input start,"
            + " input [ROWS*8-1:0] row_data, output done, output reg [7:0] column_data);"
            + " endmodule",
      })
  void otherStylesAreRead(String verilog) {
    assertEquals(ImmutableList.of(), missing(verilog, ImmutableSet.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "// module crossbar_macro_ideal (); endmodule", "module x(); endmodule"})
  void aMissingModuleIsNamed(String verilog) {
    assertEquals(
        ImmutableList.of("stub.v has no module crossbar_macro_ideal"),
        missing(verilog, ImmutableSet.of()));
  }
}
