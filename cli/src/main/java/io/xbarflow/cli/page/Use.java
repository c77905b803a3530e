package io.xbarflow.cli.page;

import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.network.Layer;

/**
 * How much of its macros a layer uses.
 *
 * @param mvms MVMs of an image, over all copies
 * @param busyCycles cycles of an image in which the busiest copy computes
 * @param cellsUsed cells that hold a weight of the layer, over all copies
 * @param cells cells there are
 */
record Use(long mvms, long busyCycles, long cellsUsed, long cells) {
  /** The use of {@code core}, which computes {@code layer}. */
  static Use of(Block.ImcCore core, Layer.Convolution layer) {
    CrossbarArray array = core.array();
    MacroSpec macro = array.core().macro();
    long windows = core.fetch().windows();
    long turns = (windows + array.copies() - 1) / array.copies();
    return new Use(
        windows,
        turns * macro.mvmCycles(),
        (long) array.copies() * core.fetch().patch().pixels() * layer.weights().length(),
        (long) array.macros() * macro.rows() * macro.columns());
  }
}
