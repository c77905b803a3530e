package io.xbarflow.cores.pcm;

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
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.cores.ExactMacro;
import io.xbarflow.cores.MacroBench;
import io.xbarflow.cores.Tiles;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The golden arithmetic of the type, against values computed by hand and against statistics. */
final class PcmCoreTest {
  private static final CoreType TYPE = new PcmCore();

  /** No disturbance at all, then {@code settings}, name after value. */
  private static Macro quiet(Tile tile, String... settings) {
    Map<String, String> set = new HashMap<>(Map.of("programmingNoise", "0", "readNoise", "0"));
    set.put("drift", "0");
    for (int index = 0; index < settings.length; index += 2) {
      set.put(settings[index], settings[index + 1]);
    }
    return TYPE.program(tile, MacroBench.parameters(TYPE, set));
  }

  private static int[] once(Macro macro, Tile tile, int... inputs) {
    int[][] rows = new int[inputs.length][1];
    for (int row = 0; row < inputs.length; row++) {
      rows[row][0] = inputs[row];
    }
    int[] results = new int[tile.columns()];
    int[][] columns = MacroBench.golden(macro, tile, rows, 1);
    for (int column = 0; column < results.length; column++) {
      results[column] = columns[column][0];
    }
    return results;
  }

  @Test
  void isInstalled() {
    assertTrue(CoreTypes.installed().types().get("pcm") instanceof PcmCore);
  }

  @Test
  void specTakesTheCrossbarOfTheArchitecture() {
    Architecture architecture = Architectures.named(Architectures.names().get(0));
    assertEquals(
        new MacroSpec(512, 100, 130, false, true, true, true, true),
        TYPE.spec(
            null,
            architecture.withCrossbar(512, 100),
            MacroBench.parameters(TYPE, Map.of("mvmCycles", "130"))));
    assertFalse(
        TYPE.spec(
                null,
                architecture.withCrossbar(9, 9),
                MacroBench.parameters(TYPE, Map.of("adcRange", "macro")))
            .calibrated());
    assertThrows(
        UserException.class,
        () ->
            TYPE.spec(
                null, architecture.withCrossbar(513, 100), MacroBench.parameters(TYPE, Map.of())));
  }

  @Test
  void withoutEffectsAndWithSmallRangesSumsAreExact() {
    Random random = new Random(3);
    for (int round = 0; round < 20; round++) {
      int[] weights = random.ints(24, -4, 5).toArray();
      int zeroPoint = random.nextInt(6) - 3;
      Tile tile = Tiles.calibrated(Tiles.of(8, true, zeroPoint, weights), round, 2047);
      Macro macro = quiet(tile, "adcBits", "12");
      int[][] inputs = new int[8][50];
      int[][] centred = new int[8][50];
      for (int row = 0; row < 8; row++) {
        for (int mvm = 0; mvm < 50; mvm++) {
          centred[row][mvm] = random.nextInt(101) - 50;
          inputs[row][mvm] = centred[row][mvm] + zeroPoint;
        }
      }
      int[][] exact = new int[3][50];
      new ExactMacro(tile).multiply(centred, 50, 0, exact);
      assertEquals(1, macro.gain(2));
      assertArrayEquals(exact, MacroBench.golden(macro, tile, inputs, 50));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "  0,    0", " 14,   0", "  15,    1", "  44,    1", "  45,    2", " 100,    3",
    "-14,    0", "-15,  -1", " -44,   -1", " -45,   -2", "-100,   -3", "-106,   -4",
    "-50,   -2", "104,   3",
  })
  void convertersRoundHalfAwayFromZeroAndClamp(int sum, int code) {
    // 3 bits: codes -4 to 3; range 90, so a step of 30; the sum is input times weight 1.
    Tile tile = Tiles.calibrated(Tiles.of(1, true, 0, 1), 0, 90);
    Macro macro = quiet(tile, "adcBits", "3");
    assertEquals(30, macro.gain(0));
    assertEquals(-4, macro.least(0));
    assertEquals(3, macro.greatest(0));
    assertArrayEquals(new int[] {code}, once(macro, tile, sum));
  }

  @ParameterizedTest
  @CsvSource({
    "8, 255, 255", "8, -255, -255", "7, 255, 254", "7, 1, 2", "7, -1, 0", "7, -3, -2",
    "4, 7, 0", "4, 8, 16", "4, -8, 0", "4, -9, -16", "4, 250, 240", "4, -255, -240",
    "1, 255, 128", "1, 63, 0", "1, 64, 128", "1, -64, 0", "1, -65, -128", "1, -255, -128",
  })
  void driversRoundHalfUpAndClamp(int inputBits, int input, int driven) {
    boolean negative = input < 0;
    int zeroPoint = negative ? 255 : 0;
    Tile tile = Tiles.calibrated(Tiles.of(1, false, zeroPoint, 1), 0, 2047);
    Macro macro = quiet(tile, "adcBits", "12", "inputBits", Integer.toString(inputBits));
    assertArrayEquals(new int[] {driven}, once(macro, tile, input + zeroPoint));
  }

