package io.xbarflow.mapper.choice;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The patches that can be best for one convolution, and what they cost.
 *
 * <p>A larger patch never takes fewer macros. So of the heights that give the same number of patch
 * rows only the least is kept, and of the widths likewise; about {@code 4 * sqrt(Ho * Wo)} patches
 * of the {@code Ho * Wo} remain, and no patch that is left out is better in anything.
 */
final class LayerOptions {
  /** Cost of what cannot be reached; sums of it over all layers do not overflow. */
  static final long UNREACHABLE = Long.MAX_VALUE / 1_000_000;

  private final Layer.Convolution layer;
  private final Shape in;
  private final Shape out;
  private final MacroSpec macro;
  private final ImmutableList<Option> options;

  /**
   * The options of a layer.
   *
   * @param layer the layer
   * @param in shape of the map it reads
   * @param out shape of the map it writes
   * @param macro what it stands on
   */
  LayerOptions(
      Layer.Convolution layer, Shape in, Shape out, MacroSpec macro, Parallelism parallelism) {
    this.layer = layer;
    this.in = in;
    this.out = out;
    this.macro = macro;
    this.options =
        parallelism == Parallelism.COPIES || !macro.parallel()
            ? ImmutableList.of(option(Patch.SINGLE))
            : patches();
  }

  /** Name of the layer. */
  String name() {
    return layer.name();
  }

  /**
   * One patch.
   *
   * @param patch the patch
   * @param count patches of an image
   * @param macros macros of one copy
   * @param fetchCycles cycles of the window fetch unit
   * @param memoryBits activation memory of the layer
   * @param parallel whether there may be copies
   */
  record Option(
      Patch patch, long count, long macros, long fetchCycles, long memoryBits, boolean parallel) {
    /** Copies that keep to {@code slots}, as far as there may be copies. */
    long copies(long slots) {
      return parallel ? Division.up(count, slots) : 1;
    }
  }

  private ImmutableList<Option> patches() {
    ImmutableList.Builder<Option> patches = ImmutableList.builder();
    for (int height : leastExtents(out.height())) {
      for (int width : leastExtents(out.width())) {
        Patch patch = new Patch(height, width);
        if (countable(patch)) {
          patches.add(option(patch));
        }
      }
    }
    return patches.build();
  }

  /** For each number of patches that can cover {@code size} pixels, the least extent of a patch. */
  private static ImmutableList<Integer> leastExtents(int size) {
    ImmutableList.Builder<Integer> extents = ImmutableList.builder();
    long before = Long.MAX_VALUE;
    for (int extent = 1; extent <= size; extent++) {
      long patches = Division.up(size, extent);
      if (patches < before) {
        extents.add(extent);
        before = patches;
      }
    }
    return extents.build();
  }

  /** Whether the rows and columns of the patch's matrix can be counted in 31 bits. */
  private boolean countable(Patch patch) {
    return (long) patch.window(layer.window()).taps() * layer.inputChannels() <= Integer.MAX_VALUE
        && (long) patch.pixels() * layer.outputChannels() <= Integer.MAX_VALUE;
  }

  private Option option(Patch patch) {
    return new Option(
        patch,
        patch.count(out),
        macros(patch),
        LayerTimes.fetchCycles(in, out, layer.window(), patch),
        memoryBits(patch.window(layer.window())),
        macro.parallel());
  }

  /** Macros of one copy with {@code patch}. */
  private long macros(Patch patch) {
    return macro.crossbar() ? Tiling.of(layer, patch, macro).macros() : 0;
  }

  /** Bits of the pixels of the stream from the first to the last of a window. */
  private long memoryBits(Window window) {
    long pixels =
        window.taps() == 1
            ? 0
            : (long) (window.extentHeight() - 1) * in.width() + window.extentWidth();
    return pixels * in.channels() * Tensor.BITS;
  }

  /** Macros of {@code choice}. */
  long macros(LayerChoice choice) {
    return choice.copies() * macros(choice.patch());
  }

  /** Times of {@code choice}. */
  LayerTimes times(LayerChoice choice) {
    return LayerTimes.of(in, out, layer.window(), choice, macro.mvmCycles());
  }

  /**
   * A patch with a number of copies.
   *
   * @param option the patch
   * @param copies copies of its macros
   */
  record Candidate(Option option, int copies) {
    long macros() {
      return option.macros() * copies;
    }

    LayerChoice choice() {
      return new LayerChoice(option.patch(), copies);
    }

    boolean parallel() {
      return option.parallel();
    }
  }

  /** Fewest macros with which the layer keeps to {@code cycles}, {@link #UNREACHABLE} if none. */
  long fewestMacros(CycleModel model, long cycles) {
    long least = UNREACHABLE;
    for (Candidate candidate : lowerBounds(cycles)) {
      if (candidate.macros() >= least) {
        break;
      }
      Optional<Candidate> sufficient = sufficient(candidate, model, cycles, least - 1);
      if (sufficient.isPresent()) {
        least = sufficient.get().macros();
      }
    }
    return least;
  }

  /** All patches that keep to {@code cycles} in at most {@code macros}, with fewest copies. */
  ImmutableList<Candidate> candidates(CycleModel model, long cycles, long macros) {
    ImmutableList.Builder<Candidate> found = ImmutableList.builder();
    for (Candidate candidate : lowerBounds(cycles)) {
      if (candidate.macros() > macros) {
        break;
      }
      sufficient(candidate, model, cycles, macros).ifPresent(found::add);
    }
    return found.build();
  }

  /** Every patch with the copies that its MVMs alone need, those of fewest macros first. */
  private List<Candidate> lowerBounds(long cycles) {
    long slots = Math.max(1, cycles / macro.mvmCycles());
    List<Candidate> candidates = new ArrayList<>();
    for (Option option : options) {
      candidates.add(new Candidate(option, (int) option.copies(slots)));
    }
    candidates.sort(Comparator.comparingLong(Candidate::macros)); // stable
    return candidates;
  }

  /** {@code candidate} with as many copies more as it needs, if that is in {@code macros}. */
  private Optional<Candidate> sufficient(
      Candidate candidate, CycleModel model, long cycles, long macros) {
    if (model.keepsTo(layer, candidate.choice(), cycles)) {
      return Optional.of(candidate);
    }
    Option option = candidate.option();
    // A window a cycle at most is fetched and sent: no more copies than cycles are ever busy.
    long most = Math.min(option.count(), Math.max(candidate.copies(), macro.mvmCycles() + 1L));
    if (option.macros() > 0) {
      most = Math.min(most, macros / option.macros());
    }
    if (!option.parallel()
        || most <= candidate.copies()
        || !model.keepsTo(layer, new LayerChoice(option.patch(), (int) most), cycles)) {
      return Optional.empty();
    }
    for (int copies = candidate.copies() + 1; copies < most; copies++) {
      if (model.keepsTo(layer, new LayerChoice(option.patch(), copies), cycles)) {
        return Optional.of(new Candidate(option, copies));
      }
    }
    return Optional.of(new Candidate(option, (int) most));
  }

  /** Cycles that no choice gets below. */
  long leastCycles() {
    return macro.parallel() ? 1 : (long) out.pixels() * macro.mvmCycles();
  }
}
