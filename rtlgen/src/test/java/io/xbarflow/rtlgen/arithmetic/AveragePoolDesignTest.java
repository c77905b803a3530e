package io.xbarflow.rtlgen.arithmetic;

import static io.xbarflow.core.network.Layer.Pool.Kind.AVERAGE;
import static io.xbarflow.core.network.Layer.Pool.Kind.AVERAGE_AS_UINT8;
import static io.xbarflow.core.network.Layer.Pool.Kind.FLOAT_AVERAGE;
import static io.xbarflow.core.network.Layer.Pool.Kind.FLOAT_AVERAGE_BY_COLUMNS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Average pooling in integers against the float32 kernel. */
final class AveragePoolDesignTest {
  private static final int DESIGNS = 2500;
  private static final int WINDOWS = 600;
  private static final ImmutableList<Layer.Pool.Kind> KINDS =
      ImmutableList.of(AVERAGE, AVERAGE_AS_UINT8, FLOAT_AVERAGE, FLOAT_AVERAGE_BY_COLUMNS);

  private static AveragePoolDesign design(
      Layer.Pool.Kind kind, Quantisation x, Quantisation y, ImmutableList<Integer> counts) {
    return AveragePoolDesign.of("pool1", kind, x, y, counts);
  }

  /** ONNX Runtime's kernels; the last column may have fewer taps. */
  private static int define(
      Layer.Pool.Kind kind,
      Quantisation x,
      Quantisation y,
      int count,
      List<Integer> values,
      int columnTaps) {
    float sum = 0;
    for (List<Integer> column : Lists.partition(values, columnTaps)) {
      float ofColumn = 0;
      for (int value : column) {
        ofColumn += x.scale() * (float) (value - x.zeroPoint());
      }
      sum += ofColumn;
    }
    float real = sum / (float) count / y.scale();
    double rounded =
        switch (kind) {
          case MAX -> throw new IllegalArgumentException();
          case AVERAGE -> Math.rint((double) (real + (float) y.zeroPoint()));
          case AVERAGE_AS_UINT8 -> Math.rint((double) (real + (float) (y.zeroPoint() + 128))) - 128;
          case FLOAT_AVERAGE, FLOAT_AVERAGE_BY_COLUMNS -> Math.rint((double) real) + y.zeroPoint();
        };
    return (int) Math.max(y.min(), Math.min(y.max(), rounded));
  }

  @Test
  void powerOfTwoScalesNeedNoRounding() {
    Quantisation q = new Quantisation(0.25f, 0, true);
    AveragePoolDesign design = design(AVERAGE, q, q, ImmutableList.of(4));
    assertFalse(design.rounds());
    assertEquals(1, design.factor());
    assertEquals(0, design.evaluate(4, List.of(2, 0, 0, 0), 1));
    assertEquals(2, design.evaluate(4, List.of(1, 1, 3, 1), 1));
    assertEquals(-2, design.evaluate(4, List.of(-6, 0, 0, 0), 1));
  }

  @Test
  void tiesFollowTheOrderOfTheValues() {
    Quantisation x = new Quantisation(0.1f, -5, true);
    Quantisation y = new Quantisation(0.1f, -5, true);
    AveragePoolDesign design = design(AVERAGE, x, y, ImmutableList.of(6));
    Random random = new Random(3);
    int ties = 0;
    for (int i = 0; i < 200_000; i++) {
      List<Integer> values = window(random, x, 6);
      ties += Math.floorMod(values.stream().mapToInt(value -> value + 5).sum(), 6) == 3 ? 1 : 0;
      assertEquals(
          define(AVERAGE, x, y, 6, values, 1), design.evaluate(6, values, 1), values::toString);
    }
    assertTrue(ties > 20_000, "ties " + ties);
  }

  @Test
  void everyWrongConstantIsCaught() {
    Quantisation q = new Quantisation(0.1f, 3, false);
    AveragePoolDesign right = design(AVERAGE, q, q, ImmutableList.of(4, 6));
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
        right.kind(),
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
          UserException.class, () -> design(AVERAGE, x, y, ImmutableList.of(9)), "scale " + scale);
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
          i / 4 % 2 == 0
              ? ImmutableList.of(1 + (i / 8) % 25)
              : kernels.get((i / 8) % kernels.size());
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
      Layer.Pool.Kind kind = KINDS.get(i % KINDS.size());
      AveragePoolDesign design;
      try {
        design = design(kind, x, y, counts);
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
        int columnTaps = kind == FLOAT_AVERAGE_BY_COLUMNS ? 1 + random.nextInt(count) : 1;
        assertEquals(
            define(kind, x, y, count, values, columnTaps),
            design.evaluate(count, values, columnTaps),
            () -> kind + " " + x + " " + y);
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
