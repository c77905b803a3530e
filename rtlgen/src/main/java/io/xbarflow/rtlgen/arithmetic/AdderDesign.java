package io.xbarflow.rtlgen.arithmetic;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Quantisation;
import java.util.Locale;

/**
 * The constants of an element-wise adder in integer arithmetic, proven equal to the float32
 * definition for all 65,536 operand pairs.
 *
 * <p>In units of {@code 2^-S}, {@code S = rounding.fractionBits()}: {@code inner = b * ratioB +
 * fixed}, rounded to 24 significant bits by {@code round_significand} when {@code roundInner};
 * {@code sum = inner + a * ratioA}; the output is {@code round_half_even} of the sum with zero
 * point 0, since {@code fixed} holds the zero points. {@code a} and {@code b} are the raw values,
 * signed or unsigned as the operand's type is. An adder with a constant operand replaces one of the
 * two terms by {@link #innerTerm} or {@link #outerTerm} of the constant.
 *
 * @param addition what is computed
 * @param ratioA unsigned constant of {@code ratioABits}
 * @param ratioB unsigned constant of {@code ratioBBits}
 * @param fixed signed constant of {@code innerBits}
 * @param roundInner whether the inner sum is rounded to 24 significant bits
 * @param rounding how the sum becomes the output
 */
public record AdderDesign(
    Addition addition,
    long ratioA,
    long ratioB,
    long fixed,
    boolean roundInner,
    RoundHalfEven rounding) {
  private static final int GREATEST_BITS = 62;

  /** Checks the ranges. */
  public AdderDesign {
    checkArgument(ratioA >= 0 && ratioB >= 0, "ratios %s and %s", ratioA, ratioB);
  }

  /**
   * Designs and proves an adder.
   *
   * @throws UserException naming both scales when no constants were found that agree with float32
   */
  public static AdderDesign of(Addition addition) {
    int exact =
        Math.max(
            Math.max(fractionBits(addition.ratioA()), fractionBits(addition.ratioB())),
            Math.max(2, fractionBits(addition.fixed())));
    double greatest =
        255.0 * addition.ratioA() + 255.0 * addition.ratioB() + Math.abs(addition.fixed()) + 1;
    int available = GREATEST_BITS - 1 - (Math.getExponent(greatest) + 1);
    int fractionBits = Math.min(exact, available);
    if (fractionBits >= 2) {
      AdderDesign plain = design(addition, fractionBits, false);
      if (plain.firstMismatch() < 0) {
        return plain;
      }
      AdderDesign rounded = design(addition, fractionBits, true);
      if (rounded.firstMismatch() < 0) {
        return rounded;
      }
    }
    throw refusal(
        addition,
        "scales "
            + addition.a().scale()
            + " and "
            + addition.b().scale()
            + " into "
            + addition.y().scale());
  }

  /** What the hardware gives for the raw values {@code a} and {@code b}. */
  public int evaluate(int a, int b) {
    return rounding.evaluate(innerTerm(b) + outerTerm(a));
  }

  /** The second operand's part of the sum, all zero points included, in units of {@code 2^-S}. */
  public long innerTerm(int b) {
    long inner = b * ratioB + fixed;
    return roundInner ? RoundSignificand.evaluate(inner) : inner;
  }

  /** The first operand's part of the sum, in units of {@code 2^-S}. */
  public long outerTerm(int a) {
    return a * ratioA;
  }

  /** Unsigned bits of {@code ratioA}. */
  public int ratioABits() {
    return Math.max(1, 64 - Long.numberOfLeadingZeros(ratioA));
  }

  /** Unsigned bits of {@code ratioB}. */
  public int ratioBBits() {
    return Math.max(1, 64 - Long.numberOfLeadingZeros(ratioB));
  }

  /** Signed bits of {@code fixed} and of the inner sum, before and after its rounding. */
  public int innerBits() {
    Quantisation b = addition.b();
    return Math.max(
        signedBits(fixed),
        Math.max(signedBits(innerTerm(b.min())), signedBits(innerTerm(b.max()))));
  }

  /** Signed bits of the sum, which is the input of the rounding. */
  public int sumBits() {
    Quantisation a = addition.a();
    Quantisation b = addition.b();
    return Math.max(
        innerBits(),
        Math.max(
            signedBits(innerTerm(b.min()) + outerTerm(a.min())),
            signedBits(innerTerm(b.max()) + outerTerm(a.max()))));
  }

  /**
   * Proves that {@link #evaluate} equals the float32 definition for every pair of values.
   *
   * @throws UserException naming layer and values otherwise
   */
  public void prove() {
    int mismatch = firstMismatch();
    if (mismatch >= 0) {
      int a = addition.a().min() + (mismatch >> 8);
      int b = addition.b().min() + (mismatch & 255);
      throw refusal(
          addition,
          String.format(
              Locale.ROOT,
              "scales %s and %s into %s, for which integer addition of %d and %d gives %d and"
                  + " float32 gives %d",
              addition.a().scale(),
              addition.b().scale(),
              addition.y().scale(),
              a,
              b,
              evaluate(a, b),
              addition.define(a, b)));
    }
  }

  /** {@code (a - amin) * 256 + b - bmin} of the first pair that differs, or -1. */
  private int firstMismatch() {
    int minA = addition.a().min();
    int minB = addition.b().min();
    float floatA = addition.ratioA();
    float floatB = addition.ratioB();
    float floatFixed = addition.fixed();
    for (int j = 0; j < 256; j++) {
      long inner = innerTerm(minB + j);
      float floatInner = Math.fma((float) (minB + j), floatB, floatFixed);
      for (int i = 0; i < 256; i++) {
        double outer = Math.rint((double) Math.fma((float) (minA + i), floatA, floatInner));
        int expected = (int) Math.max(addition.clampMin(), Math.min(addition.clampMax(), outer));
        if (rounding.evaluate(inner + outerTerm(minA + i)) != expected) {
          return (i << 8) | j;
        }
      }
    }
    return -1;
  }

  private static AdderDesign design(Addition addition, int fractionBits, boolean roundInner) {
    return new AdderDesign(
        addition,
        scaled(addition.ratioA(), fractionBits),
        scaled(addition.ratioB(), fractionBits),
        scaled(addition.fixed(), fractionBits),
        roundInner,
        new RoundHalfEven(fractionBits, true, 0, 0, addition.clampMin(), addition.clampMax()));
  }

  private static long scaled(float value, int fractionBits) {
    return (long) Math.rint(Math.scalb((double) value, fractionBits));
  }

  /** Fewest fraction bits that hold {@code value} exactly. */
  private static int fractionBits(float value) {
    if (value == 0) {
      return 0;
    }
    int significand = (Float.floatToIntBits(value) & 0x7fffff) | 0x800000;
    int bits =
        RoundSignificand.BITS
            - 1
            - Math.getExponent(value)
            - Integer.numberOfTrailingZeros(significand);
    return Math.max(0, bits);
  }

  private static int signedBits(long value) {
    return 65 - Long.numberOfLeadingZeros(value < 0 ? ~value : value);
  }

  private static UserException refusal(Addition addition, String found) {
    return UserException.badInput(
        "layer " + addition.layer(),
        found,
        "scales for which integer addition equals float32 for all 65,536 pairs",
        "Quantise one operand or the output with a scale less far from the others.");
  }
}
