package io.xbarflow.rtlgen.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Quantisation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Average pooling in integers against the float32 kernel. */
final class AveragePoolDesignTest {
  private static final int DESIGNS = 2500;
  private static final int WINDOWS = 600;

  /** ONNX Runtime's kernel. */
  private static int define(Quantisation x, Quantisation y, int count, List<Integer> values) {
    float sum = 0;
    for (int value : values) {
      sum += x.scale() * (float) (value - x.zeroPoint());
    }
    float real = sum / (float) count / y.scale() + (float) y.zeroPoint();
    return (int) Math.max(y.min(), Math.min(y.max(), Math.rint((double) real)));
  }

  @Test
  void powerOfTwoScalesNeedNoRounding() {
    Quantisation q = new Quantisation(0.25f, 0, true);
    AveragePoolDesign design = AveragePoolDesign.of("pool1", q, q, ImmutableList.of(4));
    assertFalse(design.rounds());
    assertEquals(1, design.factor());
    assertEquals(0, design.evaluate(4, List.of(2, 0, 0, 0)));
    assertEquals(2, design.evaluate(4, List.of(1, 1, 3, 1)));
    assertEquals(-2, design.evaluate(4, List.of(-6, 0, 0, 0)));
  }

  @Test
  void tiesFollowTheOrderOfTheValues() {
    Quantisation x = new Quantisation(0.1f, -5, true);
    Quantisation y = new Quantisation(0.1f, -5, true);
    AveragePoolDesign design = AveragePoolDesign.of("pool1", x, y, ImmutableList.of(6));
    Random random = new Random(3);
    int ties = 0;
    for (int i = 0; i < 200_000; i++) {
      List<Integer> values = window(random, x, 6);
      ties += Math.floorMod(values.stream().mapToInt(value -> value + 5).sum(), 6) == 3 ? 1 : 0;
      assertEquals(define(x, y, 6, values), design.evaluate(6, values), values::toString);
    }
    assertTrue(ties > 20_000, "ties " + ties);
  }

  @Test
  void everyWrongConstantIsCaught() {
    Quantisation q = new Quantisation(0.1f, 3, false);
    AveragePoolDesign right = AveragePoolDesign.of("pool1", q, q, ImmutableList.of(4, 6));
    right.prove();
    for (int count = 0; count < 2; count++) {
      assertRefused(changed(right, count, 1 << (right.multiplierBits() - 6), 0, 0));
      for (int index = 0; index < right.steps(); index++) {
        int step = 1 << Math.max(0, 24 - right.thresholdShift());
        assertRefused(changed(right, count, 0, index, step));
        assertRefused(changed(right, count, 0, index, -step));
      }
    }
  }

  private static void assertRefused(AveragePoolDesign wrong) {
    UserException thrown = assertThrows(UserException.class, wrong::prove);
    assertTrue(thrown.getMessage().contains("layer pool1"), thrown.getMessage());
  }

  private static AveragePoolDesign changed(
      AveragePoolDesign right, int count, int toMultiplier, int index, int toThreshold) {
    List<Long> multipliers = new ArrayList<>(right.multipliers());
    multipliers.set(count, multipliers.get(count) + toMultiplier);
    List<ImmutableList<Long>> thresholds = new ArrayList<>(right.thresholds());
    List<Long> list = new ArrayList<>(thresholds.get(count));
    list.set(index, list.get(index) + toThreshold);
    thresholds.set(count, ImmutableList.copyOf(list));
    return new AveragePoolDesign(
        right.layer(),
        right.x(),
        right.y(),
        right.counts(),
        right.factor(),
        right.unitExponent(),
        right.sumBits(),
        right.estimateShift(),
        right.fractionBits(),
        ImmutableList.copyOf(multipliers),
        right.low(),
        right.steps(),
        right.thresholdShift(),
        ImmutableList.copyOf(thresholds));
  }

  @Test
  void subnormalAndHugeScalesAreRefused() {
    Quantisation y = new Quantisation(1, 0, true);
    for (float scale : new float[] {1e-40f, 1e37f}) {
      Quantisation x = new Quantisation(scale, 0, true);
      assertThrows(
          UserException.class,
          () -> AveragePoolDesign.of("pool1", x, y, ImmutableList.of(9)),
          "scale " + scale);
    }
  }

  @Test
  void randomDesignsEqualTheKernel() {
    Random random = new Random(9);
    int refused = 0;
    int thresholdBits = 0;
    int multiplierBits = 0;
    int workBits = 0;
    List<ImmutableList<Integer>> kernels =
        List.of(
            ImmutableList.of(4),
            ImmutableList.of(9),
            ImmutableList.of(25),
            ImmutableList.of(4, 6, 9),
            ImmutableList.of(9, 12, 15, 16, 20, 25),
            ImmutableList.of(49));
    for (int i = 0; i < DESIGNS; i++) {
      ImmutableList<Integer> counts =
          i % 2 == 0 ? ImmutableList.of(1 + (i / 2) % 25) : kernels.get((i / 2) % kernels.size());
      boolean signed = random.nextBoolean();
      float scale = (float) Math.exp(-3 + 2 * random.nextGaussian());
      if (random.nextInt(4) == 0) {
        scale = Math.scalb(1f, random.nextInt(20) - 15);
      }
      Quantisation x = new Quantisation(scale, random.nextInt(256) - (signed ? 128 : 0), signed);
      int zeroPoint = random.nextInt(256) - (signed ? 128 : 0);
      Quantisation y =
          switch (random.nextInt(5)) {
            case 0 -> x;
            case 1 -> new Quantisation(scale, zeroPoint, signed);
            case 2 -> new Quantisation(scale * (1 + random.nextInt(4)), zeroPoint, signed);
            case 3 ->
                new Quantisation(
                    (float) (scale * Math.exp(0.5 * random.nextGaussian())), zeroPoint, signed);
            default ->
                new Quantisation(
                    (float) (scale * Math.exp(6 * random.nextGaussian())), zeroPoint, signed);
          };
      AveragePoolDesign design;
      try {
        design = AveragePoolDesign.of("random", x, y, counts);
      } catch (UserException e) {
        refused++;
        System.out.println(e.getMessage());
        continue;
      }
      thresholdBits = Math.max(thresholdBits, design.thresholdBits());
      multiplierBits = Math.max(multiplierBits, design.multiplierBits());
      workBits = Math.max(workBits, design.workBits());
      for (int k = 0; k < WINDOWS; k++) {
        int count = counts.get(random.nextInt(counts.size()));
        List<Integer> values = window(random, x, count);
        if (random.nextInt(4) == 0) {
          values.subList(0, random.nextInt(count)).replaceAll(value -> x.zeroPoint());
        }
        assertEquals(
            define(x, y, count, values), design.evaluate(count, values), () -> x + " " + y);
      }
    }
    System.out.printf(
        "average pools: %d random, %d refused; at most %d threshold, %d multiplier, %d work bits%n",
        DESIGNS, refused, thresholdBits, multiplierBits, workBits);
    assertEquals(0, refused);
  }

  /** Values spread over the type's range, or near one another. */
  private static List<Integer> window(Random random, Quantisation x, int count) {
    int spread = random.nextBoolean() ? 256 : 1 + random.nextInt(12);
    int first = random.nextInt(257 - spread);
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(x.min() + first + random.nextInt(spread));
    }
    return values;
  }
}
