package io.xbarflow.rtlgen.arithmetic;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The constants of average pooling in integer arithmetic, proven equal to the float32 definition.
 *
 * <p>ONNX Runtime adds {@code sx * (x - zx)} in float32, tap after tap or column after column,
 * divides by the count and by {@code sy} and rounds, with {@code zy} added before or after. With
 * {@code sx = factor * 2^unitExponent} the hardware forms {@code term = roundSignificand(factor *
 * (x - zx))} and {@code sum = roundSignificand(sum + term)}, which are the float32 product and sum
 * in units of {@code 2^unitExponent}; a tap outside the map is a term of 0.
 *
 * <p>By columns, the last addition has no stage of its own: the estimate takes the exact sum, the
 * comparison the rounded one.
 *
 * <p>What follows is a monotonic function of the sum: a staircase of at most 255 steps for every
 * count. {@code index = limit(((sum >> estimateShift) * multiplier + ((zy - low) << fractionBits))
 * >> fractionBits)} with {@code 0 <= index < steps} finds the step but for one, and {@code y = low
 * + index + ((sum >> thresholdShift) >= threshold[index] ? 1 : 0)} decides. The thresholds are
 * those of the float32 function, so ties need no window.
 *
 * <p>Source: com.microsoft QLinearAveragePool-1 and ONNX AveragePool-19 as ONNX Runtime computes
 * them.
 *
 * @param layer name for messages
 * @param kind the order of the additions, and when the zero point is added
 * @param x quantisation of the input
 * @param y quantisation of the output
 * @param counts what sums are divided by, each once; at least as many as taps inside the map
 * @param factor odd part of the input scale's significand
 * @param unitExponent exponent of the input scale's last significant bit
 * @param sumBits signed bits of products and sums, before and after their rounding
 * @param estimateShift bits of the sum that the estimate ignores
 * @param fractionBits bits of the estimate after the binary point
 * @param multipliers for every count
 * @param low least output
 * @param steps outputs reach at most {@code low + steps}; at least 1
 * @param thresholdShift bits of the sum that no threshold needs
 * @param thresholds for every count and index the least sum that gives more than {@code low +
 *     index}, shifted
 */
