package io.xbarflow.core.mapping;

import io.xbarflow.core.network.Tensor;
import java.util.Collection;
import java.util.Map;

/**
 * Counts the bits of activation memory: rings, delayed rows of line buffers, windows of full-frame
 * layers, partial results of max pools and skip FIFOs. A single pixel that goes straight into the
 * input register needs none.
 */
public final class ActivationMemory {
  private ActivationMemory() {}

  /** Bits of all {@code blocks}. */
  public static long bits(Collection<Block> blocks, Map<String, Link> links) {
    long bits = 0;
    for (Block block : blocks) {
      bits += bits(block, links);
    }
    return bits;
  }

  /** Bits of {@code block}. */
  public static long bits(Block block, Map<String, Link> links) {
    if (block instanceof Block.ImcCore core) {
      return bits(core.fetch());
    }
    if (block instanceof Block.PoolCore core) {
      return bits(core.fetch());
    }
    if (block instanceof Block.RowPool pool) {
      Link output = links.get(pool.output());
      return (long) pool.keptPixels(output.shape()) * output.shape().channels() * Tensor.BITS;
    }
    if (block instanceof Block.Reorder reorder) {
      return (long) reorder.ring().pixels()
          * links.get(reorder.input()).shape().channels()
          * Tensor.BITS;
    }
    if (block instanceof Block.Fifo fifo) {
      return (long) fifo.depthBeats() * links.get(fifo.input()).dataBits();
    }
    return 0;
  }

  private static long bits(Fetch fetch) {
    return pixels(fetch) * fetch.input().channels() * Tensor.BITS;
  }

  private static long pixels(Fetch fetch) {
    if (fetch.ring().isPresent()) {
      return fetch.ring().get().pixels();
    }
    if (fetch.lineBuffer()) {
      return (fetch.window().kernelHeight() - 1L) * fetch.input().width();
    }
    int taps = fetch.reads().taps();
    return taps > 1 ? taps : 0;
  }
}
