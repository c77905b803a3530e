package io.xbarflow.sim.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class FloatRoundingTest {
  private static int definition(float real, int zeroPoint, int least, int greatest) {
    double rounded = Math.rint((double) real) + zeroPoint;
    return (int) Math.max(least, Math.min(greatest, rounded));
  }

  private static void check(float real) {
    for (int zeroPoint : new int[] {-128, -1, 0, 3, 127, 255}) {
      boolean signed = zeroPoint < 0;
      int least = signed ? -128 : 0;
      assertEquals(
          definition(real, zeroPoint, least, least + 255),
          FloatRounding.quantise(real, zeroPoint, least, least + 255),
          () -> real + " with zero point " + zeroPoint);
    }
  }

  @Test
  void tiesAndTheirNeighbours() {
    for (int half = -2100; half <= 2100; half++) {
      float tie = half / 2f;
      check(tie);
      check(Math.nextUp(tie));
      check(Math.nextDown(tie));
    }
  }

  @Test
  void everyMagnitude() {
    Random random = new Random(3);
    for (int i = 0; i < 300_000; i++) {
      float real = Float.intBitsToFloat(random.nextInt());
      if (!Float.isNaN(real)) {
        check(real);
      }
    }
    check(Float.POSITIVE_INFINITY);
    check(Float.NEGATIVE_INFINITY);
    check(-0f);
    check(Float.MAX_VALUE);
    check(-Float.MAX_VALUE);
    check(Integer.MIN_VALUE);
  }
}
