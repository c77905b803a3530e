package io.xbarflow.cores.pcm;

import io.xbarflow.core.coretype.Tile;

/**
 * The devices of one macro after programming, as integers.
 *
 * <p>A weight stands on a pair of devices: its magnitude, in units of g_max / 128, on the one of
 * its sign, the other in RESET. What the pair adds to its column is G = round(64 * 128 * (g+ -
 * g-)), that is the weight times 64 when nothing disturbs it.
 */
final class ProgrammedArray {
  /** G of a pair whose positive device has conductance g_max. */
  static final int PAIR_UNIT = 128 * 64;

  /** Greatest magnitude of G: 512 rows of it at input 255 stay within 32 bits. */
  static final int GREATEST_PAIR = 2 * PAIR_UNIT - 1;

  /** Random numbers there are for a device. */
  private static final int DRAWS = 4;

  private final Tile tile;
  private final PcmSettings settings;
  private final SplitMix64 random;
  private final short[][] pairs;
  private final double[] readRms;
  private double firstSum;
  private double driftedSum;

  /** Programs {@code tile}; {@code random} belongs to the devices of this macro alone. */
  ProgrammedArray(Tile tile, PcmSettings settings, SplitMix64 random) {
    this.tile = tile;
    this.settings = settings;
    this.random = random;
    this.pairs = new short[tile.columns()][tile.rows()];
    this.readRms = new double[tile.columns()];
    for (int column = 0; column < tile.columns(); column++) {
      program(column);
    }
  }

  /** G of every row of {@code column}; not to be modified. */
  short[] column(int column) {
    return pairs[column];
  }

  /** Root mean square of the read noise of the pairs of {@code column}, in units of G. */
  double readRms(int column) {
    return readRms[column];
  }

  /** What is left after drift: sum of |G| now by sum of |G| at the first reading. */
  double driftRatio() {
    return firstSum == 0 || driftedSum == 0 ? 1 : driftedSum / firstSum;
  }

  private void program(int column) {
    double variance = 0;
    for (int row = 0; row < tile.rows(); row++) {
      Device positive = device(row, column, 0);
      Device negative = device(row, column, 1);
      int pair = pair(positive.now() - negative.now());
      pairs[column][row] = (short) pair;
      firstSum += Math.abs(pair(positive.first() - negative.first()));
      driftedSum += Math.abs(pair);
      variance += positive.readVariance() + negative.readVariance();
    }
    readRms[column] = PAIR_UNIT * StrictMath.sqrt(variance / tile.rows());
  }

  private static int pair(double difference) {
    long rounded = StrictMath.round(PAIR_UNIT * difference);
    return (int) Math.max(-GREATEST_PAIR, Math.min(GREATEST_PAIR, rounded));
  }

  /** A device: conductance at the first reading and now, and the variance of reading it. */
  private record Device(double first, double now, double readVariance) {
    static final Device RESET = new Device(0, 0, 0);
  }

  private Device device(int row, int column, int side) {
    long draw = ((((long) row << 16) + column) * 2 + side) * DRAWS;
    double stuck = settings.stuck() == 0 ? 1 : random.uniform(draw);
    if (stuck < settings.stuck()) {
      return stuck < settings.stuck() / 2 ? Device.RESET : read(1, 1, 1);
    }
    int weight = side == 0 ? tile.weight(row, column) : -tile.weight(row, column);
    double target = target(weight);
    return target == 0 ? Device.RESET : programmed(target, draw);
  }

  private double target(int weight) {
    double target = Math.max(weight, 0) / 128.0;
    int levels = settings.levels();
    return levels == 0 ? target : StrictMath.floor(target * levels + 0.5) / levels;
  }

  /** Two normal numbers (Box and Muller 1958) make the programming error and the drift. */
  private Device programmed(double target, long draw) {
    boolean drifts = settings.drift() > 0 && settings.seconds() > DeviceModel.FIRST_READING_SECONDS;
    if (settings.programmingNoise() == 0 && !drifts) {
      return read(target, target, target);
    }
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.uniform(draw + 1)));
    double angle = 2 * Math.PI * random.uniform(draw + 2);
    double sigma = settings.programmingNoise() * DeviceModel.programmingSigma(target);
    double first = Math.max(0, target + sigma * (radius * StrictMath.cos(angle)));
    if (!drifts) {
      return read(target, first, first);
    }
    double exponent =
        Math.abs(
            DeviceModel.driftMean(target)
                + DeviceModel.driftSigma(target) * (radius * StrictMath.sin(angle)));
    double factor = DeviceModel.driftFactor(settings.drift() * exponent, settings.seconds());
    return read(target, first, first * factor);
  }

  private Device read(double target, double first, double now) {
    if (settings.readNoise() == 0) {
      return new Device(first, now, 0);
    }
    double sigma = settings.readNoise() * now * DeviceModel.readSigma(target, settings.seconds());
    return new Device(first, now, sigma * sigma);
  }
}
