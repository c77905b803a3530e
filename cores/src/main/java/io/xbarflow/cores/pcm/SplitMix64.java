package io.xbarflow.cores.pcm;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A random stream that is read at any place: the splitmix64 generator, whose output {@code i} is
 * {@code mix(word + (i + 1) * GAMMA)} modulo 2^64.
 *
 * <p><i>Source:</i> G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014; constants of the mixer: S. Vigna's splitmix64.
 *
 * @param word state before the first output
 */
record SplitMix64(long word) {
  static final long GAMMA = 0x9E3779B97F4A7C15L;

  /**
   * The stream of one macro: {@code mix(mix(mix(seed) xor FNV-1a(layer)) xor number)}, the layer's
   * name in UTF-8.
   */
  static SplitMix64 ofMacro(long seed, String layer, int number) {
    long hash = 0xCBF29CE484222325L;
    for (byte each : layer.getBytes(UTF_8)) {
      hash = (hash ^ (each & 255)) * 0x100000001B3L;
    }
    return new SplitMix64(mix(mix(mix(seed) ^ hash) ^ number));
  }

  /** Output {@code index}, from 0. */
  long output(long index) {
    return mix(word + (index + 1) * GAMMA);
  }

  /** The mixing step of the generator, a bijection. */
  static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** Output {@code index} as a number from 0 up to, but not, 1. */
  double uniform(long index) {
    return (output(index) >>> 11) * 0x1p-53;
  }
}
