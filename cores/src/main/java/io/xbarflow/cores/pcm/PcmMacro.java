package io.xbarflow.cores.pcm;

import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.cores.ColumnSum;
import java.util.Arrays;

/** A programmed array with row drivers and column converters; README.md has the formulas. */
final class PcmMacro implements Macro {
  /** Standard deviation of the sum of eight bytes: sqrt(8 * (256^2 - 1) / 12). */
  static final double BYTES_SIGMA = StrictMath.sqrt(43690);

  /** Mean of the sum of eight bytes. */
  static final int BYTES_MEAN = 1020;

  /** Fraction bits of the columns' noise factors. */
  static final int NOISE_FRACTION_BITS = 12;

  /** MVMs that are computed together, so that their inputs stay in the cache. */
  private static final int BLOCK = 256;

  private final Tile tile;
  private final PcmSettings settings;
  private final ProgrammedArray array;
  private final SplitMix64 reading;
  private final int[] steps;
  private final int[] divisors;
  private final int[] noises;
  private final boolean noisy;

  PcmMacro(Tile tile, PcmSettings settings) {
    this.tile = tile;
    this.settings = settings;
    SplitMix64 own = SplitMix64.ofMacro(settings.seed(), tile.layer(), tile.number());
    this.reading = new SplitMix64(own.output(0));
    this.array = new ProgrammedArray(tile, settings, new SplitMix64(own.output(1)));
    this.steps = new int[tile.columns()];
    this.divisors = new int[tile.columns()];
    this.noises = new int[tile.columns()];
    double reference = settings.driftCompensation() ? array.driftRatio() : 1;
    for (int column = 0; column < tile.columns(); column++) {
      steps[column] = step(column);
      divisors[column] = (int) Math.max(1, StrictMath.round(steps[column] * 64.0 * reference));
      noises[column] =
          (int) StrictMath.round(array.readRms(column) * (1 << NOISE_FRACTION_BITS) / BYTES_SIGMA);
    }
    this.noisy = Arrays.stream(noises).anyMatch(each -> each != 0);
  }

  private int step(int column) {
    long most = (1L << (settings.adcBits() - 1)) - 1;
    return (int) Math.max(1, (range(column) + most - 1) / most);
  }

  private long range(int column) {
    if (!settings.perColumn()) {
      return (long) StrictMath.ceil(settings.fullScaleRows() * 127 * 127);
    }
    return tile.calibrated() ? tile.range(column) : reach(column);
  }

  /** The greatest magnitude of the exact sum of column {@code column}. */
  private long reach(int column) {
    long low = (long) tile.leastInput() - tile.zeroPoint();
    long high = (long) tile.greatestInput() - tile.zeroPoint();
    long least = 0;
    long greatest = 0;
    for (int row = 0; row < tile.rows(); row++) {
      int weight = tile.weight(row, column);
      least += Math.min(low * weight, high * weight);
      greatest += Math.max(low * weight, high * weight);
    }
    return Math.max(-least, greatest);
  }

  @Override
  public int columnBits() {
    return settings.adcBits();
  }

  @Override
  public long least(int column) {
    return -(1L << (settings.adcBits() - 1));
  }

  @Override
  public long greatest(int column) {
    return (1L << (settings.adcBits() - 1)) - 1;
  }

  @Override
  public int gain(int column) {
    return steps[column];
  }

  @Override
  public String memory() {
    StringBuilder text = new StringBuilder();
    word(text, (int) (reading.word() >>> 32)).append(' ');
    word(text, (int) reading.word()).append('\n');
    for (int column = 0; column < tile.columns(); column++) {
      word(text, divisors[column]).append(' ');
      word(text, noises[column]).append('\n');
    }
    for (int row = 0; row < tile.rows(); row++) {
      for (int column = 0; column < tile.columns(); column += 2) {
        int odd = column + 1 < tile.columns() ? array.column(column + 1)[row] : 0;
        word(text, (odd << 16) | (array.column(column)[row] & 0xFFFF));
        text.append(column + 2 < tile.columns() ? ' ' : '\n');
      }
    }
    return text.toString();
  }

  private static StringBuilder word(StringBuilder text, int value) {
    for (int shift = 28; shift >= 0; shift -= 4) {
      text.append(Character.forDigit((value >> shift) & 15, 16));
    }
    return text;
  }

  @Override
  public void multiply(int[][] rows, int count, long first, int[][] columns) {
    int block = Math.min(BLOCK, count);
    int[][] driven = new int[tile.rows()][block];
    int[] powers = new int[block];
    int[] sums = new int[block];
    int[] cells = new int[tile.rows()];
    for (int start = 0; start < count; start += block) {
      int size = Math.min(block, count - start);
      drive(rows, start, size, driven);
      if (noisy) {
        amplitudes(driven, size, powers);
      }
      for (int column = 0; column < tile.columns(); column++) {
        for (int row = 0; row < cells.length; row++) {
          cells[row] = array.column(column)[row];
        }
        ColumnSum.compute(cells, driven, size, sums);
        convert(column, sums, powers, size, first + start, columns[column], start);
      }
    }
  }

  /** The row drivers: (input - zero point), rounded to what the driver can give. */
  private void drive(int[][] rows, int start, int size, int[][] driven) {
    int shift = 8 - settings.inputBits();
    int half = 1 << shift >> 1;
    int most = 256 - (1 << shift);
    for (int row = 0; row < driven.length; row++) {
      int[] inputs = rows[row];
      int[] outputs = driven[row];
      for (int mvm = 0; mvm < size; mvm++) {
        int value = ((inputs[start + mvm] - tile.zeroPoint() + half) >> shift) << shift;
        outputs[mvm] = Math.max(-most, Math.min(most, value));
      }
    }
  }

  /** The integer square root of the sum of squares, for every MVM. */
  private static void amplitudes(int[][] driven, int size, int[] powers) {
    Arrays.fill(powers, 0);
    for (int[] inputs : driven) {
      for (int mvm = 0; mvm < size; mvm++) {
        powers[mvm] += inputs[mvm] * inputs[mvm];
      }
    }
    for (int mvm = 0; mvm < size; mvm++) {
      powers[mvm] = (int) Math.sqrt(powers[mvm]);
    }
  }

  private void convert(
      int column, int[] sums, int[] amplitudes, int size, long first, int[] codes, int start) {
    long divisor = divisors[column];
    long noise = noises[column];
    for (int mvm = 0; mvm < size; mvm++) {
      long sum = sums[mvm];
      if (noise != 0) {
        sum += (amplitudes[mvm] * noise * deviate(first + mvm, column)) >> NOISE_FRACTION_BITS;
      }
      codes[start + mvm] = code(sum, divisor);
    }
  }

  /** Close to normal, standard deviation {@link #BYTES_SIGMA}. */
  private int deviate(long mvm, int column) {
    long bytes = reading.output((mvm << 16) + column);
    long pairs = (bytes & 0x00FF00FF00FF00FFL) + ((bytes >>> 8) & 0x00FF00FF00FF00FFL);
    return (int) ((pairs * 0x0001000100010001L) >>> 48) - BYTES_MEAN;
  }

  /** The converter: rounds half away from zero and clamps. */
  private int code(long sum, long divisor) {
    long most = (1L << (settings.adcBits() - 1)) - 1;
    long magnitude = (2 * Math.abs(sum) + divisor) / (2 * divisor);
    return (int) (sum < 0 ? -Math.min(magnitude, most + 1) : Math.min(magnitude, most));
  }
}
