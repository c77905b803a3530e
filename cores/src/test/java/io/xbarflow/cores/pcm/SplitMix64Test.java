package io.xbarflow.cores.pcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

/** The random stream against published outputs of splitmix64. */
final class SplitMix64Test {

  @Test
  void outputsAreThoseOfSplitmix64() {
    SplitMix64 zero = new SplitMix64(0);
    assertEquals(0xE220A8397B1DCDAFL, zero.output(0));
    assertEquals(0x6E789E6AA1B965F4L, zero.output(1));
    assertEquals(0x06C45D188009454FL, zero.output(2));
    assertEquals(6457827717110365317L, new SplitMix64(1234567).output(0));
    assertEquals(3203168211198807973L, new SplitMix64(1234567).output(1));
  }

  @Test
  void uniformIsTheUpper53Bits() {
    assertEquals((0xE220A8397B1DCDAFL >>> 11) / 0x1p53, new SplitMix64(0).uniform(0));
  }

  @Test
  void everyMacroHasItsOwnStream() {
    SplitMix64 one = SplitMix64.ofMacro(1, "conv1", 0);
    assertEquals(one, SplitMix64.ofMacro(1, "conv1", 0));
    assertNotEquals(one, SplitMix64.ofMacro(2, "conv1", 0));
    assertNotEquals(one, SplitMix64.ofMacro(1, "conv2", 0));
    assertNotEquals(one, SplitMix64.ofMacro(1, "conv1", 1));
  }
}
