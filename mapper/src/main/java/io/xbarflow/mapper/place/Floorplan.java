package io.xbarflow.mapper.place;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.Place;

/**
 * Where the macros of every core stand.
 *
 * @param places by core name, in the order of the netlist; of a core, macro by macro: its input
 *     arrives at the first and its output leaves at the last
 * @param bitSteps the cost: bits per image times grid steps, of all nets and within all cores
 * @param busiestChannelBits bits per image on the most loaded channel
 */
public record Floorplan(
    ImmutableMap<String, ImmutableList<Place>> places, long bitSteps, long busiestChannelBits) {

  /** The places of {@code core}. */
  public ImmutableList<Place> of(String core) {
    ImmutableList<Place> of = places.get(core);
    if (of == null) {
      throw new IllegalArgumentException("no core " + core);
    }
    return of;
  }
}
