package io.xbarflow.cores.pcm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.cores.MacroBench;
import io.xbarflow.cores.Tiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Verilog of the macro against its golden arithmetic. */
final class PcmVerilogTest {
  private static final int COUNT = 40;
  private final CoreType type = new PcmCore();

  @TempDir Path folder;

  private record Case(
      int rows, int columns, boolean signed, int zeroPoint, int cycles, Map<String, String> set) {}

  private static List<Case> cases() {
    return List.of(
        new Case(9, 5, true, -3, 3, Map.of()),
        new Case(16, 8, false, 0, 1, Map.of("adcBits", "2", "inputBits", "4")),
        new Case(27, 16, true, -128, 130, Map.of("adcBits", "12", "readNoise", "10")),
        new Case(5, 1, true, 127, 8, Map.of("inputBits", "1", "stuckCells", "50")),
        new Case(7, 3, false, 255, 2, Map.of("adcRange", "macro", "fullScaleRows", "0.5")),
        new Case(1, 2, false, 77, 4, Map.of("levels", "15", "driftSeconds", "1000000")),
        new Case(20, 4, true, 10, 5, Map.of("programmingNoise", "0", "readNoise", "0")),
        new Case(512, 2, false, 0, 3, Map.of("stuckCells", "100", "readNoise", "10")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void verilogEqualsJava(Case c) throws Exception {
    Parameters parameters = MacroBench.parameters(type, c.set());
    Random random = new Random(c.rows());
    Tile tile = Tiles.random(random, c.rows(), c.columns(), c.signed(), c.zeroPoint());
    int[][] inputs = Tiles.inputs(random, tile, COUNT);
    assertArrayEquals(
        MacroBench.golden(type.program(tile, parameters), tile, inputs, COUNT),
        new MacroBench(folder).simulate(type, parameters, tile, c.cycles(), inputs, COUNT));
  }

  /** The greatest programming noise on weights of -128 makes pairs of up to 2 g_max. */
  @Test
  void verilogEqualsJavaAtTheGreatestSums() throws Exception {
    Parameters parameters =
        MacroBench.parameters(type, Map.of("programmingNoise", "10", "adcBits", "12"));
    int[] weights = new int[1024];
    Arrays.fill(weights, -128);
    Tile tile = Tiles.of(512, false, 0, weights);
    int[][] inputs = Tiles.inputs(new Random(1), tile, 4);
    assertArrayEquals(
        MacroBench.golden(type.program(tile, parameters), tile, inputs, 4),
        new MacroBench(folder).simulate(type, parameters, tile, 1, inputs, 4));
  }

  /** Steps of 2, so that sums of 1 lie half-way between codes and a lost borrow shows. */
  @Test
  void negativeEvenSumsTakeNothingFromOddOnes() throws Exception {
    Parameters parameters =
        MacroBench.parameters(type, Map.of("programmingNoise", "0", "readNoise", "0"));
    Tile tile = Tiles.calibrated(Tiles.of(1, true, 0, -1, 1, -1, -1), 0, 254);
    int[][] inputs = {{1, -1, 3}};
    assertArrayEquals(
        new int[][] {{-1, 1, -2}, {1, -1, 2}, {-1, 1, -2}, {-1, 1, -2}},
        new MacroBench(folder).simulate(type, parameters, tile, 1, inputs, 3));
  }

  @Test
  void anotherSeedGivesOtherResults() throws Exception {
    Tile tile = Tiles.random(new Random(5), 16, 4, true, 0);
    int[][] inputs = Tiles.inputs(new Random(6), tile, COUNT);
    Macro other = type.program(tile, MacroBench.parameters(type, Map.of("seed", "2")));
    int[][] simulated =
        new MacroBench(folder)
            .simulate(type, MacroBench.parameters(type, Map.of()), tile, 1, inputs, COUNT);
    assertFalse(Arrays.deepEquals(MacroBench.golden(other, tile, inputs, COUNT), simulated));
  }
}
