package io.xbarflow.quantize.calibrate;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.quantize.graph.Stored;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the values of a graph were over the calibration images; takes them image by image. */
public final class Observations {
  private final Map<String, Extremes> extremes = new LinkedHashMap<>();
  private final Map<String, Histogram> histograms = new LinkedHashMap<>();
  private final Map<String, Factors> factors = new LinkedHashMap<>();

  /** Least and greatest value. */
  private record Extremes(float least, float greatest) {
    static Extremes of(String value, Stored tensor) {
      float least = Float.POSITIVE_INFINITY;
      float greatest = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < tensor.size(); i++) {
        float real = tensor.real(i);
        if (!Float.isFinite(real)) {
          throw UserException.badInput(
              "value " + value,
              "is " + real + " for a calibration image",
              "finite values in every layer",
              "Check the calibration images and the model's weights.");
        }
        least = Math.min(least, real);
        greatest = Math.max(greatest, real);
      }
      return new Extremes(least, greatest);
    }

    Extremes and(Extremes other) {
      return new Extremes(Math.min(least, other.least), Math.max(greatest, other.greatest));
    }
  }

  /** Sums for the best factor from one value to another: products, and squares of the first. */
  private record Factors(double[] products, double[] squares, double[] targets) {}

  /** Takes the values of an image in the first pass. */
  public void add(Map<String, Stored> values) {
    values.forEach(
        (name, tensor) -> {
          if (tensor.isReal()) {
            extremes.merge(name, Extremes.of(name, tensor), Extremes::and);
          }
        });
  }

  /** Takes the values of an image in the second pass, which {@link RangeRule} may need. */
  public void count(Map<String, Stored> values) {
    values.forEach(
        (name, tensor) -> {
          if (tensor.isReal()) {
            histogram(name).add(tensor);
          }
        });
  }

  private Histogram histogram(String name) {
    return histograms.computeIfAbsent(
        name,
        unused ->
            new Histogram(
                Math.min(0, extremes.get(name).least()),
                Math.max(0, extremes.get(name).greatest())));
  }

  /** Takes one image's values before and behind an operator that is to become a factor. */
  public void relate(String name, Stored before, Stored behind) {
    int channels = before.dims().get(1);
    int pixels = before.size() / channels;
    Factors sums =
        factors.computeIfAbsent(
            name,
            unused ->
                new Factors(new double[channels], new double[channels], new double[channels]));
    for (int i = 0; i < before.size(); i++) {
      double x = before.real(i);
      double y = behind.real(i);
      int channel = i / pixels;
      sums.products()[channel] += x * y;
      sums.squares()[channel] += x * x;
      sums.targets()[channel] += y * y;
    }
  }

  /**
   * The factor of every channel that is nearest by least squares, {@code sum(x * y) / sum(x * x)};
   * in channels that are always 0 the mean of the others, or 1.
   */
  public ImmutableList<Float> factors(String name) {
    Factors sums = factors.get(name);
    double products = Arrays.stream(sums.products()).sum();
    double squares = Arrays.stream(sums.squares()).sum();
    ImmutableList.Builder<Float> result = ImmutableList.builder();
    for (int channel = 0; channel < sums.products().length; channel++) {
      boolean dead = sums.squares()[channel] == 0;
      double factor =
          dead
              ? (squares == 0 ? 1 : products / squares)
              : sums.products()[channel] / sums.squares()[channel];
      result.add((float) factor);
    }
    return result.build();
  }

  /** Signal power beside error power, in decibels, when {@link #factors} are used. */
  public double factorsDecibels(String name) {
    Factors sums = factors.get(name);
    double error = 0;
    double signal = 0;
    for (int channel = 0; channel < sums.products().length; channel++) {
      double squares = sums.squares()[channel];
      double products = sums.products()[channel];
      error += sums.targets()[channel] - (squares == 0 ? 0 : products * products / squares);
      signal += sums.targets()[channel];
    }
    return Decibels.of(signal, Math.max(0, error));
  }

  /** The range of every value by {@code rule}. */
  public ImmutableMap<String, Range> ranges(RangeRule rule) {
    ImmutableMap.Builder<String, Range> ranges = ImmutableMap.builder();
    extremes.forEach(
        (name, found) ->
            ranges.put(
                name,
                rule.of(Range.including(found.least(), found.greatest()), histograms.get(name))));
    return ranges.buildOrThrow();
  }

  /** Whether {@code rule} needs the second pass. */
  public static boolean needsSecondPass(RangeRule rule) {
    return rule.needsHistogram();
  }
}
