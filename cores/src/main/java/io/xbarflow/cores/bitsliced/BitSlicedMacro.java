package io.xbarflow.cores.bitsliced;

import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.cores.ColumnSum;
import io.xbarflow.cores.ExactMacro;
import java.util.Arrays;

/**
 * Sliced weights, read phase by phase through converters; README.md has the formulas. Columns whose
 * converters lose nothing are computed as the exact sums that they are.
 */
final class BitSlicedMacro implements Macro {
  /** MVMs that are computed together, so that their inputs stay in the cache. */
  private static final int BLOCK = 256;

  private final Tile tile;
  private final Slicing slicing;
  private final ExactMacro exact;
  private final int weightOfPositivePhases;
  private final int weightOfNegativePhases;
  private final boolean[] lossless;

  BitSlicedMacro(Tile tile, Slicing slicing) {
    this.tile = tile;
    this.slicing = slicing;
    this.exact = new ExactMacro(tile);
    boolean twosComplement = tile.inputsSigned() && slicing.inputBits() == 1;
    this.weightOfPositivePhases = twosComplement ? 127 : 255 / slicing.greatestDigit();
    this.weightOfNegativePhases = twosComplement ? 128 : 0;
    this.lossless = new boolean[tile.columns()];
    for (int column = 0; column < tile.columns(); column++) {
      lossless[column] = excess() == 0 && shortfall(column) == 0;
    }
  }

  /** How much more than the exact one the sum of a phase over all slices can be. */
  private long excess() {
    long excess = 0;
    for (int slice = 0; slice < slicing.slices(); slice++) {
      excess += (long) slicing.excess() << (slice * slicing.cellBits());
    }
    return excess;
  }

  /** How much less than the exact one the sum of a phase over all slices can be. */
  private long shortfall(int column) {
    long shortfall = 0;
    for (int slice = 0; slice < slicing.slices(); slice++) {
      int greatest = 0;
      for (int row = 0; row < tile.rows(); row++) {
        greatest += slicing.greatestDigit() * slicing.cell(tile.weight(row, column), slice);
      }
      shortfall += (long) slicing.shortfall(greatest) << (slice * slicing.cellBits());
    }
    return shortfall;
  }

  @Override
  public int columnBits() {
    long most = slicing.shortfall(slicing.greatestSum(tile.rows()));
    long error = (weightOfPositivePhases + weightOfNegativePhases) * most * slicesOfOnes();
    long greatest = tile.rows() * (tile.inputsSigned() ? 128L : 255L) * 128 + error;
    return 65 - Long.numberOfLeadingZeros(greatest);
  }

  /** A weight whose cells all hold 1. */
  private int slicesOfOnes() {
    return 255 / ((1 << slicing.cellBits()) - 1);
  }

  @Override
  public long least(int column) {
    return exact.least(column)
        - weightOfPositivePhases * shortfall(column)
        - weightOfNegativePhases * excess();
  }

  @Override
  public long greatest(int column) {
    return exact.greatest(column)
        + weightOfPositivePhases * excess()
        + weightOfNegativePhases * shortfall(column);
  }

  @Override
  public int gain(int column) {
    return 1;
  }

  @Override
  public String memory() {
    return exact.memory();
  }

  @Override
  public void multiply(int[][] rows, int count, long first, int[][] columns) {
    multiply(rows, count, columns, lossless);
  }

  /** The same; columns not {@code direct} phase by phase and slice by slice. */
  void multiply(int[][] rows, int count, int[][] columns, boolean[] direct) {
    int block = Math.min(BLOCK, count);
    int[][] inputs = new int[tile.rows()][block];
    int[][] digits = new int[tile.rows()][block];
    int[] sums = new int[block];
    int[] cells = new int[tile.rows()];
    for (int start = 0; start < count; start += block) {
      int size = Math.min(block, count - start);
      for (int row = 0; row < inputs.length; row++) {
        System.arraycopy(rows[row], start, inputs[row], 0, size);
      }
      for (int column = 0; column < tile.columns(); column++) {
        if (direct[column]) {
          fill(cells, column);
          ColumnSum.compute(cells, inputs, size, sums);
          System.arraycopy(sums, 0, columns[column], start, size);
        } else {
          unitColumn(inputs, size, column, columns[column], start);
        }
      }
      for (int phase = 0; phase < slicing.phases(); phase++) {
        digits(inputs, size, phase, digits);
        for (int column = 0; column < tile.columns(); column++) {
          if (!direct[column]) {
            addPhase(digits, size, phase, column, sums, cells, columns[column], start);
          }
        }
      }
    }
  }

  private void fill(int[] cells, int column) {
    for (int row = 0; row < cells.length; row++) {
      cells[row] = tile.weight(row, column);
    }
  }

  /**
   * Sets results to what is subtracted: 128 times the inputs, and the weights for offset inputs.
   */
  private void unitColumn(int[][] inputs, int size, int column, int[] results, int start) {
    int offset = slicing.offset(tile.inputsSigned()) ? 128 : 0;
    int constant = 0;
    for (int row = 0; row < tile.rows(); row++) {
      constant -= 128 * offset + offset * tile.weight(row, column);
    }
    Arrays.fill(results, start, start + size, constant);
    for (int[] row : inputs) {
      for (int mvm = 0; mvm < size; mvm++) {
        results[start + mvm] -= 128 * row[mvm];
      }
    }
  }

  private void digits(int[][] inputs, int size, int phase, int[][] digits) {
    int offset = slicing.offset(tile.inputsSigned()) ? 128 : 0;
    int shift = phase * slicing.inputBits();
    int mask = slicing.greatestDigit();
    for (int row = 0; row < inputs.length; row++) {
      for (int mvm = 0; mvm < size; mvm++) {
        digits[row][mvm] = (((inputs[row][mvm] + offset) & 255) >> shift) & mask;
      }
    }
  }

  /** Adds the slices of one column in one phase, as many at a time as 31 bits hold the sums of. */
  private void addPhase(
      int[][] digits,
      int size,
      int phase,
      int column,
      int[] sums,
      int[] cells,
      int[] results,
      int start) {
    int width = 32 - Integer.numberOfLeadingZeros(slicing.greatestSum(tile.rows()));
    int group = Math.max(1, 31 / width);
    boolean negative = weightOfNegativePhases != 0 && phase == slicing.phases() - 1;
    for (int slice = 0; slice < slicing.slices(); slice += group) {
      int end = Math.min(slice + group, slicing.slices());
      pack(column, slice, end, width, cells);
      ColumnSum.compute(cells, digits, size, sums);
      for (int each = slice; each < end; each++) {
        int place = (each - slice) * width;
        int shift = phase * slicing.inputBits() + each * slicing.cellBits();
        for (int mvm = 0; mvm < size; mvm++) {
          int code = slicing.convert((sums[mvm] >> place) & ((1 << width) - 1)) << shift;
          results[start + mvm] += negative ? -code : code;
        }
      }
    }
  }

  private void pack(int column, int slice, int end, int width, int[] cells) {
    for (int row = 0; row < cells.length; row++) {
      int packed = 0;
      for (int each = end - 1; each >= slice; each--) {
        packed = (packed << width) | slicing.cell(tile.weight(row, column), each);
      }
      cells[row] = packed;
    }
  }
}
