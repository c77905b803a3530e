package io.xbarflow.rtlgen.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Integer requantisation against the float32 definition. */
final class RequantiserDesignTest {

  private static Requantisation layer(double scale, long low, long high, int zeroPoint) {
    return new Requantisation(
        "conv1",
        ImmutableList.of((float) scale),
        ImmutableList.of(low),
        ImmutableList.of(high),
        zeroPoint,
        zeroPoint < 0 ? -128 : 0,
        zeroPoint < 0 ? 127 : 255);
  }

  private record Case(String name, Requantisation requantisation) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static List<Case> cases() {
    return List.of(
        new Case("scale one half: every odd value is a tie", layer(0.5, -600, 600, -1)),
        new Case("scale one", layer(1, -600, 600, 3)),
        new Case("power of two", layer(0x1p-9, -300000, 300000, 128)),
        new Case("power of two, accumulator over 24 bits", layer(0x1p-19, -1L << 30, 1L << 30, -4)),
        new Case("multiplier above 1", layer(3.7, -200, 200, -128)),
        new Case("multiplier above 512", layer(1e6, -200, 200, 255)),
        new Case("multiplier 1e30", layer(1e30, -200, 200, 255)),
        new Case("three quarters", layer(0.75, -1000, 1000, 127)),
        new Case("tiny multiplier, big bias", layer(1.1e-7, 2000000000L, 2147000000L, 0)),
        new Case("tiny multiplier, int32", layer(5.9e-8, Integer.MIN_VALUE, 2147483647, 100)),
        new Case("vanishing", layer(1e-20, -1000000, 1000000, 17)),
        new Case("zero scale", layer(0, -1000000, 1000000, 17)),
        new Case("constant accumulator", layer(0.3, 55, 55, 0)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsFloat32(Case c) {
    RequantiserDesign design = RequantiserDesign.of(c.requantisation());
    design.prove();
    long low = c.requantisation().accumulatorLow().get(0);
    long high = c.requantisation().accumulatorHigh().get(0);
    long step = Math.max(1, (high - low) / 300_000);
    for (long acc = low; acc <= high; acc += step) {
      assertEquals(c.requantisation().define(0, acc), design.evaluate(0, acc), "acc " + acc);
    }
  }

  @Test
  void tiesGoToTheEvenNeighbourOnBothSides() {
    RequantiserDesign design = RequantiserDesign.of(layer(0.5, -9, 9, -1));
    List<Integer> values = new ArrayList<>();
    for (int acc = -5; acc <= 5; acc++) {
      values.add(design.evaluate(0, acc) + 1);
    }
    assertEquals(List.of(-2, -2, -2, -1, 0, 0, 0, 1, 2, 2, 2), values);
    assertEquals(2, design.rounding().fractionBits());
    assertEquals(2, design.multiplierBits());
  }

  @Test
  void vanishingChannelsDoNotWidenTheOthers() {
    Requantisation both =
        new Requantisation(
            "conv1",
            ImmutableList.of(0.0123f, 1e-12f),
            ImmutableList.of(-100000L, -100000L),
            ImmutableList.of(100000L, 100000L),
            0,
            -128,
            127);
    RequantiserDesign design = RequantiserDesign.of(both);
    assertEquals(0L, design.multipliers().get(1));
    assertTrue(design.multiplierBits() <= 24, "bits " + design.multiplierBits());
  }

  @Test
  void deadChannelWithHugeBiasStaysNarrow() {
    Requantisation both =
        new Requantisation(
            "conv1",
            ImmutableList.of(0.0123f, 4.3e-8f),
            ImmutableList.of(-100000L, 2000000000L),
            ImmutableList.of(100000L, 2000100000L),
            0,
            -128,
            127);
    RequantiserDesign design = RequantiserDesign.of(both);
    assertTrue(design.multiplierBits() <= 32, "bits " + design.multiplierBits());
  }

  @Test
  void wrongConstantIsCaught() {
    RequantiserDesign right = RequantiserDesign.of(layer(0.00123, -200000, 200000, 5));
    right.prove();
    for (int offset : new int[] {-64, 64}) {
      RequantiserDesign wrong =
          new RequantiserDesign(
              right.requantisation(),
              ImmutableList.of(right.multipliers().get(0) + offset),
              right.roundAccumulator(),
              right.accumulatorBits(),
              right.multiplierBits(),
              right.rounding());
      UserException thrown = assertThrows(UserException.class, wrong::prove);
      assertTrue(thrown.getMessage().contains("conv1, output channel 0"), thrown.getMessage());
    }
  }

  @Test
  void missingWindowIsCaught() {
    // Without the float window some of many random scales must differ.
    Random random = new Random(3);
    int caught = 0;
    for (int i = 0; i < 2000; i++) {
      float scale = (float) Math.exp(-7 + 3 * random.nextGaussian());
      RequantiserDesign right = RequantiserDesign.of(layer(scale, -1 << 20, 1 << 20, 0));
      RoundHalfEven exact = right.rounding();
      RequantiserDesign wrong =
          new RequantiserDesign(
              right.requantisation(),
              right.multipliers(),
              right.roundAccumulator(),
              right.accumulatorBits(),
              right.multiplierBits(),
              new RoundHalfEven(
                  exact.fractionBits(), false, 0, exact.zeroPoint(), exact.low(), exact.high()));
      if (wrong.counterexample(0).isPresent()) {
        caught++;
      }
    }
    assertTrue(caught > 20, "caught " + caught);
  }

  @Test
  void accumulatorBeyondInt32IsRefused() {
    UserException thrown =
        assertThrows(UserException.class, () -> RequantiserDesign.of(layer(0.1, 0, 1L << 31, 0)));
    assertTrue(thrown.getMessage().contains("32 bits"), thrown.getMessage());
  }

  @Test
  void randomLayersAreNeverRefused() {
    Random random = new Random(1);
    int rounded = 0;
    int widest = 0;
    int layers = 3000;
    long start = System.nanoTime();
    for (int i = 0; i < layers; i++) {
      int channels = 1 + random.nextInt(16);
      double middle = -6.5 + 3 * random.nextGaussian();
      List<Float> scales = new ArrayList<>();
      List<Long> low = new ArrayList<>();
      List<Long> high = new ArrayList<>();
      for (int channel = 0; channel < channels; channel++) {
        double scale = Math.exp(middle + random.nextGaussian());
        if (random.nextInt(10) == 0) {
          scale = Math.scalb(1.0, Math.getExponent(scale));
        }
        scales.add((float) scale);
        int bits = 8 + random.nextInt(24);
        long bias = random.nextInt(4) == 0 ? random.nextInt() / 4 : 0;
        long reach = random.nextLong(1, 1L << bits);
        low.add(Math.max(Integer.MIN_VALUE, bias - reach));
        high.add(Math.min(Integer.MAX_VALUE, bias + random.nextLong(reach)));
      }
      boolean signed = random.nextBoolean();
      int clampMin = signed ? -128 : 0;
      int zeroPoint = clampMin + random.nextInt(256);
      RequantiserDesign design =
          RequantiserDesign.of(
              new Requantisation(
                  "random " + i,
                  ImmutableList.copyOf(scales),
                  ImmutableList.copyOf(low),
                  ImmutableList.copyOf(high),
                  zeroPoint,
                  random.nextInt(3) == 0 ? zeroPoint : clampMin,
                  clampMin + 255));
      rounded += design.roundAccumulator() ? 1 : 0;
      widest = Math.max(widest, design.multiplierBits());
      for (int k = 0; k < 2000; k++) {
        int channel = random.nextInt(channels);
        long acc = random.nextLong(low.get(channel), high.get(channel) + 1);
        assertEquals(design.requantisation().define(channel, acc), design.evaluate(channel, acc));
      }
    }
    System.out.printf(
        "requantisers: %d random layers, 0 refused, %d round the accumulator, widest multiplier %d"
            + " bits, %.2f ms each%n",
        layers, rounded, widest, (System.nanoTime() - start) / 1e6 / layers);
    assertFalse(rounded > layers / 2, "rounded " + rounded);
  }
}