  @Test
  void stepsFollowRangesAndNothingElse() {
    Tile first = Tiles.calibrated(Tiles.of(1, true, 0, 100, 3), 0, 12701);
    Tile second = Tiles.calibrated(first, 5, 12701);
    assertEquals(101, TYPE.program(first, MacroBench.parameters(TYPE, Map.of())).gain(0));
    assertEquals(101, TYPE.program(second, MacroBench.parameters(TYPE, Map.of())).gain(1));
    // Not calibrated: |127 + 28| * 100 and 3 are the greatest sums.
    Tile unknown = Tiles.of(1, true, -28, 100, 3);
    assertEquals(123, quiet(unknown).gain(0));
    assertEquals(4, quiet(unknown).gain(1));
    // macro: 8 * 127 * 127 / 127, and a tenth of a row.
    assertEquals(1016, quiet(first, "adcRange", "macro").gain(0));
    assertEquals(13, quiet(first, "adcRange", "macro", "fullScaleRows", "0.1").gain(1));
    assertEquals(1, quiet(Tiles.calibrated(first, 0, 0)).gain(0));
  }

  @Test
  void levelsQuantiseWeights() {
    // 4 levels above RESET: weights of 32, 64, 96 and 128.
    Tile tile = Tiles.calibrated(Tiles.of(1, true, 0, 15, 16, -47, -48, 127, -128), 0, 2047);
    Macro macro = quiet(tile, "adcBits", "12", "levels", "4");
    assertArrayEquals(new int[] {0, 32, -32, -64, 128, -128}, once(macro, tile, 1));
    Macro fine = quiet(tile, "adcBits", "12", "levels", "128");
    assertArrayEquals(new int[] {15, 16, -47, -48, 127, -128}, once(fine, tile, 1));
  }

  @Test
  void memoryHoldsStateDivisorsNoiseAndPairs() {
    Tile tile = Tiles.calibrated(Tiles.of(2, true, 0, 1, -1, 2, 127, 0, -128), 0, 127);
    SplitMix64 state = new SplitMix64(SplitMix64.ofMacro(1, "layer", 0).output(0));
    String hex = String.format("%016x", state.word());
    assertEquals(
        hex.substring(0, 8)
            + " "
            + hex.substring(8)
            + "\n00000040 00000000\n00000040 00000000\n00000040 00000000\n"
            + "ffc00040 00000080\n00001fc0 0000e000\n",
        quiet(tile).memory());
  }

  @Test
  void programmingNoiseHasThePublishedDeviation() {
    double[] errors = new double[8192];
    for (int number = 0; number < 2; number++) {
      short[] cells = programmed(number, 64, "programmingNoise", "1");
      for (int row = 0; row < 4096; row++) {
        errors[number * 4096 + row] = cells[row] / 64.0 - 64;
      }
    }
    // 8,192 samples: the deviation is known to 1 %, the mean to 0.06.
    assertEquals(128 * DeviceModel.programmingSigma(0.5), deviation(errors), 0.15);
    assertEquals(0, Arrays.stream(errors).average().orElseThrow(), 0.25);
  }

  private static short[] programmed(int number, int weight, String... settings) {
    int[] weights = new int[4096];
    Arrays.fill(weights, weight);
    Tile tile = Tiles.calibrated(Tiles.of(4096, true, 0, weights), number, 127);
    return array(tile, settings).column(0);
  }

  private static ProgrammedArray array(Tile tile, String... settings) {
    Map<String, String> set = new HashMap<>(Map.of("programmingNoise", "0", "readNoise", "0"));
    for (int index = 0; index < settings.length; index += 2) {
      set.put(settings[index], settings[index + 1]);
    }
    return new ProgrammedArray(
        tile,
        PcmSettings.of(MacroBench.parameters(TYPE, set)),
        SplitMix64.ofMacro(1, tile.layer(), tile.number()));
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Math.sqrt(
        Arrays.stream(values).map(each -> (each - mean) * (each - mean)).average().orElseThrow());
  }

