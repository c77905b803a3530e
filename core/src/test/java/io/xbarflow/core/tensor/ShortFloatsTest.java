package io.xbarflow.core.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Values of float16 and bfloat16, and rounding to them. */
final class ShortFloatsTest {
  @Test
  void everyHalfIsItself() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = ShortFloats.ofHalf(bits);
      assertEquals(value, ShortFloats.toHalf(value), "bits " + bits);
      float brain = ShortFloats.ofBrain(bits);
      assertEquals(brain, ShortFloats.toBrain(brain), "bits " + bits);
    }
  }

  @Test
  void valuesOfTheStandard() {
    assertEquals(1f, ShortFloats.ofHalf(0x3C00));
    assertEquals(-2f, ShortFloats.ofHalf(0xC000));
    assertEquals(65504f, ShortFloats.ofHalf(0x7BFF));
    assertEquals(Math.scalb(1f, -14), ShortFloats.ofHalf(0x0400));
    assertEquals(Math.scalb(1f, -24), ShortFloats.ofHalf(0x0001));
    assertEquals(Float.NEGATIVE_INFINITY, ShortFloats.ofHalf(0xFC00));
    assertEquals(1f, ShortFloats.ofBrain(0x3F80));
  }

  @Test
  void betweenTwoHalvesTheNearestAndThenTheEven() {
    for (int bits = 0; bits < 0x7BFF; bits++) {
      float below = ShortFloats.ofHalf(bits);
      float above = ShortFloats.ofHalf(bits + 1);
      float middle = (below + above) / 2;
      float even = bits % 2 == 0 ? below : above;
      assertEquals(even, ShortFloats.toHalf(middle), "bits " + bits);
      assertEquals(below, ShortFloats.toHalf(Math.nextDown(middle)), "bits " + bits);
      assertEquals(above, ShortFloats.toHalf(Math.nextUp(middle)), "bits " + bits);
      assertEquals(-even, ShortFloats.toHalf(-middle), "bits " + bits);
    }
  }

  @Test
  void beyondTheGreatestIsInfinity() {
    assertEquals(65504f, ShortFloats.toHalf(65519.99f));
    assertEquals(Float.POSITIVE_INFINITY, ShortFloats.toHalf(65520f));
    assertEquals(Float.NEGATIVE_INFINITY, ShortFloats.toHalf(-1e30f));
    assertEquals(Float.POSITIVE_INFINITY, ShortFloats.toBrain(Float.MAX_VALUE));
    assertEquals(Float.NaN, ShortFloats.toHalf(Float.NaN));
  }
}
