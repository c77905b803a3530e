package io.xbarflow.rtlgen.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Quantisation;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Integer average pooling against the float32 kernel. */
final class AveragePoolDesignTest {

  @Test
  void powerOfTwoScalesAreExactWithTies() {
    Quantisation q = new Quantisation(0.25f, 0, true);
    AveragePoolDesign design = AveragePoolDesign.of("pool1", q, q, 4, 4);
    assertEquals(0, design.evaluate(2));
    assertEquals(2, design.evaluate(6));
    assertEquals(-2, design.evaluate(-6));
  }

  @Test
  void tiesOfInexactScalesAreRefused() {
    Quantisation q = new Quantisation(0.1f, -5, true);
    UserException thrown =
        assertThrows(UserException.class, () -> AveragePoolDesign.of("pool1", q, q, 4, 4));
    assertTrue(thrown.getMessage().contains("layer pool1"), thrown.getMessage());
  }

  @Test
  void wrongConstantIsCaught() {
    Quantisation q = new Quantisation(0.25f, 0, true);
    AveragePoolDesign right = AveragePoolDesign.of("pool1", q, q, 4, 4);
    AveragePoolDesign wrong =
        new AveragePoolDesign(
            "pool1", q, q, 4, 4, right.multiplier() + 1000, right.offset(), right.rounding());
    assertThrows(UserException.class, wrong::prove);
  }

  @Test
  void acceptedDesignsEqualTheKernel() {
    Random random = new Random(9);
    int accepted = 0;
    int designs = 1000;
    for (int i = 0; i < designs; i++) {
      int taps = new int[] {2, 3, 4, 6, 9}[i % 5];
      float scale = (float) Math.exp(-3 + random.nextGaussian());
      Quantisation x = new Quantisation(scale, random.nextInt(256) - 128, true);
      Quantisation y =
          i % 2 == 0
              ? x
              : new Quantisation(
                  (float) (scale * Math.exp(0.3 * random.nextGaussian())),
                  random.nextInt(256) - 128,
                  true);
      AveragePoolDesign design;
      try {
        design = AveragePoolDesign.of("random", x, y, taps, taps);
      } catch (UserException refused) {
        continue;
      }
      accepted++;
      for (int k = 0; k < 2000; k++) {
        float total = 0;
        int sum = 0;
        for (int tap = 0; tap < taps; tap++) {
          int value = random.nextInt(256) - 128 - x.zeroPoint();
          total += x.scale() * (float) value;
          sum += value;
        }
        float real = total / (float) taps / y.scale() + (float) y.zeroPoint();
        int expected = (int) Math.max(-128, Math.min(127, Math.rint((double) real)));
        assertEquals(expected, design.evaluate(sum));
      }
    }
    System.out.printf("average pools: %d random, %d refused%n", designs, designs - accepted);
    assertTrue(accepted > 100, "accepted " + accepted);
  }
}
