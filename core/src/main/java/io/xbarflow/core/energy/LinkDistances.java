package io.xbarflow.core.energy;

import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Place;
import java.util.HashMap;
import java.util.Map;

/**
 * How far links go on the grid. A core is entered at its first macro and left at its last; what is
 * no core stands where its first input comes from; the chip's edge is where a link begins or ends.
 */
final class LinkDistances {
  private final Map<String, Integer> places = new HashMap<>();

  LinkDistances(Mapping mapping) {
    Map<String, Place> from = new HashMap<>();
    for (Block block : mapping.blocks()) {
      Place left = from.get(block.inputs().get(0));
      if (block instanceof Block.ImcCore core) {
        Place entered = core.array().places().get(0);
        left = core.array().places().get(core.array().places().size() - 1);
        arrive(core.input(), from.get(core.input()), entered);
      } else if (left != null) {
        for (String input : block.inputs()) {
          arrive(input, from.get(input), left);
        }
      }
      if (left != null) {
        for (String output : block.outputs()) {
          from.put(output, left);
        }
      }
    }
  }

  private void arrive(String link, Place from, Place to) {
    if (from != null) {
      places.put(link, from.distance(to));
    }
  }

  /** Grid steps of link {@code link}. */
  int places(String link) {
    return places.getOrDefault(link, 0);
  }
}
