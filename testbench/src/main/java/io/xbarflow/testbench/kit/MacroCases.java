package io.xbarflow.testbench.kit;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Macros to try a core type with: sizes from one cell to the whole macro, both kinds of inputs,
 * weights at their limits. A type that computes depthwise convolutions only gets those.
 */
final class MacroCases {
  private static final int TAPS = 9;

  private final CoreType type;
  private final Parameters parameters;
  private final Architecture architecture;
  private final List<MacroCase> cases = new ArrayList<>();
  private final boolean depthwise;

  private MacroCases(CoreType type, Parameters parameters, Architecture architecture) {
    this.type = type;
    this.parameters = parameters;
    this.architecture = architecture;
    this.depthwise = type.refusal(dense(2, 2), parameters).isPresent();
    if (depthwise && type.refusal(channelwise(2), parameters).isPresent()) {
      throw UserException.badInput(
          "core type " + type.name(),
          "it refuses a dense convolution and a depthwise one: "
              + type.refusal(dense(2, 2), parameters).orElseThrow(),
          "a core type for one of them at least",
          "Mend refusal().");
    }
  }

  /** How the weights of a case are chosen. */
  private enum Weights {
    RANDOM,
    LIMITS
  }

  /** The cases for {@code type}. */
  static ImmutableList<MacroCase> of(
      CoreType type, Parameters parameters, Architecture architecture) {
    MacroCases all = new MacroCases(type, parameters, architecture);
    all.add("signed inputs", 7, 5, true, -3, Weights.RANDOM, 0);
    all.add("unsigned inputs, zero point", 6, 4, false, 131, Weights.RANDOM, 0);
    all.add("one cell", 1, 1, false, 0, Weights.LIMITS, 0);
    all.add("one row", 1, 6, true, 127, Weights.LIMITS, 0);
    all.add("one column", 11, 1, true, -128, Weights.LIMITS, 0);
    all.add("weights at their limits", 8, 3, true, 0, Weights.LIMITS, 0);
    all.add("tile of a taller layer", 3, 2, false, 255, Weights.RANDOM, 24);
    all.add("full macro", 1 << 20, 1 << 20, false, 7, Weights.RANDOM, 0);
    return ImmutableList.copyOf(all.cases);
  }

  private void add(
      String name,
      int rows,
      int columns,
      boolean signed,
      int zeroPoint,
      Weights kind,
      int tallerRows) {
    MacroSpec limits =
        type.spec(depthwise ? channelwise(2) : dense(2, 2), architecture, parameters);
    int usedColumns = Math.min(columns, limits.columns());
    int usedRows = Math.min(rows, limits.rows());
    if (depthwise) {
      usedColumns = Math.max(1, Math.min(usedColumns, limits.rows() / TAPS));
      usedRows = TAPS * usedColumns;
    }
    MacroSpec spec =
        type.spec(
            depthwise ? channelwise(usedColumns) : dense(usedRows, usedColumns),
            architecture,
            parameters);
    Random random = new Random(1000L * cases.size() + 17);
    byte[] weights = weights(usedRows, usedColumns, kind, random);
    Tile tile =
        new Tile(
            "check",
            cases.size(),
            usedRows,
            weights,
            signed,
            zeroPoint,
            spec.calibrated()
                ? ranges(weights, usedRows, usedColumns, signed, zeroPoint, random)
                : ImmutableIntArray.of());
    Macro macro = type.program(tile, parameters);
    cases.add(
        new MacroCase(
            cases.size(),
            name,
            tile,
            macro,
            Math.max(macro.columnBits(), columnBits(tallerRows, tile)),
            spec.mvmCycles(),
            type.verilogParameters(tile, parameters)));
  }

  /** The bits of the results of a tile like {@code tile}, but of {@code rows} rows. */
  private int columnBits(int rows, Tile tile) {
    if (depthwise || rows <= tile.rows()) {
      return 0;
    }
    Tile taller =
        new Tile(
            tile.layer(),
            tile.number(),
            rows,
            new byte[rows],
            tile.inputsSigned(),
            tile.zeroPoint(),
            tile.calibrated() ? ImmutableIntArray.of(1) : ImmutableIntArray.of());
    return type.program(taller, parameters).columnBits();
  }

  private byte[] weights(int rows, int columns, Weights kind, Random random) {
    byte[] weights = new byte[rows * columns];
    for (int cell = 0; cell < weights.length; cell++) {
      int weight =
          kind == Weights.LIMITS ? (random.nextBoolean() ? -128 : 127) : random.nextInt(256) - 128;
      // The rows of a depthwise block are the taps, all channels of each side by side.
      boolean used = !depthwise || cell / columns % columns == cell % columns;
      weights[cell] = (byte) (used ? weight : 0);
    }
    return weights;
  }

  /** The greatest sums over some random inputs, as calibration finds them. */
  private static ImmutableIntArray ranges(
      byte[] weights, int rows, int columns, boolean signed, int zeroPoint, Random random) {
    int[] ranges = new int[columns];
    for (int mvm = 0; mvm < 20; mvm++) {
      int[] sums = new int[columns];
      for (int row = 0; row < rows; row++) {
        int input = random.nextInt(256) - (signed ? 128 : 0) - zeroPoint;
        for (int column = 0; column < columns; column++) {
          sums[column] += input * weights[row * columns + column];
        }
      }
      for (int column = 0; column < columns; column++) {
        ranges[column] = Math.max(ranges[column], Math.abs(sums[column]));
      }
    }
    return ImmutableIntArray.copyOf(ranges);
  }

  private static Layer.Convolution dense(int inputs, int outputs) {
    return layer(Window.frame(1, 1), 1, outputs, inputs * outputs);
  }

  private static Layer.Convolution channelwise(int channels) {
    return layer(Window.frame(3, 3), channels, channels, TAPS * channels);
  }

  private static Layer.Convolution layer(Window window, int groups, int outputs, int weights) {
    return new Layer.Convolution(
        "check",
        "x",
        "y",
        window,
        groups,
        Int8Array.copyOf(new byte[weights]),
        ImmutableList.of(1f),
        ImmutableList.copyOf(Collections.nCopies(outputs, 0)),
        -128,
        127);
  }
}
