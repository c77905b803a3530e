package io.xbarflow.testbench;

/**
 * Random gaps at the chip's inputs and back-pressure at its outputs; the same seed gives the same
 * stalls.
 *
 * @param idle when the inputs have nothing to offer; a beat once offered stays on offer
 * @param backPressure when the outputs take nothing
 * @param seed of the random choices
 */
public record Stalls(Pattern idle, Pattern backPressure, long seed) {

  /** When one end of a stream stalls. */
  public enum Pattern {
    /** Never. */
    NEVER("never"),
    /** In every cycle with probability one half. */
    HALF("half"),
    /** In runs of 1 to 48 cycles, on and off in turn. */
    BURSTS("bursts"),
    /** In all but one of 16 cycles. */
    MOSTLY("mostly");

    private final String option;

    Pattern(String option) {
      this.option = option;
    }

    String option() {
      return option;
    }
  }

  /** No stalls. */
  public static Stalls none() {
    return new Stalls(Pattern.NEVER, Pattern.NEVER, 1);
  }

  /** Patterns chosen by {@code seed}: 15 seeds in a row give every pair that stalls at all. */
  public static Stalls ofSeed(long seed) {
    Pattern[] patterns = Pattern.values();
    int stallingPairs = patterns.length * patterns.length - 1;
    int pair = 1 + Math.floorMod(seed, stallingPairs);
    return new Stalls(patterns[pair / patterns.length], patterns[pair % patterns.length], seed);
  }

  /** Whether anything stalls. */
  public boolean any() {
    return idle != Pattern.NEVER || backPressure != Pattern.NEVER;
  }
}
