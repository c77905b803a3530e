package io.xbarflow.cores;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableIntArray;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The core types whose sums are exact: their arithmetic, their modules, what they offer. */
final class ExactCoresTest {
  private static final int MVMS = 24;
  private static final Architecture ARCHITECTURE =
      new Architecture(
          "test", 256, 256, CoreSelection.IDEAL, 3, 100, 0, 0, 1, ActivationMemoryPolicy.RING);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "1, true",
    "2, true",
    "4, true",
    "8, true",
    "1, false",
    "2, false",
    "4, false",
    "8, false"
  })
  void digitalModuleTakesInputsBitByBit(String inputBits, boolean inputsSigned)
      throws IOException, InterruptedException {
    CoreType type = named("digital");
    Parameters parameters = parameters(type, ImmutableMap.of("inputBitsPerCycle", inputBits));
    Random random = new Random(inputBits.hashCode() + (inputsSigned ? 0 : 1));
    for (int columns = 1; columns < 6; columns += 2) {
      Tile tile = tile(1 + random.nextInt(40), columns, false, inputsSigned, random);
      assertExactSums(type.program(tile, parameters), tile, random);
      MacroSpec spec = type.spec(layer(1, 3, 3, 3), ARCHITECTURE, parameters);
      assertEquals(MacroSpec.exact(256, 256, 8 / Integer.parseInt(inputBits)), spec);
      Path place = Files.createDirectory(folder.resolve("columns" + columns));
      MacroVerilog.verify(
          place, type, parameters, tile, spec.mvmCycles(), inputs(tile, random), random);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "9, 1, 5, true, 9",
    "9, 4, 3, false, 3",
    "9, 8, 2, true, 2",
    "25, 6, 1, true, 5",
    "49, 1, 2, false, 49",
    "4, 9, 3, true, 1",
    "1, 1, 6, false, 1",
  })
  void depthwiseModuleGoesThroughTheTaps(
      int taps, int tapsPerCycle, int channels, boolean inputsSigned, int mvmCycles)
      throws IOException, InterruptedException {
    CoreType type = named("depthwise");
    Parameters parameters =
        parameters(type, ImmutableMap.of("tapsPerCycle", Integer.toString(tapsPerCycle)));
    Random random = new Random(31 * taps + channels);
    Tile tile = tile(taps * channels, channels, true, inputsSigned, random);
    Macro macro = type.program(tile, parameters);
    assertExactSums(macro, tile, random);
    assertEquals(ExactMacro.columnBits(taps, inputsSigned), macro.columnBits());
    MacroSpec spec = type.spec(layer(channels, 1, taps, 1), ARCHITECTURE, parameters);
    assertEquals(new MacroSpec(taps * 256, 256, mvmCycles, true, false, false, false, false), spec);
    MacroVerilog.verify(folder, type, parameters, tile, mvmCycles, inputs(tile, random), random);
  }

  @Test
  void depthwiseMemoryHoldsAWordForEveryCycle() {
    byte[] weights = {1, 0, 0, -1, 2, 0, 0, -2, 3, 0, 0, -3};
    Tile tile = new Tile("layer", 0, 6, weights, true, 0, ImmutableIntArray.of());
    CoreType type = named("depthwise");
    assertEquals(
        "ff01\nfe02\nfd03\n", type.program(tile, parameters(type, ImmutableMap.of())).memory());
    assertEquals(
        "fe02ff01\n0000fd03\n",
        type.program(tile, parameters(type, ImmutableMap.of("tapsPerCycle", "2"))).memory());
  }

  @Test
  void depthwiseTakesDepthwiseLayersInBlocksOfChannels() {
    CoreType type = named("depthwise");
    Parameters parameters = parameters(type, ImmutableMap.of("channels", "32"));
    assertTrue(type.refusal(layer(40, 1, 3, 1), parameters).isEmpty());
    assertEquals(
        "it has 80 input channels, 40 output channels and 40 groups, and only depthwise"
            + " convolutions, as many groups as channels in and out, are possible",
        type.refusal(layer(40, 2, 3, 1), parameters).orElseThrow());
    assertFalse(type.refusal(layer(40, 1, 3, 2), parameters).isEmpty());
    assertFalse(type.refusal(layer(1, 3, 3, 3), parameters).isEmpty());
    for (int channels : new int[] {20, 32, 40, 64, 100}) {
      Layer.Convolution layer = layer(channels, 1, 3, 1);
      MacroSpec spec = type.spec(layer, ARCHITECTURE, parameters);
      Tiling tiling = Tiling.of(layer, Patch.SINGLE, spec.rows(), spec.columns());
      assertEquals((channels + 31) / 32, tiling.macros());
      for (int block = 0; block < tiling.blocks(); block++) {
        assertEquals(1, tiling.rowTiles(block));
        assertEquals(tiling.rows(block), 3 * tiling.columns(block));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"digital", "depthwise"})
  void modulesAreCleanInEveryTool(String name) throws IOException, InterruptedException {
    CoreType type = named(name);
    ImmutableList<String> files = MacroVerilog.writeSources(folder, type);
    for (String sizes : List.of("36 4 25 9 4", "27 3 24 1 1", "8 1 20 8 3", "10 5 32 2 1")) {
      String[] values = sizes.split(" ", -1);
      if (name.equals("digital") && values[3].equals("9")) {
        values[3] = "4";
      }
      ImmutableList<String> lint =
          ImmutableList.<String>builder()
              .add("verilator", "--lint-only", "-Wall", "--top-module", type.module())
              .add("-GROWS=" + values[0], "-GCOLUMNS=" + values[1], "-GCOLUMN_BITS=" + values[2])
              .add("-GMVM_CYCLES=" + values[3], "-GCOUNT_BITS=" + values[4])
              .addAll(files)
              .build();
      assertEquals("", MacroVerilog.run(folder, lint));
    }
  }

  @Test
  void depthwiseSynthesises() throws IOException, InterruptedException {
    CoreType type = named("depthwise");
    assertTrue(type.stub().isEmpty());
    ImmutableList<String> files = MacroVerilog.writeSources(folder, type);
    String script =
        """
        read_verilog %1$s
        chparam -set ROWS 36 -set COLUMNS 4 -set MVM_CYCLES 5 -set COUNT_BITS 3 %2$s
        hierarchy -check -top %2$s
        proc
        select -assert-none t:$dlatch
        select -assert-count 8 t:$mul
        synth
        check -assert
        select -assert-count 1 t:depthwise_weights
        """
            .formatted(String.join(" ", files), type.module());
    Files.writeString(folder.resolve("synthesis.ys"), script);
    MacroVerilog.run(folder, List.of("yosys", "-q", "-s", "synthesis.ys"));
  }

  private static void assertExactSums(Macro macro, Tile tile, Random random) {
    int[][] rows = inputs(tile, random);
    int[][] expected = new int[tile.columns()][MVMS];
    int[][] columns = new int[tile.columns()][MVMS];
    for (int column = 0; column < tile.columns(); column++) {
      for (int row = 0; row < tile.rows(); row++) {
        for (int mvm = 0; mvm < MVMS; mvm++) {
          expected[column][mvm] += rows[row][mvm] * tile.weight(row, column);
        }
      }
      for (int sum : expected[column]) {
        assertTrue(sum >= macro.least(column) && sum <= macro.greatest(column));
      }
      assertTrue(macro.greatest(column) < 1L << (macro.columnBits() - 1));
      assertTrue(macro.least(column) >= -1L << (macro.columnBits() - 1));
      assertEquals(1, macro.gain(column));
    }
    macro.multiply(rows, MVMS, 5, columns);
    assertArrayEquals(expected, columns);
  }

  /** Random inputs, the least and the greatest possible, and the extremes mixed. */
  private static int[][] inputs(Tile tile, Random random) {
    int[][] rows = new int[tile.rows()][MVMS];
    for (int[] row : rows) {
      for (int mvm = 0; mvm < MVMS; mvm++) {
        int value = tile.leastInput() + random.nextInt(256);
        row[mvm] =
            switch (mvm % 6) {
              case 0 -> tile.leastInput();
              case 1 -> tile.greatestInput();
              case 2 -> random.nextBoolean() ? tile.leastInput() : tile.greatestInput();
              default -> value;
            };
      }
    }
    return rows;
  }

  /** A tile of random weights and, in some columns, weights all at an extreme. */
  private static Tile tile(
      int rows, int columns, boolean depthwise, boolean inputsSigned, Random random) {
    byte[] weights = new byte[rows * columns];
    random.nextBytes(weights);
    for (int i = 0; i < weights.length; i++) {
      int row = i / columns;
      int column = i % columns;
      if (column % 3 == 1) {
        weights[i] = (byte) (random.nextBoolean() ? -128 : 127);
      } else if (column % 3 == 2) {
        weights[i] = -128;
      }
      if (depthwise && row % columns != column) {
        weights[i] = 0;
      }
    }
    return new Tile("layer", 0, rows, weights, inputsSigned, 3, ImmutableIntArray.of());
  }

  private static CoreType named(String name) {
    return CoreTypes.installed().named("test", name);
  }

  private static Parameters parameters(CoreType type, ImmutableMap<String, String> given) {
    return CoreTypes.parameters(type, ARCHITECTURE, given, "test");
  }

  /** A convolution with a kernel of {@code taps} x 1. */
  private static Layer.Convolution layer(int groups, int groupInputs, int taps, int groupOutputs) {
    int outputs = groups * groupOutputs;
    return new Layer.Convolution(
        "layer",
        "x",
        "y",
        new Window(taps, 1, 1, 1, 0, 0, 0, 0, 1, 1),
        groups,
        Int8Array.copyOf(new byte[outputs * groupInputs * taps]),
        ImmutableList.of(1f),
        ImmutableList.copyOf(Collections.nCopies(outputs, 0)),
        -128,
        127);
  }
}
