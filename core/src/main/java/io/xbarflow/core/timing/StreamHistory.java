package io.xbarflow.core.timing;

import com.google.common.collect.ImmutableList;

/**
 * What one link did, cycle by cycle, in short.
 *
 * @param imageStarts cycle in which the first beat of each image crosses
 * @param imageEnds cycle in which the last beat of each image crosses
 * @param heldCycles for each image the cycles in which one of its beats was offered and not taken
 * @param binCycles cycles of a part of the history
 * @param carried beats that crossed in each part
 * @param held cycles of each part in which a beat was offered and not taken
 */
public record StreamHistory(
    ImmutableList<Long> imageStarts,
    ImmutableList<Long> imageEnds,
    ImmutableList<Long> heldCycles,
    long binCycles,
    ImmutableList<Integer> carried,
    ImmutableList<Integer> held) {

  /** Copies the lists. */
  public StreamHistory {
    imageStarts = ImmutableList.copyOf(imageStarts);
    imageEnds = ImmutableList.copyOf(imageEnds);
    heldCycles = ImmutableList.copyOf(heldCycles);
    carried = ImmutableList.copyOf(carried);
    held = ImmutableList.copyOf(held);
  }
}
