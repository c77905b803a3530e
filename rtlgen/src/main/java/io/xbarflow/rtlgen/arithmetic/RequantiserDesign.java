package io.xbarflow.rtlgen.arithmetic;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The constants of a requantiser in integer arithmetic, proven equal to the float32 definition.
 *
 * <p>The hardware multiplies the signed accumulator ({@code accumulatorBits}) by the channel's
 * unsigned constant ({@code multiplierBits}), which gives the exact signed product ({@code
 * productBits}) with {@code rounding.fractionBits()} bits after the binary point, and rounds it in
 * {@code round_half_even}. Where accumulators beyond 24 bits matter, it first rounds the
 * accumulator in {@code round_significand}, as float32 does.
 *
 * @param requantisation what is computed
 * @param multipliers constant of every channel: the significand of its scale, shifted so that all
 *     channels have the same fraction bits; 0 for a channel that always gives the zero point
 * @param roundAccumulator whether the accumulator is rounded to 24 significant bits first
 * @param accumulatorBits signed bits of the accumulator, before and after that rounding
 * @param multiplierBits unsigned bits of the widest multiplier
 * @param rounding how the product becomes the output
 */
public record RequantiserDesign(
    Requantisation requantisation,
    ImmutableList<Long> multipliers,
    boolean roundAccumulator,
    int accumulatorBits,
    int multiplierBits,
    RoundHalfEven rounding) {
  private static final int LEAST_FRACTION_BITS = 2;
  private static final int GREATEST_FRACTION_BITS = 60;
  private static final int GREATEST_MULTIPLIER_BITS = 62;

  /** A multiplier this wide is worth trying to narrow. */
  private static final int WIDE_MULTIPLIER_BITS = 32;

  /** From here on every accumulator but 0 saturates, whatever the zero point. */
  private static final float SATURATING_SCALE = 512;

  /** Checks that the parts fit together. */
  public RequantiserDesign {
    multipliers = ImmutableList.copyOf(multipliers);
    checkArgument(
        multipliers.size() == requantisation.channels(),
        "%s multipliers for %s channels",
        multipliers.size(),
        requantisation.channels());
  }

  /**
   * Designs and proves a requantiser.
   *
   * @throws UserException when a scale is not positive and finite, an accumulator can leave int32,
   *     or no constants were found that agree with float32
   */
  public static RequantiserDesign of(Requantisation requantisation) {
    check(requantisation);
    int fractionBits = LEAST_FRACTION_BITS;
    int narrowest = GREATEST_FRACTION_BITS;
    for (int channel = 0; channel < requantisation.channels(); channel++) {
      if (!requantisation.vanishes(channel)) {
        int bits = fractionBits(capped(requantisation.scales().get(channel)));
        fractionBits = Math.max(fractionBits, bits);
        narrowest = Math.min(narrowest, bits);
      }
    }
    // Channels of very different scale make the shared constants wide. Most of those bits belong to
    // channels that hardly change, so try whether fewer prove too.
    fractionBits = Math.min(fractionBits, GREATEST_FRACTION_BITS);
    int least = Math.max(LEAST_FRACTION_BITS, narrowest + WIDE_MULTIPLIER_BITS - 24);
    for (int bits = Math.min(least, fractionBits); bits <= fractionBits; bits += 4) {
      Optional<RequantiserDesign> design = attempt(requantisation, bits);
      if (design.isPresent()) {
        return design.get();
      }
    }
    Optional<RequantiserDesign> design = attempt(requantisation, fractionBits);
    if (design.isPresent()) {
      return design.get();
    }
    design(requantisation, fractionBits, true, exactMultipliers(requantisation, fractionBits))
        .prove();
    throw new AssertionError("proven and refused: " + requantisation.layer());
  }

  /** Signed bits of the product. */
  public int productBits() {
    return accumulatorBits + multiplierBits;
  }

  /** What the hardware gives for accumulator {@code acc} of {@code channel}. */
  public int evaluate(int channel, long acc) {
    long operand = roundAccumulator ? RoundSignificand.evaluate(acc) : acc;
    return rounding.evaluateProduct(operand, multipliers.get(channel));
  }

  /**
   * Proves that {@link #evaluate} equals the float32 definition for every reachable accumulator.
   * Both are monotonic, so they are equal when they reach every output value at the same
   * accumulator, which bisection finds.
   *
   * @throws UserException naming layer, channel and accumulator otherwise
   */
  public void prove() {
    for (int channel = 0; channel < multipliers.size(); channel++) {
      Optional<Long> counterexample = counterexample(channel);
      if (counterexample.isPresent()) {
        long acc = counterexample.get();
        throw UserException.badInput(
            "layer " + requantisation.layer() + ", output channel " + channel,
            String.format(
                Locale.ROOT,
                "integer requantisation of accumulator %d with multiplier %d gives %d and scale %s"
                    + " in float32 gives %d",
                acc,
                multipliers.get(channel),
                evaluate(channel, acc),
                requantisation.scales().get(channel),
                requantisation.define(channel, acc)),
            "equal values for every reachable accumulator",
            "Requantise the layer with slightly different scales.");
      }
    }
  }

  /** An accumulator for which {@code channel} differs from the definition, if there is one. */
  Optional<Long> counterexample(int channel) {
    long low = requantisation.accumulatorLow().get(channel);
    long high = requantisation.accumulatorHigh().get(channel);
    int first = requantisation.define(channel, low);
    if (evaluate(channel, low) != first) {
      return Optional.of(low);
    }
    int last = requantisation.define(channel, high);
    if (evaluate(channel, high) != last) {
      return Optional.of(high);
    }
    long from = low;
    for (int value = first; value < last; value++) {
      // The last accumulator at which the definition gives at most this value.
      long below = from;
      long above = high;
      while (above - below > 1) {
        long middle = below + (above - below) / 2;
        if (requantisation.define(channel, middle) <= value) {
          below = middle;
        } else {
          above = middle;
        }
      }
      if (evaluate(channel, below) > value) {
        return Optional.of(below);
      }
      if (evaluate(channel, above) <= value) {
        return Optional.of(above);
      }
      from = below;
    }
    return Optional.empty();
  }

  private static void check(Requantisation requantisation) {
    for (int channel = 0; channel < requantisation.channels(); channel++) {
      float scale = requantisation.scales().get(channel);
      String where = "layer " + requantisation.layer() + ", output channel " + channel;
      if (!(scale >= 0) || !Float.isFinite(scale)) {
        throw UserException.badInput(
            where,
            "requantisation scale " + scale,
            "a finite scale (input scale * weight scale / output scale)",
            "Quantise the model again.");
      }
      if (requantisation.accumulatorLow().get(channel) < Integer.MIN_VALUE
          || requantisation.accumulatorHigh().get(channel) > Integer.MAX_VALUE) {
        throw UserException.badInput(
            where,
            "accumulator between "
                + requantisation.accumulatorLow().get(channel)
                + " and "
                + requantisation.accumulatorHigh().get(channel),
            "32 bits, as ONNX Runtime accumulates",
            "Split the layer or use smaller weights.");
      }
    }
  }

  /** A design with that many fraction bits whose proof holds, if there is one. */
  private static Optional<RequantiserDesign> attempt(Requantisation asked, int fractionBits) {
    List<Long> multipliers = exactMultipliers(asked, fractionBits);
    if (bits(multipliers) > GREATEST_MULTIPLIER_BITS) {
      return Optional.empty();
    }
    boolean exact = true;
    for (boolean roundAccumulator : new boolean[] {false, true}) {
      List<Long> chosen = new ArrayList<>(multipliers);
      boolean proven = true;
      for (int channel = 0; proven && channel < asked.channels(); channel++) {
        long multiplier = multipliers.get(channel);
        proven = false;
        for (int offset : new int[] {0, 1, -1, 2, -2}) {
          if (multiplier + offset < 0) {
            continue;
          }
          chosen.set(channel, multiplier + offset);
          if (design(asked, fractionBits, roundAccumulator, chosen)
              .counterexample(channel)
              .isEmpty()) {
            proven = true;
            exact &= offset == 0;
            break;
          }
        }
      }
      if (proven) {
        return Optional.of(
            exact
                ? reduced(asked, fractionBits, roundAccumulator, chosen)
                : design(asked, fractionBits, roundAccumulator, chosen));
      }
    }
    return Optional.empty();
  }

  /** Takes out the trailing zeros that all multipliers share. */
  private static RequantiserDesign reduced(
      Requantisation asked, int fractionBits, boolean roundAccumulator, List<Long> multipliers) {
    long all = multipliers.stream().reduce(0L, (a, b) -> a | b);
    int shift = Math.min(Long.numberOfTrailingZeros(all), fractionBits - LEAST_FRACTION_BITS);
    return design(
        asked,
        fractionBits - shift,
        roundAccumulator,
        multipliers.stream().map(multiplier -> multiplier >> shift).toList());
  }

  private static RequantiserDesign design(
      Requantisation asked, int fractionBits, boolean roundAccumulator, List<Long> multipliers) {
    long low = Collections.min(asked.accumulatorLow());
    long high = Collections.max(asked.accumulatorHigh());
    if (roundAccumulator) {
      low = RoundSignificand.evaluate(low);
      high = RoundSignificand.evaluate(high);
    }
    return new RequantiserDesign(
        asked,
        ImmutableList.copyOf(multipliers),
        roundAccumulator,
        Math.max(signedBits(low), signedBits(high)),
        bits(multipliers),
        new RoundHalfEven(
            fractionBits, true, 0, asked.zeroPoint(), asked.clampMin(), asked.clampMax()));
  }

  /**
   * Every channel's scale in units of {@code 2^-fractionBits}, rounded where that is too coarse.
   */
  private static List<Long> exactMultipliers(Requantisation asked, int fractionBits) {
    List<Long> multipliers = new ArrayList<>();
    for (int channel = 0; channel < asked.channels(); channel++) {
      if (asked.vanishes(channel)) {
        multipliers.add(0L);
      } else {
        float scale = capped(asked.scales().get(channel));
        double scaled = Math.scalb((double) scale, fractionBits);
        // A double holds the 24-bit significand exactly; beyond 2^62 attempt() refuses the width.
        multipliers.add((long) Math.rint(scaled));
      }
    }
    return multipliers;
  }

  private static float capped(float scale) {
    return Math.min(scale, SATURATING_SCALE);
  }

  /** Fraction bits of the scale as 24-bit significand times a power of two. */
  private static int fractionBits(float scale) {
    return RoundSignificand.BITS - 1 - Math.getExponent(scale);
  }

  private static int bits(List<Long> multipliers) {
    return Math.max(2, 64 - Long.numberOfLeadingZeros(Collections.max(multipliers)));
  }

  private static int signedBits(long value) {
    return 65 - Long.numberOfLeadingZeros(value < 0 ? ~value : value);
  }
}
