package io.xbarflow.cores.bitsliced;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.cores.ExactMacro;
import io.xbarflow.cores.MacroBench;
import io.xbarflow.cores.Tiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden arithmetic of the type, against exact sums and values computed by hand. */
final class BitSlicedCoreTest {
  private static final CoreType TYPE = new BitSlicedCore();

  private record Cut(int cellBits, int inputBits, boolean signed) {}

  private static List<Cut> cuts() {
    List<Cut> cuts = new ArrayList<>();
    for (int cellBits : List.of(1, 2, 4)) {
      for (int inputBits : List.of(1, 2, 4, 8)) {
        cuts.add(new Cut(cellBits, inputBits, true));
        cuts.add(new Cut(cellBits, inputBits, false));
      }
    }
    return cuts;
  }

  private static BitSlicedMacro macro(Tile tile, Cut cut, int adcBits, int adcStep) {
    return new BitSlicedMacro(
        tile, new Slicing(cut.cellBits(), cut.inputBits(), 8, adcBits, adcStep));
  }

  /** Random weights in the first columns, then only least, only greatest, only zero ones. */
  private static Tile tile(Random random, int rows, boolean signed) {
    int[] weights = new int[rows * 6];
    for (int index = 0; index < weights.length; index++) {
      weights[index] =
          switch (index % 6) {
            case 3 -> -128;
            case 4 -> 127;
            case 5 -> 0;
            default -> random.nextInt(256) - 128;
          };
    }
    return Tiles.of(rows, signed, 0, weights);
  }

  @Test
  void isInstalled() {
    assertTrue(CoreTypes.installed().types().get("bit_sliced") instanceof BitSlicedCore);
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void wideConvertersGiveExactSums(Cut cut) {
    Random random = new Random(cut.hashCode());
    for (int rows : List.of(1, 7, 16)) {
      Tile tile = tile(random, rows, cut.signed());
      int[][] inputs = Tiles.inputs(random, tile, 300);
      BitSlicedMacro macro = macro(tile, cut, 16, 1);
      ExactMacro exact = new ExactMacro(tile);
      int[][] expected = MacroBench.golden(exact, tile, inputs, 300);
      int[][] sliced = new int[6][300];
      macro.multiply(inputs, 300, sliced, new boolean[6]);
      assertArrayEquals(expected, sliced);
      assertArrayEquals(expected, MacroBench.golden(macro, tile, inputs, 300));
      assertEquals(exact.columnBits(), macro.columnBits());
      for (int column = 0; column < 6; column++) {
        assertEquals(exact.least(column), macro.least(column));
        assertEquals(exact.greatest(column), macro.greatest(column));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void resultsStayWithinTheirBounds(Cut cut) {
    Random random = new Random(cut.hashCode() + 1);
    boolean lossy = false;
    for (int adcBits : List.of(1, 3, 6)) {
      for (int adcStep : List.of(1, 2, 5, 40)) {
        Tile tile = tile(random, 12, cut.signed());
        int[][] inputs = Tiles.inputs(random, tile, 100);
        BitSlicedMacro macro = macro(tile, cut, adcBits, adcStep);
        int[][] results = MacroBench.golden(macro, tile, inputs, 100);
        int[][] exact = MacroBench.golden(new ExactMacro(tile), tile, inputs, 100);
        lossy |= !Arrays.deepEquals(exact, results);
        for (int column = 0; column < 6; column++) {
          assertTrue(macro.greatest(column) < 1L << (macro.columnBits() - 1));
          assertTrue(macro.least(column) >= -1L << (macro.columnBits() - 1));
          for (int result : results[column]) {
            assertTrue(result >= macro.least(column) && result <= macro.greatest(column));
          }
        }
      }
    }
    assertTrue(lossy, "no converter lost anything");
  }

  /** Three rows, weights 127: every cell is full, so that all slices' sums are 9 times a digit. */
  @ParameterizedTest
  @CsvSource({
    // saturated at 7: 7 * 85 - 128 * 3
    "1, false, 3, 1, 1, 211",
    // round(9 / 4) * 4 = 8, round(9 / 6) * 6 = 12, round(9 / 5) * 5 = 10
    "1, false, 8, 4, 1, 296",
    "1, false, 8, 6, 1, 636",
    "1, false, 8, 5, 1, 466",
    // the same in all phases: 127 - 128 times
    "1, true, 3, 1, -1, -211",
    // the sign's phase alone
    "1, true, 3, 1, -128, -27008",
    // -1 is driven as 127: 1143 a slice, saturated at 1023; 1023 * 85 - 128 * 381 - 128 * 381
    "8, true, 10, 1, -1, -10581",
    "8, true, 11, 1, -1, -381",
  })
  void convertersRoundHalfUpAndSaturate(
      int inputBits, boolean signed, int adcBits, int adcStep, int input, int result) {
    Tile tile = Tiles.of(3, signed, 0, 127, 127, 127);
    int[][] inputs = {{input}, {input}, {input}};
    BitSlicedMacro macro = macro(tile, new Cut(2, inputBits, signed), adcBits, adcStep);
    assertEquals(result, MacroBench.golden(macro, tile, inputs, 1)[0][0]);
  }

  @Test
  void batchesMakeNoDifference() {
    Random random = new Random(4);
    Tile tile = Tiles.random(random, 33, 5, true, 0);
    int[][] inputs = Tiles.inputs(random, tile, 700);
    Macro macro = macro(tile, new Cut(2, 1, true), 5, 1);
    int[][] together = MacroBench.golden(macro, tile, inputs, 700);
    for (int mvm = 0; mvm < 700; mvm += 41) {
      int[][] one = new int[33][1];
      for (int row = 0; row < 33; row++) {
        one[row][0] = inputs[row][mvm];
      }
      int[][] columns = MacroBench.golden(macro, tile, one, 1);
      for (int column = 0; column < 5; column++) {
        assertEquals(together[column][mvm], columns[column][0]);
      }
    }
  }

  private static MacroSpec spec(int rows, int columns, Map<String, String> settings) {
    Architecture architecture =
        Architectures.named(Architectures.names().get(0)).withCrossbar(rows, columns);
    Parameters parameters = MacroBench.parameters(TYPE, settings);
    return TYPE.spec(null, architecture, parameters);
  }

  @Test
  void specFollowsSlicesPhasesAndConverters() {
    assertEquals(
        new MacroSpec(256, 64, 64, true, false, true, true, false), spec(256, 256, Map.of()));
    assertTrue(spec(341, 256, Map.of()).exact());
    assertFalse(spec(342, 256, Map.of()).exact());
    assertFalse(spec(128, 256, Map.of("adcBits", "8")).exact());
    assertTrue(spec(85, 256, Map.of("adcBits", "8")).exact());
    assertFalse(spec(8, 256, Map.of("adcStep", "2")).exact());
    MacroSpec wide = spec(64, 128, Map.of("bitsPerCell", "4", "inputBitsPerCycle", "4"));
    assertEquals(64, wide.columns());
    assertEquals(16, wide.mvmCycles());
    assertEquals(128, spec(64, 128, Map.of("columnsPerAdc", "16")).mvmCycles());
  }

  @Test
  void tooManyRowsAndTooFewColumnsAreRefused() {
    assertThrows(UserException.class, () -> spec(4097, 256, Map.of()));
    assertThrows(UserException.class, () -> spec(256, 3, Map.of()));
    assertEquals(1, spec(4096, 4, Map.of()).columns());
  }
}
