package io.xbarflow.core.energy;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.network.Window;
import java.util.Optional;

/** Bits that are read from and written to the memories of blocks for an image. */
final class MemoryTraffic {
  private final ImmutableMap<String, Link> links;

  MemoryTraffic(ImmutableMap<String, Link> links) {
    this.links = links;
  }

  /**
   * Traffic of one block.
   *
   * @param bits read and written
   * @param size bits of the largest of its memories
   */
  record Bits(double bits, long size) {
    static final Bits NONE = new Bits(0, 0);
  }

  Bits of(Block block) {
    if (block instanceof Block.ImcCore core) {
      return ofFetch(core.fetch(), links.get(core.input()), core.skip().isPresent());
    }
    if (block instanceof Block.PoolCore pool) {
      return ofFetch(pool.fetch(), links.get(pool.input()), false);
    }
    if (block instanceof Block.Fifo fifo) {
      Link link = links.get(fifo.input());
      // A word is a beat with its last.
      int word = link.dataBits() + 1;
      return new Bits(2.0 * link.beatsPerImage() * word, (long) fifo.depthBeats() * word);
    }
    if (block instanceof Block.Reorder reorder) {
      Link link = links.get(reorder.input());
      return new Bits(2 * streamBits(link), bankBits(reorder.ring(), link));
    }
    if (block instanceof Block.RowPool pool) {
      Link link = links.get(pool.input());
      long kept = pool.keptPixels(links.get(pool.output()).shape()) * pixelBits(link);
      // Every beat meets a partial result and leaves one.
      return kept == 0 ? Bits.NONE : new Bits(2 * streamBits(link), kept);
    }
    return Bits.NONE;
  }

  private static Bits ofFetch(Fetch fetch, Link input, boolean skip) {
    Optional<Ring> ring = fetch.ring();
    if (fetch.lineBuffer()) {
      // Every beat is written to the delay of one row, and read from it, for each row but the last.
      long rows = fetch.window().kernelHeight() - 1L;
      long row = fetch.input().width() * pixelBits(input);
      return new Bits(2 * rows * streamBits(input), row);
    }
    if (ring.isEmpty()) {
      return Bits.NONE;
    }
    double written = streamBits(input);
    double repeated = skip ? streamBits(input) : 0;
    double read = (double) pixelsRead(fetch) * pixelBits(input);
    return new Bits(written + repeated + read, bankBits(ring.get(), input));
  }

  /** Pixels of windows that are in the map; every row of windows reads each of its columns once. */
  static long pixelsRead(Fetch fetch) {
    Window reads = fetch.reads();
    int columns = Math.min(fetch.lastColumn() + 1, fetch.input().width());
    long pixels = 0;
    for (int step = 0; step < fetch.patch().down(fetch.output()); step++) {
      for (int tap = 0; tap < reads.kernelHeight(); tap++) {
        int row = step * reads.strideHeight() - reads.padTop() + tap * reads.dilationHeight();
        pixels += row >= 0 && row < fetch.input().height() ? columns : 0;
      }
    }
    return pixels;
  }

  private static long pixelBits(Link link) {
    return (long) link.beatsPerPixel() * link.dataBits();
  }

  private static double streamBits(Link link) {
    return (double) link.beatsPerImage() * link.dataBits();
  }

  private static long bankBits(Ring ring, Link link) {
    int most = ring.depthPixels().stream().mapToInt(Integer::intValue).max().orElseThrow();
    return most / ring.banks() * pixelBits(link);
  }
}