  @Test
  void driftShrinksConductancesByThePublishedExponent() {
    short[] cells = programmed(0, -128, "driftSeconds", "2000");
    double[] exponents = new double[cells.length];
    for (int row = 0; row < cells.length; row++) {
      exponents[row] = -Math.log(-cells[row] / 8192.0) / Math.log(100);
    }
    assertEquals(0.049, Arrays.stream(exponents).average().orElseThrow(), 0.0006);
    assertEquals(0.008, deviation(exponents), 0.0004);
  }

  @Test
  void compensationGivesBackTheMeanDrift() {
    int[] weights = new int[256];
    Arrays.fill(weights, 100);
    Tile tile = Tiles.calibrated(Tiles.of(256, true, 0, weights), 0, 2047 * 256);
    int[] inputs = new int[256];
    Arrays.fill(inputs, 10);
    String[] late = {"adcBits", "12", "drift", "1", "driftSeconds", "1000000"};
    int uncompensated = once(quiet(tile, append(late, "driftCompensation", "no")), tile, inputs)[0];
    assertEquals(1000, once(quiet(tile, "adcBits", "12"), tile, inputs)[0]);
    assertEquals(1000 * Math.pow(50000, -0.049), uncompensated, 15);
    assertEquals(1000, once(quiet(tile, late), tile, inputs)[0], 1);
  }

  private static String[] append(String[] words, String... more) {
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return all;
  }

  @Test
  void halfOfTheStuckDevicesConduct() {
    short[] cells = programmed(0, 64, "stuckCells", "20");
    // A device is at 0 with 10 %, at g_max with 10 %, as programmed with 80 %; RESET counts as 0.
    assertEquals(0.8 * 0.9 * 4096, count(cells, 4096), 80);
    assertEquals(0.1 * 0.9 * 4096, count(cells, 8192), 60);
    assertEquals(0.1 * 0.9 * 4096 + 0.1 * 0.1 * 4096, count(cells, 0), 60);
    assertEquals(0.8 * 0.1 * 4096, count(cells, -4096), 60);
    assertEquals(0.1 * 0.1 * 4096, count(cells, -8192), 25);
  }

  private static int count(short[] cells, int value) {
    int count = 0;
    for (short cell : cells) {
      count += cell == value ? 1 : 0;
    }
    return count;
  }

  @Test
  void readNoiseHasThePublishedDeviation() {
    int[] weights = new int[64];
    Arrays.fill(weights, 127);
    Tile tile = Tiles.calibrated(Tiles.of(64, true, 0, weights), 0, 2047 * 10);
    int[][] inputs = new int[64][10000];
    for (int[] row : inputs) {
      Arrays.fill(row, 2);
    }
    Macro macro = quiet(tile, "adcBits", "12", "readNoise", "1");
    int[] codes = MacroBench.golden(macro, tile, inputs, 10000)[0];
    double[] sums = Arrays.stream(codes).mapToDouble(code -> code * 10).toArray();
    double sigma = 127 * DeviceModel.readSigma(127 / 128.0, 0) * 2 * Math.sqrt(64);
    assertEquals(sigma, deviation(sums), sigma * 0.03);
    assertEquals(127 * 2 * 64, Arrays.stream(sums).average().orElseThrow(), sigma * 0.05);
    // Neighbouring MVMs are independent: half of the pairs rise.
    int rises = 0;
    for (int mvm = 1; mvm < 10000; mvm++) {
      rises += codes[mvm] > codes[mvm - 1] ? 1 : 0;
    }
    assertEquals(5000, rises, 250);
  }

  @Test
  void batchesAndTheirStartMakeNoDifference() {
    Tile tile = Tiles.random(new Random(9), 30, 7, false, 12);
    int[][] inputs = Tiles.inputs(new Random(10), tile, 600);
    Macro macro = TYPE.program(tile, MacroBench.parameters(TYPE, Map.of()));
    int[][] together = MacroBench.golden(macro, tile, inputs, 600);
    for (int mvm = 0; mvm < 600; mvm += 37) {
      int[][] one = new int[tile.rows()][1];
      for (int row = 0; row < tile.rows(); row++) {
        one[row][0] = inputs[row][mvm];
      }
      int[][] columns = new int[tile.columns()][1];
      macro.multiply(one, 1, mvm, columns);
      for (int column = 0; column < tile.columns(); column++) {
        assertEquals(together[column][mvm], columns[column][0], "MVM " + mvm);
      }
    }
    Macro again = TYPE.program(tile, MacroBench.parameters(TYPE, Map.of()));
    assertEquals(macro.memory(), again.memory());
    assertArrayEquals(together, MacroBench.golden(again, tile, inputs, 600));
    int[][] later = new int[tile.columns()][600];
    macro.multiply(inputs, 600, 1, later);
    assertFalse(Arrays.deepEquals(together, later));
  }
}
