package io.xbarflow.cores.depthwise;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.cores.ExactMacro;
import java.util.Arrays;

/**
 * A unit with exact sums over the taps of each channel: {@code y[c] = sum over t of x[t * channels
 * + c] * w[t][c]}. Row {@code t * channels + c} of its tile has a weight in column c only.
 *
 * <p>Its memory file holds a word for every cycle of an MVM: int8 in hexadecimal, taps of that
 * cycle, the first in the lowest bytes, in each tap the channels, channel 0 lowest. Where the last
 * cycle has no tap left the bytes are zero.
 */
final class DepthwiseMacro implements Macro {
  private final Tile tile;
  private final ExactMacro exact;
  private final int channels;
  private final int taps;
  private final int mvmCycles;

  DepthwiseMacro(Tile tile, int tapsPerCycle) {
    this.tile = tile;
    exact = new ExactMacro(tile);
    channels = tile.columns();
    checkArgument(tile.rows() % channels == 0, "%s rows for %s channels", tile.rows(), channels);
    for (int row = 0; row < tile.rows(); row++) {
      for (int column = 0; column < channels; column++) {
        checkArgument(
            row % channels == column || tile.weight(row, column) == 0,
            "a weight at row %s, column %s of %s channels",
            row,
            column,
            channels);
      }
    }
    taps = tile.rows() / channels;
    mvmCycles = mvmCycles(taps, tapsPerCycle);
  }

  /** Clock cycles of an MVM. */
  static int mvmCycles(int taps, int tapsPerCycle) {
    return (taps + tapsPerCycle - 1) / tapsPerCycle;
  }

  @Override
  public int columnBits() {
    return ExactMacro.columnBits(taps, tile.inputsSigned());
  }

  @Override
  public long least(int column) {
    return exact.least(column);
  }

  @Override
  public long greatest(int column) {
    return exact.greatest(column);
  }

  @Override
  public int gain(int column) {
    return 1;
  }

  @Override
  public String memory() {
    int together = (taps + mvmCycles - 1) / mvmCycles;
    StringBuilder text = new StringBuilder();
    for (int cycle = 0; cycle < mvmCycles; cycle++) {
      for (int tap = (cycle + 1) * together - 1; tap >= cycle * together; tap--) {
        for (int channel = channels - 1; channel >= 0; channel--) {
          int weight = tap < taps ? tile.weight(tap * channels + channel, channel) : 0;
          text.append(Character.forDigit(weight >> 4 & 15, 16))
              .append(Character.forDigit(weight & 15, 16));
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  @Override
  public void multiply(int[][] rows, int count, long first, int[][] columns) {
    for (int channel = 0; channel < channels; channel++) {
      int[] sums = columns[channel];
      Arrays.fill(sums, 0, count, 0);
      for (int tap = 0; tap < taps; tap++) {
        int weight = tile.weight(tap * channels + channel, channel);
        int[] inputs = rows[tap * channels + channel];
        for (int mvm = 0; mvm < count; mvm++) {
          sums[mvm] += weight * inputs[mvm];
        }
      }
    }
  }
}
