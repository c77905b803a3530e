package io.xbarflow.mapper;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.mapper.choice.Choices;

/**
 * Maps a network to an architecture: weights to macros, activations to rings, macros to places,
 * lanes to links, depths to FIFOs, and predicts the cycles.
 */
public final class Mapper {
  private Mapper() {}

  /**
   * The mapping of {@code network} on {@code architecture} with one pixel per MVM and one copy of
   * every array; equal arguments give equal mappings.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the
   *     architecture
   */
  public static Mapping map(Network network, Architecture architecture) {
    return map(network, architecture, MappingOptions.PLAIN);
  }

  /**
   * The mapping with the patches and copies that {@code options} ask for.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the
   *     architecture or the budget
   */
  public static Mapping map(Network network, Architecture architecture, MappingOptions options) {
    return map(network, architecture, plan(network, architecture, options), options);
  }

  /**
   * The decisions that {@code options} ask for.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the budget, or
   *     a policy is given for a layer that is not there
   */
  public static Plan plan(Network network, Architecture architecture, MappingOptions options) {
    return plan(network, architecture, options, choices(network, architecture, options));
  }

  /** The decisions with {@code choices}, which {@link #choices} made of the same arguments. */
  static Plan plan(
      Network network, Architecture architecture, MappingOptions options, Choices choices) {
    checkLayers(network, options);
    return Alignment.align(
        network,
        architecture,
        Plan.of(network, architecture, choices, options),
        new PipelineCycles(network, architecture, options));
  }

  /**
   * Patches and copies within the budget of {@code options}, for lanes and memory policies as they
   * say. {@link Choices#cycles()} is what the mapping of them will take.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the budget, or
   *     no number of macros takes as few cycles
   */
  public static Choices choices(
      Network network, Architecture architecture, MappingOptions options) {
    if (options.crossbars().isEmpty() && options.cycles().isEmpty()) {
      return Choices.plain(network, architecture, options.cores());
    }
    PipelineCycles model = new PipelineCycles(network, architecture, options);
    return options.crossbars().isPresent()
        ? Choices.leastInterval(
            network, architecture, options.cores(), options.crossbars().get(), model)
        : Choices.fewestCrossbars(
            network, architecture, options.cores(), options.cycles().get(), model);
  }

  private static void checkLayers(Network network, MappingOptions options) {
    for (String name : options.memory().keySet()) {
      if (network.layers().stream().noneMatch(layer -> layer.name().equals(name))) {
        throw UserException.badInput(
            "--memory",
            "no layer '" + name + "' in " + network.model(),
            "the name of a layer, as network.json lists them",
            "Mend the name.");
      }
    }
  }

  /**
   * The mapping that follows from the decisions of {@code plan}; of {@code options} only lanes and
   * placement count.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the network does not fit the
   *     architecture
   */
  public static Mapping map(
      Network network, Architecture architecture, Plan plan, MappingOptions options) {
    return UntimedMapping.of(network, architecture, plan, options).complete();
  }
}