public record AveragePoolDesign(
    String layer,
    Layer.Pool.Kind kind,
    Quantisation x,
    Quantisation y,
    ImmutableList<Integer> counts,
    long factor,
    int unitExponent,
    int sumBits,
    int estimateShift,
    int fractionBits,
    ImmutableList<Long> multipliers,
    int low,
    int steps,
    int thresholdShift,
    ImmutableList<ImmutableList<Long>> thresholds) {
  private static final int GREATEST_FRACTION_BITS = 40;

  /** From here on every sum but 0 saturates, whatever the zero point. */
  private static final double SATURATING_SCALE = 1024;

  /** Checks that the parts fit together. */
  public AveragePoolDesign {
    counts = ImmutableList.copyOf(counts);
    multipliers = ImmutableList.copyOf(multipliers);
    thresholds = ImmutableList.copyOf(thresholds);
    checkArgument(multipliers.size() == counts.size(), "%s multipliers", multipliers.size());
    checkArgument(thresholds.size() == counts.size(), "%s thresholds", thresholds.size());
    for (ImmutableList<Long> list : thresholds) {
      checkArgument(list.size() == steps, "%s thresholds for %s steps", list.size(), steps);
    }
  }

  /**
   * Designs and proves windows whose sums are divided by one of {@code counts}.
   *
   * @throws UserException when the input scale is subnormal, a sum can overflow float32, sums need
   *     more than 62 bits, or no estimate comes close enough
   */
  public static AveragePoolDesign of(
      String layer,
      Layer.Pool.Kind kind,
      Quantisation x,
      Quantisation y,
      ImmutableList<Integer> counts) {
    checkArgument(kind.averages(), "kind %s", kind);
    checkArgument(!counts.isEmpty(), "no counts");
    int most = counts.stream().mapToInt(Integer::intValue).max().getAsInt();
    int least = counts.stream().mapToInt(Integer::intValue).min().getAsInt();
    checkArgument(least > 0, "counts %s", counts);
    AverageStaircase widest = new AverageStaircase(kind, x, y, most);
    AverageStaircase steepest = new AverageStaircase(kind, x, y, least);
    if (x.scale() < Float.MIN_NORMAL
        || !Float.isFinite(x.scale() * 256f * (float) most)
        || widest.sumBits() > 62) {
      throw UserException.badInput(
          "layer " + layer,
          "an average of " + most + " values with input scale " + x.scale(),
          "a normal float32 scale and sums within 62 bits",
          "Quantise the model with another input scale, or pool in two steps.");
    }
    List<AverageStaircase> staircases = new ArrayList<>();
    int low = y.max();
    int high = y.min();
    for (int count : counts) {
      AverageStaircase staircase = new AverageStaircase(kind, x, y, count);
      staircases.add(staircase);
      low = Math.min(low, staircase.lowest());
      high = Math.max(high, staircase.highest());
    }
    int steps = Math.max(1, high - low);
    List<List<Long>> thresholds = new ArrayList<>();
    int thresholdShift = widest.sumBits() - 1;
    for (AverageStaircase staircase : staircases) {
      List<Long> list = new ArrayList<>();
      for (int value = low; value < low + steps; value++) {
        long threshold = staircase.threshold(value);
        list.add(threshold);
        if (threshold != 0) {
          thresholdShift = Math.min(thresholdShift, Long.numberOfTrailingZeros(threshold));
        }
      }
      thresholds.add(list);
    }
    ImmutableList.Builder<ImmutableList<Long>> shifted = ImmutableList.builder();
    for (List<Long> list : thresholds) {
      int shift = thresholdShift;
      shifted.add(
          list.stream()
              .map(threshold -> threshold >> shift)
              .collect(ImmutableList.toImmutableList()));
    }
    Optional<String> found = Optional.empty();
    // The estimate may be off by less than one half: ignoring less than an eighth of a step
    // and a multiplier of twelve bits nearly always do.
    for (int precision = 0; precision <= 6; precision += 2) {
      int exponent = Math.getExponent(steepest.slope());
      int shift = Math.max(0, Math.min(widest.sumBits() - 2, -4 - precision - exponent));
      double flattest = Math.scalb(widest.slope(), shift);
      int fractionBits = 11 + precision - Math.getExponent(flattest);
      fractionBits = Math.max(1, Math.min(GREATEST_FRACTION_BITS, fractionBits));
      ImmutableList.Builder<Long> multipliers = ImmutableList.builder();
      for (AverageStaircase staircase : staircases) {
        double slope = Math.min(SATURATING_SCALE, Math.scalb(staircase.slope(), shift));
        multipliers.add(Math.round(Math.scalb(slope, fractionBits)));
      }
      AveragePoolDesign design =
          new AveragePoolDesign(
              layer,
              kind,
              x,
              y,
              counts,
              widest.factor(),
              widest.unitExponent(),
              widest.sumBits(),
              shift,
              fractionBits,
              multipliers.build(),
              low,
              steps,
              thresholdShift,
              shifted.build());
      if (design.workBits() > 63) {
        break;
      }
      found = design.counterexample();
      if (found.isEmpty()) {
        return design;
      }
    }
    throw refusal(layer, found.orElse("estimates of more than 63 bits"));
  }

  /** Whether any product or sum can have more bits than a float32 significand. */
  public boolean rounds() {
    return sumBits - 1 > RoundSignificand.BITS;
  }

  /** Unsigned bits of the widest multiplier. */
  public int multiplierBits() {
    return multipliers.stream()
        .mapToInt(multiplier -> Math.max(1, 64 - Long.numberOfLeadingZeros(multiplier)))
        .max()
        .getAsInt();
  }

  /** Signed bits of the widest threshold. */
  public int thresholdBits() {
    return thresholds.stream()
        .flatMap(ImmutableList::stream)
        .mapToInt(AveragePoolDesign::signedBits)
        .max()
        .getAsInt();
  }

  /** {@code (zy - low) * 2^fractionBits}. */
  public long offset() {
    return (long) (y.zeroPoint() - low) << fractionBits;
  }

  /** Signed bits that hold sum, product, estimate and threshold. */
  public int workBits() {
    int product = Math.max(1, sumBits - estimateShift) + multiplierBits();
    int work = Math.max(product, signedBits(offset())) + 1;
    return Math.max(Math.max(work, fractionBits + 10), Math.max(sumBits, thresholdBits()) + 1);
  }

  /**
   * What the hardware gives for the window {@code values}, added in groups of {@code columnTaps},
   * the columns, or one after the other when that is 1; the padding holds the zero point.
   */
  public int evaluate(int count, List<Integer> values, int columnTaps) {
    long finished = 0;
    long sum = 0;
    for (int tap = 0; tap < values.size(); tap++) {
      if (columnTaps > 1 && tap % columnTaps == 0) {
        finished = RoundSignificand.evaluate(finished + sum);
        sum = 0;
      }
      long term = RoundSignificand.evaluate(factor * (values.get(tap) - x.zeroPoint()));
      sum = RoundSignificand.evaluate(sum + term);
    }
    long exact = finished + sum;
    return evaluateSum(counts.indexOf(count), exact, RoundSignificand.evaluate(exact));
  }

  private int evaluateSum(int row, long estimated, long sum) {
    long estimate =
        ((estimated >> estimateShift) * multipliers.get(row) + offset()) >> fractionBits;
    int index = (int) Math.max(0, Math.min(steps - 1, estimate));
    boolean reached = sum >> thresholdShift >= thresholds.get(row).get(index);
    return low + index + (reached ? 1 : 0);
  }

  /**
   * Proves the last stages for every reachable sum. Definition and hardware are monotonic, so they
   * are equal when they agree at both ends of every step of the definition.
   *
   * @throws UserException naming the layer and the sum otherwise
   */
  public void prove() {
    Optional<String> found = counterexample();
    if (found.isPresent()) {
      throw refusal(layer, found.get());
    }
  }

  private Optional<String> counterexample() {
    for (int row = 0; row < counts.size(); row++) {
      AverageStaircase staircase = new AverageStaircase(kind, x, y, counts.get(row));
      for (long sum : staircase.ends()) {
        int expected = staircase.define(sum);
        // The estimate of a sum by columns is made before its last rounding.
        long rounding =
            kind == Layer.Pool.Kind.FLOAT_AVERAGE_BY_COLUMNS
                ? AverageStaircase.halfUlp(Math.abs(sum))
                : 0;
        for (long estimated : new long[] {sum - rounding, sum, sum + rounding}) {
          int got = evaluateSum(row, estimated, sum);
          if (got != expected) {
            return Optional.of(
                String.format(
                    Locale.ROOT,
                    "a sum of %d * 2^%d over %d gives %d in float32 and %d in integers",
                    sum,
                    unitExponent,
                    counts.get(row),
                    expected,
                    got));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static UserException refusal(String layer, String found) {
    return UserException.badInput(
        "layer " + layer,
        found,
        "equal values for every reachable sum",
        "Quantise the layer with slightly different scales.");
  }

  private static int signedBits(long value) {
    return 65 - Long.numberOfLeadingZeros(value < 0 ? ~value : value);
  }
}
