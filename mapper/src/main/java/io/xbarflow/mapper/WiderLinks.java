package io.xbarflow.mapper;

import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds links that make a core slower than the pipeline need be. {@link Lanes} lets a window's
 * columns and results pass in the time of an MVM; at the ends of rows a core may need more than
 * that to catch up.
 */
final class WiderLinks {
  private WiderLinks() {}

  /**
   * Lanes that tensors should have more; empty when no core of {@code pipeline} takes longer than
   * {@code interval}, or than the slowest core would with all lanes there can be.
   */
  static Map<String, Integer> of(Pipeline pipeline, long interval) {
    long most = interval;
    boolean slower = false;
    for (Block block : pipeline.blocks()) {
      if (block instanceof Block.ImcCore core && CoreCycles.of(core, pipeline) > interval) {
        most = Math.max(most, full(core));
        slower = true;
      }
    }
    Map<String, Integer> wider = new HashMap<>();
    for (Block block : pipeline.blocks()) {
      if (slower && block instanceof Block.ImcCore core && CoreCycles.of(core, pipeline) > most) {
        Link input = pipeline.link(core.input());
        Link output = pipeline.link(core.output());
        Link narrower = output.beatsPerPixel() >= input.beatsPerPixel() ? output : input;
        wider.put(narrower.tensor(), narrower.lanes() + 1);
      }
    }
    return wider;
  }

  private static long full(Block.ImcCore core) {
    return CoreCycles.of(
        core.fetch(), core.array().core().macro().mvmCycles(), core.array().copies(), 1, 1);
  }
}
