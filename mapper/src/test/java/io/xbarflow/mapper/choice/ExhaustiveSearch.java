package io.xbarflow.mapper.choice;

import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tries every patch and every number of copies of all layers together. */
final class ExhaustiveSearch {
  /** Index: macros. Value: least cycles with exactly that many. */
  private final long[] cyclesByMacros;

  /** Index: slots. Value: fewest macros with exactly that many. */
  private final long[] macrosBySlots;

  private final List<List<Candidate>> layers = new ArrayList<>();

  /** One choice of one layer. */
  record Candidate(LayerChoice choice, long macros, int slots, long cycles) {}

  ExhaustiveSearch(RandomChain chain, Parallelism parallelism, int mostMacros) {
    long pixels = 0;
    for (Tensor tensor : chain.network().tensors()) {
      pixels = Math.max(pixels, tensor.shape().pixels());
    }
    int mostSlots = 1;
    for (Layer.Convolution layer : chain.convolutions()) {
      layers.add(candidates(chain, layer, parallelism));
      mostSlots = Math.max(mostSlots, chain.shape(layer.output()).pixels());
    }
    cyclesByMacros = new long[mostMacros + 1];
    macrosBySlots = new long[mostSlots + 1];
    Arrays.fill(cyclesByMacros, Long.MAX_VALUE);
    Arrays.fill(macrosBySlots, Long.MAX_VALUE);
    combine(0, 0, 0, pixels);
  }

  /** Combinations that there are. */
  static long combinations(RandomChain chain) {
    long product = 1;
    for (Layer.Convolution layer : chain.convolutions()) {
      long pixels = chain.shape(layer.output()).pixels();
      product *= pixels * pixels;
    }
    return product;
  }

  /** All choices for {@code layer}. */
  static List<Candidate> candidates(
      RandomChain chain, Layer.Convolution layer, Parallelism parallelism) {
    Shape in = chain.shape(layer.input());
    Shape out = chain.shape(layer.output());
    int rows = chain.architecture().crossbarRows();
    int columns = chain.architecture().crossbarColumns();
    boolean patches = parallelism == Parallelism.PATCHES_AND_COPIES;
    List<Candidate> candidates = new ArrayList<>();
    for (int height = 1; height <= (patches ? out.height() : 1); height++) {
      for (int width = 1; width <= (patches ? out.width() : 1); width++) {
        Patch patch = new Patch(height, width);
        int down = (out.height() + height - 1) / height;
        int across = (out.width() + width - 1) / width;
        long macros = macros(layer, patch, rows, columns);
        long digital =
            Math.max(
                Math.max(in.pixels(), out.pixels()),
                down * columnsRead(layer.window(), across * width, in.width()));
        for (int copies = 1; copies <= out.pixels(); copies++) {
          int slots = (down * across + copies - 1) / copies;
          candidates.add(
              new Candidate(
                  new LayerChoice(patch, copies),
                  copies * macros,
                  slots,
                  Math.max(digital, (long) slots * chain.architecture().mvmCycles())));
        }
      }
    }
    return candidates;
  }

  /** The published formula for layers that it describes, the tiling's count for the others. */
  private static long macros(Layer.Convolution layer, Patch patch, int rows, int columns) {
    Window window = layer.window();
    boolean described =
        layer.groups() == 1
            && window.dilationHeight() == 1
            && window.dilationWidth() == 1
            && (window.kernelHeight() > 1 || window.strideHeight() == 1)
            && (window.kernelWidth() > 1 || window.strideWidth() == 1);
    if (!described) {
      return Tiling.of(layer, patch, rows, columns).macros();
    }
    long usedRows =
        ((patch.height() - 1L) * window.strideHeight() + window.kernelHeight())
            * ((patch.width() - 1L) * window.strideWidth() + window.kernelWidth())
            * layer.inputChannels();
    long usedColumns = (long) patch.height() * patch.width() * layer.outputChannels();
    return ((usedRows + rows - 1) / rows) * ((usedColumns + columns - 1) / columns);
  }

  /** The last column that any tap of {@code outputs} windows in a row reads, and one. */
  private static long columnsRead(Window window, int outputs, int width) {
    int columns = 0;
    for (int x = 0; x < outputs; x++) {
      for (int tap = 0; tap < window.kernelWidth(); tap++) {
        int column = x * window.strideWidth() - window.padLeft() + tap * window.dilationWidth();
        columns = Math.max(columns, Math.min(column, width - 1) + 1);
      }
    }
    return columns;
  }

  private void combine(int layer, long macros, int slots, long cycles) {
    if (layer == layers.size()) {
      if (macros < cyclesByMacros.length) {
        cyclesByMacros[(int) macros] = Math.min(cyclesByMacros[(int) macros], cycles);
      }
      macrosBySlots[slots] = Math.min(macrosBySlots[slots], macros);
      return;
    }
    for (Candidate candidate : layers.get(layer)) {
      combine(
          layer + 1,
          macros + candidate.macros(),
          Math.max(slots, candidate.slots()),
          Math.max(cycles, candidate.cycles()));
    }
  }

  /** Least cycles within {@code budget} macros, {@link Long#MAX_VALUE} when nothing fits. */
  long leastCycles(int budget) {
    return Arrays.stream(cyclesByMacros, 0, budget + 1).min().orElseThrow();
  }

  /** Fewest macros that reach {@code cycles}, of those with up to the most macros. */
  long fewestMacrosFor(long cycles) {
    for (int macros = 0; macros < cyclesByMacros.length; macros++) {
      if (cyclesByMacros[macros] <= cycles) {
        return macros;
      }
    }
    return Long.MAX_VALUE;
  }

  /** Fewest macros within {@code slots}. */
  long fewestMacros(int slots) {
    return Arrays.stream(macrosBySlots, 0, Math.min(slots + 1, macrosBySlots.length))
        .min()
        .orElseThrow();
  }

  /** Most slots that a choice can need. */
  int mostSlots() {
    return macrosBySlots.length - 1;
  }
}
