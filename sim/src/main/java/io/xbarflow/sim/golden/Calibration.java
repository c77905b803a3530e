package io.xbarflow.sim.golden;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import com.google.common.primitives.Ints;
import io.xbarflow.core.coretype.Tiles;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.tensor.Image;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures how large the sums of every column become, for converters that are set to that range.
 * The greatest magnitude is taken over images, windows and the pixels of a patch, of the network
 * with exact sums.
 */
public final class Calibration {
  /** Images whose tensors are held at a time. */
  private static final int IMAGES = 32;

  /** MVMs whose rows are held at a time. */
  private static final int MVMS = 512;

  private Calibration() {}

  /**
   * The same mapping with the ranges of all cores that want to know them.
   *
   * @param images the inputs of every image, as {@link GoldenModel#run} takes them; at least one
   */
  public static Mapping of(
      Network network, Mapping mapping, List<? extends Map<String, Image>> images) {
    ImmutableList<Core> cores =
        MappedConvolution.of(network, mapping).stream()
            .filter(mapped -> mapped.core().array().core().macro().calibrated())
            .map(mapped -> new Core(mapped, network.tensor(mapped.layer().input())))
            .collect(ImmutableList.toImmutableList());
    if (cores.isEmpty()) {
      return mapping;
    }
    ImmutableSet<String> inputs =
        cores.stream()
            .map(core -> core.mapped.layer().input())
            .collect(ImmutableSet.toImmutableSet());
    GoldenModel golden = new GoldenModel(network);
    int threads = Runtime.getRuntime().availableProcessors();
    try (Workers workers = new Workers(threads)) {
      for (List<? extends Map<String, Image>> some : Lists.partition(images, IMAGES)) {
        ImmutableList<ImmutableMap<String, Image>> tensors =
            golden.runAll(some, inputs::contains, threads);
        workers.share(
            cores.size() * tensors.size(),
            () ->
                piece -> {
                  Core core = cores.get(piece / tensors.size());
                  Map<String, Image> image = tensors.get(piece % tensors.size());
                  core.measure(image.get(core.mapped.layer().input()).toArray());
                });
      }
    }
    return withRanges(mapping, cores);
  }

  private static Mapping withRanges(Mapping mapping, ImmutableList<Core> cores) {
    Map<String, Block> measured = new HashMap<>();
    cores.forEach(core -> measured.put(core.mapped.core().name(), core.withRanges()));
    return mapping.withBlocks(
        mapping.blocks().stream()
            .map(block -> measured.getOrDefault(block.name(), block))
            .collect(ImmutableList.toImmutableList()));
  }

  /** What one core has been seen to reach. */
  private static final class Core {
    private final MappedConvolution mapped;
    private final Tiles tiles;
    private final Tiling tiling;
    private final ArrayWindows windows;
    private final ImmutableList<CentredMacro> macros;
    private final int[][] greatest;

    Core(MappedConvolution mapped, Tensor input) {
      this.mapped = mapped;
      Block.ImcCore core = mapped.core();
      tiles =
          new Tiles(
              mapped.layer(),
              input.quantisation(),
              core.fetch(),
              core.array().core(),
              1,
              ImmutableList.of());
      tiling = tiles.tiling();
      windows =
          new ArrayWindows(
              core.fetch(), tiling, tiles.weights(), 1, input.quantisation().zeroPoint());
      macros =
          tiles.ofCopy(0).stream().map(CentredMacro::new).collect(ImmutableList.toImmutableList());
      greatest = new int[tiling.rowTiles(0)][mapped.layer().outputChannels()];
    }

    /** Takes one image into account. */
    void measure(int[] x) {
      int mvms = windows.perImage(0);
      int most = Math.min(mvms, MVMS);
      ArrayWindows.Run run = windows.new Run(most);
      int[][] rows = new int[tiling.rows(0)][most];
      for (int first = 0; first < mvms; first += most) {
        run.set(0, first, Math.min(most, mvms - first));
        for (int block = 0; block < tiling.blocks(); block++) {
          run.gather(new int[][] {x}, block, rows);
          for (int rowTile = 0; rowTile < tiling.rowTiles(block); rowTile++) {
            measure(run, rows, block, rowTile);
          }
        }
      }
    }

    private void measure(ArrayWindows.Run run, int[][] rows, int block, int rowTile) {
      int[][] tileRows = windows.tileRows(rows, block, rowTile);
      int[] sums = new int[run.count()];
      int[] factors = new int[tileRows.length];
      for (int columnTile = 0; columnTile < tiling.columnTiles(block); columnTile++) {
        CentredMacro macro = macros.get(tiles.number(0, block, rowTile, columnTile));
        int[] reached = new int[macro.columns()];
        macro.raise(tileRows, run.count(), sums, factors, reached);
        raise(block, rowTile, columnTile * tiling.macroColumns(), reached);
      }
    }

    private synchronized void raise(int block, int rowTile, int firstColumn, int[] reached) {
      for (int column = 0; column < reached.length; column++) {
        int channel = tiles.channel(block, firstColumn + column);
        greatest[rowTile][channel] = Math.max(greatest[rowTile][channel], reached[column]);
      }
    }

    Block.ImcCore withRanges() {
      ImmutableList.Builder<ImmutableList<Integer>> ranges = ImmutableList.builder();
      for (int[] channels : greatest) {
        ranges.add(ImmutableList.copyOf(Ints.asList(channels)));
      }
      return mapped.core().withArray(mapped.core().array().withRanges(ranges.build()));
    }
  }
}
