package io.xbarflow.quantize.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.Stored;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RangeTest {
  private static final RangeRule MIN_MAX = new RangeRule(RangeRule.Method.MIN_MAX, 100);
  private static final RangeRule MSE = new RangeRule(RangeRule.Method.MSE, 100);

  /**
   * A range.
   *
   * @param scale expected scale
   * @param unsigned expected zero point of uint8; of int8 it is 128 less
   */
  private record Case(float least, float greatest, float scale, int unsigned) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case(0, 255, 1, 0),
        new Case(-255, 0, 1, 255),
        new Case(-128, 127, 1, 128),
        new Case(3, 51, 0.2f, 0),
        new Case(-51, -3, 0.2f, 255),
        new Case(-1, 50, 0.2f, 5),
        new Case(0, 0, 1, 0));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void quantisation(Case test) {
    Range range = Range.including(test.least(), test.greatest());
    assertEquals(new Quantisation(test.scale(), test.unsigned(), false), range.quantisation(false));
    assertEquals(
        new Quantisation(test.scale(), test.unsigned() - 128, true), range.quantisation(true));
  }

  @Test
  void reluBeginsAtZero() {
    Range range = Range.including(-3, 4).within(Bounds.RELU);
    assertEquals(new Range(0, 4), range);
    assertEquals(-128, range.quantisation(true).zeroPoint());
  }

  @Test
  void zeroIsAlwaysThere() {
    assertThrows(IllegalArgumentException.class, () -> new Range(1, 2));
    assertThrows(IllegalArgumentException.class, () -> new Range(-2, -1));
    assertThrows(IllegalArgumentException.class, () -> new Range(0, Float.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Range(Float.NEGATIVE_INFINITY, 0));
  }

  private static Stored normal(int count, float outlier) {
    Random random = new Random(5);
    return Stored.ofReals(ImmutableList.of(count), i -> i == 0 ? outlier : random.nextGaussian());
  }

  private static Range range(RangeRule rule, Stored values) {
    Observations observations = new Observations();
    observations.add(Map.of("v", values));
    observations.count(Map.of("v", values));
    return observations.ranges(rule).get("v");
  }

  @Test
  void percentileLeavesOutWhatItSays() {
    // Values 0 to 9,999: 1 per cent on either side is left out.
    Stored values = Stored.ofReals(ImmutableList.of(10_000), i -> i - 5000);
    Range range = range(new RangeRule(RangeRule.Method.PERCENTILE, 98), values);
    assertEquals(-4900, range.least(), 5);
    assertEquals(4900, range.greatest(), 5);
    assertEquals(new Range(-5000, 4999), range(MIN_MAX, values));
    assertEquals(
        new Range(-5000, 4999), range(new RangeRule(RangeRule.Method.PERCENTILE, 100), values));
  }

  @Test
  void percentileOfARelusResult() {
    Stored values = Stored.ofReals(ImmutableList.of(1000), i -> Math.max(0, i - 500));
    Range range = range(new RangeRule(RangeRule.Method.PERCENTILE, 99), values);
    assertEquals(0, range.least());
    assertEquals(494, range.greatest(), 2);
  }

  @Test
  void leastErrorCutsAnOutlierAndOnlyThen() {
    Range cut = range(MSE, normal(1_000_000, 30));
    assertTrue(cut.greatest() < 20, cut.toString());
    Stored uniform = Stored.ofReals(ImmutableList.of(4096), i -> i);
    assertEquals(range(MIN_MAX, uniform), range(MSE, uniform));
  }

  /** The chosen range has no greater error than any other, measured on the values themselves. */
  @Test
  void leastErrorIsLeast() {
    Stored values = normal(200_000, 12);
    double chosen = error(values, range(MSE, values));
    Range all = range(MIN_MAX, values);
    assertTrue(chosen < 0.9 * error(values, all), chosen + " of " + error(values, all));
    for (int part = 5; part <= 100; part += 5) {
      Range other = new Range(all.least() * part / 100, all.greatest() * part / 100);
      assertTrue(chosen < 1.02 * error(values, other), other.toString());
    }
  }

  private static double error(Stored values, Range range) {
    Quantisation quantisation = range.quantisation(false);
    double sum = 0;
    for (int i = 0; i < values.size(); i++) {
      double real = values.real(i);
      double quantised = Math.rint(real / quantisation.scale()) + quantisation.zeroPoint();
      double clamped = Math.max(0, Math.min(255, quantised));
      double error = (clamped - quantisation.zeroPoint()) * quantisation.scale() - real;
      sum += error * error;
    }
    return sum / values.size();
  }

  @Test
  void factorsAreLeastSquares() {
    Observations observations = new Observations();
    // Channel 0: 2 * 1 and 4 * 3, best factor (2 + 36) / (4 + 16); channel 1 is always 0.
    Stored before = Stored.ofReals(ImmutableList.of(1, 2, 1, 2), 2, 4, 0, 0);
    Stored behind = Stored.ofReals(ImmutableList.of(1, 2, 1, 2), 1, 9, 0, 0);
    observations.relate("n", before, behind);
    assertEquals(ImmutableList.of(1.9f, 1.9f), observations.factors("n"));
    double error = Math.pow(1 - 3.8, 2) + Math.pow(9 - 7.6, 2);
    assertEquals(10 * Math.log10(82 / error), observations.factorsDecibels("n"), 1e-6);
  }
}
