package io.xbarflow.cores.bitsliced;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.google.common.base.Splitter;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.cores.MacroBench;
import io.xbarflow.cores.Tiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Verilog of the macro against its golden arithmetic. */
final class BitSlicedVerilogTest {
  private static final int COUNT = 20;
  private final CoreType type = new BitSlicedCore();

  @TempDir Path folder;

  private record Case(int rows, int columns, boolean signed, int cycles, String settings) {}

  /** Settings are bitsPerCell, inputBitsPerCycle, adcBits, adcStep. */
  private static List<Case> cases() {
    return List.of(
        new Case(9, 5, true, 64, "2 1 10 1"),
        new Case(9, 5, false, 8, "2 1 10 1"),
        new Case(16, 3, true, 3, "1 1 3 1"),
        new Case(16, 3, true, 1, "4 1 5 3"),
        new Case(27, 4, true, 4, "2 2 6 1"),
        new Case(27, 4, false, 2, "1 4 8 2"),
        new Case(1, 1, true, 5, "1 1 1 1"),
        new Case(40, 7, true, 2, "4 8 16 1"),
        new Case(300, 2, true, 2, "4 8 16 7"),
        new Case(64, 2, false, 130, "4 8 8 1024"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void verilogEqualsJava(Case c) throws Exception {
    List<String> words = Splitter.on(' ').splitToList(c.settings());
    Parameters parameters =
        MacroBench.parameters(
            type,
            Map.of(
                "bitsPerCell", words.get(0),
                "inputBitsPerCycle", words.get(1),
                "adcBits", words.get(2),
                "adcStep", words.get(3)));
    Random random = new Random(c.rows());
    Tile tile = Tiles.random(random, c.rows(), c.columns(), c.signed(), 4);
    int[][] inputs = Tiles.inputs(random, tile, COUNT);
    assertArrayEquals(
        MacroBench.golden(type.program(tile, parameters), tile, inputs, COUNT),
        new MacroBench(folder).simulate(type, parameters, tile, c.cycles(), inputs, COUNT));
  }
}
