package io.xbarflow.core.synthesis;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What a module takes.
 *
 * @param cells cells of the technology, flip-flops included
 * @param flipFlops flip-flops
 * @param luts look-up tables, those that are used as memory included; 0 for standard cells
 * @param dsps multiplier blocks of an FPGA
 * @param blockRams RAM blocks of an FPGA; one of 36 Kibit counts as two
 * @param ramBits bits of the memories
 * @param areaSquareMicrons area of standard cells without memories and macros; 0 on an FPGA
 */
public record Resources(
    long cells,
    long flipFlops,
    long luts,
    long dsps,
    long blockRams,
    long ramBits,
    double areaSquareMicrons) {
  /** Nothing. */
  public static final Resources NONE = new Resources(0, 0, 0, 0, 0, 0, 0);

  /** Checks that nothing is negative. */
  public Resources {
    checkArgument(
        Math.min(Math.min(cells, flipFlops), Math.min(luts, dsps)) >= 0
            && Math.min(blockRams, ramBits) >= 0
            && areaSquareMicrons >= 0,
        "negative resources");
  }

  /** These and {@code count} times {@code other}. */
  public Resources plus(Resources other, long count) {
    return new Resources(
        cells + count * other.cells,
        flipFlops + count * other.flipFlops,
        luts + count * other.luts,
        dsps + count * other.dsps,
        blockRams + count * other.blockRams,
        ramBits + count * other.ramBits,
        areaSquareMicrons + count * other.areaSquareMicrons);
  }
}
