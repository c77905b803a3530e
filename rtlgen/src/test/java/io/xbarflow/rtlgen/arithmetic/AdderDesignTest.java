package io.xbarflow.rtlgen.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Quantisation;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Integer addition against the float32 definition. */
final class AdderDesignTest {

  private static Addition add(double sa, int za, double sb, int zb, double sy, int zy) {
    return new Addition(
        "add1",
        new Quantisation((float) sa, za, true),
        new Quantisation((float) sb, zb, true),
        new Quantisation((float) sy, zy, true),
        -128,
        127);
  }

  @Test
  void equalScalesAreExact() {
    AdderDesign design = AdderDesign.of(add(0.05, -3, 0.05, 7, 0.05, 1));
    assertEquals(2, design.rounding().fractionBits());
    assertEquals(2 + 3 + 5 - 7 + 1, design.evaluate(2, 5));
    assertEquals(127, design.evaluate(127, 127));
  }

  @Test
  void tiesGoToTheEvenNeighbour() {
    AdderDesign design = AdderDesign.of(add(0.5, 0, 0.5, 0, 1, 0));
    assertEquals(0, design.evaluate(1, 0));
    assertEquals(2, design.evaluate(1, 2));
    assertEquals(-2, design.evaluate(-1, -2));
    assertEquals(0, design.evaluate(-1, 0));
  }

  @Test
  void scalesFarApart() {
    AdderDesign.of(add(1e-6, 0, 0.1, 0, 0.1, 0)).prove();
    AdderDesign.of(add(20, 5, 0.1, 0, 0.1, 0)).prove();
    AdderDesign.of(add(1e-9, -100, 1e-9, 3, 1, 0)).prove();
  }

  @Test
  void wrongConstantIsCaught() {
    AdderDesign right = AdderDesign.of(add(0.0371, -3, 0.0212, 7, 0.0503, 1));
    right.prove();
    AdderDesign wrong =
        new AdderDesign(
            right.addition(),
            right.ratioA() + (right.ratioA() >> 12),
            right.ratioB(),
            right.fixed(),
            right.roundInner(),
            right.rounding());
    UserException thrown = assertThrows(UserException.class, wrong::prove);
    assertTrue(thrown.getMessage().contains("0.0371 and 0.0212"), thrown.getMessage());
  }

  @Test
  void randomAddersAreNeverRefused() {
    Random random = new Random(5);
    int adders = 2500;
    int rounded = 0;
    int widest = 0;
    long start = System.nanoTime();
    for (int i = 0; i < adders; i++) {
      double sy = Math.exp(-3 + random.nextGaussian());
      double sa = sy * Math.exp(-0.4 + 0.7 * random.nextGaussian());
      double sb = sy * Math.exp(-0.4 + 0.7 * random.nextGaussian());
      switch (i % 10) {
        case 0 -> sb = sa;
        case 1 -> sa = sy;
        case 2 -> {
          sa = Math.scalb(1.0, Math.getExponent(sa));
          sb = Math.scalb(1.0, Math.getExponent(sb));
          sy = Math.scalb(1.0, Math.getExponent(sy));
        }
        default -> {}
      }
      boolean signed = random.nextBoolean();
      int low = signed ? -128 : 0;
      boolean symmetric = random.nextInt(4) == 0;
      Quantisation a =
          new Quantisation((float) sa, symmetric ? low + 128 : low + random.nextInt(256), signed);
      Quantisation b =
          new Quantisation((float) sb, symmetric ? low + 128 : low + random.nextInt(256), signed);
      Quantisation y =
          new Quantisation((float) sy, symmetric ? low + 128 : low + random.nextInt(256), signed);
      AdderDesign design =
          AdderDesign.of(
              new Addition(
                  "random " + i, a, b, y, random.nextInt(3) == 0 ? y.zeroPoint() : low, low + 255));
      rounded += design.roundInner() ? 1 : 0;
      widest = Math.max(widest, design.sumBits());
      for (int k = 0; k < 200; k++) {
        int valueA = low + random.nextInt(256);
        int valueB = low + random.nextInt(256);
        assertEquals(design.addition().define(valueA, valueB), design.evaluate(valueA, valueB));
      }
    }
    System.out.printf(
        "adders: %d random, 0 refused, %d round the inner sum, widest sum %d bits, %.2f ms each%n",
        adders, rounded, widest, (System.nanoTime() - start) / 1e6 / adders);
    assertTrue(rounded > 0, "no case needed the rounding of the inner sum");
  }
}
