package io.xbarflow.core.energy;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * Energy of one image: the artefact {@code energy.json}. Picojoules, all of one image; leakage is
 * not in it.
 *
 * @param table name of the table that it was made with
 * @param images images that activity was counted over
 * @param total of the chip
 * @param parts of the chip by what takes it
 * @param blocks of every block of the mapping, and of the chip's inputs
 */
public record EnergyEstimate(
    String table, int images, double total, Parts parts, ImmutableList<OfBlock> blocks) {

  /** Copies the list. */
  public EnergyEstimate {
    blocks = ImmutableList.copyOf(blocks);
  }

  /**
   * Energy by what takes it.
   *
   * @param macros matrix-vector multiplications, converters included
   * @param memories reads and writes of activation memories and FIFOs
   * @param arithmetic values scaled and rounded
   * @param registers registers that drive links, and their register stages
   * @param clock clock pins of flip-flops and the clock tree, in the cycles from image to image
   * @param wires links from place to place
   */
  public record Parts(
      double macros,
      double memories,
      double arithmetic,
      double registers,
      double clock,
      double wires) {
    static final Parts NONE = new Parts(0, 0, 0, 0, 0, 0);

    /** The sum. */
    double total() {
      return macros + memories + arithmetic + registers + clock + wires;
    }

    Parts plus(Parts other) {
      return new Parts(
          macros + other.macros,
          memories + other.memories,
          arithmetic + other.arithmetic,
          registers + other.registers,
          clock + other.clock,
          wires + other.wires);
    }
  }

  /**
   * Energy of one block; links count where they come from.
   *
   * @param block its name, or that of the link of a chip input
   * @param layer the layer it computes
   * @param macroStarts macros that are started for an image
   * @param memoryBits bits read from and written to its memories for an image
   * @param bitToggles bits that change on its output links for an image
   * @param flipFlops estimated from the mapping
   * @param total of the block
   * @param parts by what takes it
   */
  public record OfBlock(
      String block,
      Optional<String> layer,
      long macroStarts,
      double memoryBits,
      double bitToggles,
      long flipFlops,
      double total,
      Parts parts) {}
}
