package io.xbarflow.sim.golden;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Parameter;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.network.Layer;
import java.util.Optional;

/**
 * Macros that add their number and how many MVMs they have done before, modulo 31, to every sum;
 * those that take the zero point have a gain of 2.
 *
 * @param takesZeroPoint whether they take the input's zero point out
 */
record CountingCore(boolean takesZeroPoint) implements CoreType {
  @Override
  public String name() {
    return "counting";
  }

  @Override
  public String summary() {
    return "for tests";
  }

  @Override
  public ImmutableList<Parameter> parameters() {
    return ImmutableList.of();
  }

  @Override
  public MacroSpec spec(Layer.Convolution layer, Architecture architecture, Parameters parameters) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Macro program(Tile tile, Parameters parameters) {
    return new CountingMacro(tile, takesZeroPoint);
  }

  @Override
  public ImmutableMap<String, String> sources() {
    return ImmutableMap.of();
  }

  @Override
  public Optional<String> stub() {
    return Optional.empty();
  }

  /** Its arithmetic. */
  private record CountingMacro(Tile tile, boolean takesZeroPoint) implements Macro {
    @Override
    public int columnBits() {
      return 32;
    }

    @Override
    public long least(int column) {
      return Integer.MIN_VALUE;
    }

    @Override
    public long greatest(int column) {
      return Integer.MAX_VALUE;
    }

    @Override
    public int gain(int column) {
      return takesZeroPoint ? 2 : 1;
    }

    @Override
    public String memory() {
      return "";
    }

    @Override
    public void multiply(int[][] rows, int count, long first, int[][] columns) {
      int zeroPoint = takesZeroPoint ? tile.zeroPoint() : 0;
      for (int column = 0; column < tile.columns(); column++) {
        for (int mvm = 0; mvm < count; mvm++) {
          int sum = (int) ((tile.number() + first + mvm) % 31);
          for (int row = 0; row < tile.rows(); row++) {
            sum += (rows[row][mvm] - zeroPoint) * tile.weight(row, column);
          }
          columns[column][mvm] = sum;
        }
      }
    }
  }
}
