package io.xbarflow.mapper.choice;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;

/**
 * Patch and copies of every convolution of a network, and what they cost. All functions are pure:
 * equal arguments give equal choices.
 *
 * <p>A layer with patch {@code oh x ow} and r copies needs {@code m = ceil(patches / r)} slots an
 * image and {@code r} times the macros of {@link io.xbarflow.core.mapping.Tiling}. Layers do not
 * influence each other, and fewer slots never need fewer macros. So the fewest macros of the
 * network are the sum of each layer's fewest, and bisection finds the least interval within a
 * budget; both are exact over all patches and numbers of copies.
 *
 * <p>Cycles are those of a perfect pipeline, {@link LayerTimes}, which is the bound; or those that
 * a {@link CycleModel} counts, which is how the mapper chooses.
 *
 * <p>Where a layer has several choices of equal cost, the one with the lowest latency of the first
 * image is taken ({@link FirstImage}), then the one with the least activation memory, then the one
 * of least patch height, fewest copies and least patch width. This is decided once for each layer,
 * in the order of the network, while later layers have the choice of least memory; it is not a
 * joint optimum.
 *
 * @param layers choice by name of the convolution, in the order of the network
 * @param macros macros of all layers
 * @param slots MVMs that the busiest layer does one after the other for an image; 0 without layers
 * @param cycles cycles per image: {@link LayerTimes#cycles()} of the busiest layer, a pixel of any
 *     map taking a cycle, or what the {@link CycleModel} says
 */
public record Choices(
    ImmutableMap<String, LayerChoice> layers, long macros, long slots, long cycles) {

  /** Copies the map. */
  public Choices {
    layers = ImmutableMap.copyOf(layers);
  }

  /** One pixel per MVM and one copy everywhere: the fewest macros there can be. */
  public static Choices plain(Network network, Architecture architecture) {
    return plain(network, architecture, ImmutableMap.of());
  }

  /** {@link #plain(Network, Architecture)} with core types {@code cores} by layer. */
  public static Choices plain(
      Network network, Architecture architecture, ImmutableMap<String, CoreUse> cores) {
    return new ChoiceSearch(
            network, architecture, cores, Parallelism.COPIES, perfect(network, architecture, cores))
        .plain();
  }

  private static CycleModel perfect(
      Network network, Architecture architecture, ImmutableMap<String, CoreUse> cores) {
    return new PerfectCycles(network, architecture, cores, true);
  }

  /**
   * The least cycles per image that a pipeline of {@code crossbars} macros takes, as {@code model}
   * counts them, in the fewest macros that reach them.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit
   */
  public static Choices leastInterval(
      Network network,
      Architecture architecture,
      ImmutableMap<String, CoreUse> cores,
      int crossbars,
      CycleModel model) {
    return new ChoiceSearch(network, architecture, cores, Parallelism.PATCHES_AND_COPIES, model)
        .leastInterval(crossbars);
  }

  /**
   * The fewest macros with which the pipeline takes at most {@code cycles} cycles per image, as
   * {@code model} counts them.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when no number of macros reaches that; it
   *     says what can be reached
   */
  public static Choices fewestCrossbars(
      Network network,
      Architecture architecture,
      ImmutableMap<String, CoreUse> cores,
      long cycles,
      CycleModel model) {
    return new ChoiceSearch(network, architecture, cores, Parallelism.PATCHES_AND_COPIES, model)
        .fewestCrossbars(cycles);
  }

  /**
   * {@link #leastInterval(Network, Architecture, int)} with core types {@code cores} by layer.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit
   */
  public static Choices leastInterval(
      Network network,
      Architecture architecture,
      ImmutableMap<String, CoreUse> cores,
      int crossbars) {
    return leastInterval(
        network, architecture, cores, crossbars, perfect(network, architecture, cores));
  }

  /**
   * {@link #fewestCrossbars(Network, Architecture, long)} with core types {@code cores} by layer. A
   * slot is an MVM of the architecture; cores with shorter or longer ones do as many as fit.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when {@code slots} is less than one
   */
  public static Choices fewestCrossbars(
      Network network, Architecture architecture, ImmutableMap<String, CoreUse> cores, long slots) {
    return forSlots(network, architecture, cores, slots, Parallelism.PATCHES_AND_COPIES);
  }

  private static Choices forSlots(
      Network network,
      Architecture architecture,
      ImmutableMap<String, CoreUse> cores,
      long slots,
      Parallelism parallelism) {
    CycleModel model = new PerfectCycles(network, architecture, cores, false);
    return new ChoiceSearch(network, architecture, cores, parallelism, model).fewestForSlots(slots);
  }

  /**
   * The least cycles per image that {@code crossbars} macros allow, in the fewest macros that reach
   * them. With many cycles an MVM these are the least slots too; with few, more macros would not
   * help a pipeline that waits for pixels, and are not taken.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit
   */
  public static Choices leastInterval(Network network, Architecture architecture, int crossbars) {
    return leastInterval(network, architecture, crossbars, Parallelism.PATCHES_AND_COPIES);
  }

  /**
   * {@link #leastInterval(Network, Architecture, int)} by means of {@code parallelism}.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit
   */
  public static Choices leastInterval(
      Network network, Architecture architecture, int crossbars, Parallelism parallelism) {
    CycleModel model = perfect(network, architecture, ImmutableMap.of());
    return new ChoiceSearch(network, architecture, ImmutableMap.of(), parallelism, model)
        .leastInterval(crossbars);
  }

  /**
   * The fewest macros with which no layer needs more than {@code slots} slots an image. Whether the
   * links and fetch units keep up is said by {@link #cycles()}.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when {@code slots} is less than one
   */
  public static Choices fewestCrossbars(Network network, Architecture architecture, long slots) {
    return fewestCrossbars(network, architecture, slots, Parallelism.PATCHES_AND_COPIES);
  }

  /**
   * {@link #fewestCrossbars(Network, Architecture, long)} by means of {@code parallelism}.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when {@code slots} is less than one
   */
  public static Choices fewestCrossbars(
      Network network, Architecture architecture, long slots, Parallelism parallelism) {
    return forSlots(network, architecture, ImmutableMap.of(), slots, parallelism);
  }

  /** The choice for {@code layer}. */
  public LayerChoice of(Layer.Convolution layer) {
    LayerChoice choice = layers.get(layer.name());
    checkArgument(choice != null, "no choice for layer %s", layer.name());
    return choice;
  }
}
