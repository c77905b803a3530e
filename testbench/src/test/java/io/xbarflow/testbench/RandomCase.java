package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.MappingCheck;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.mapper.LayerPlan;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import io.xbarflow.mapper.Plan;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A random network with a random mapping on a random architecture, as a whole or shrunk.
 *
 * @param seed what it is drawn from
 * @param concatenations whether from the networks with concatenations
 * @param layers how many of the network's layers are kept, from the first on
 * @param plain layers, one bit each, that compute one pixel per MVM, without copies, in rings
 */
record RandomCase(long seed, boolean concatenations, int layers, long plain) {
  /** The case of {@code seed} with all its layers. */
  static RandomCase of(long seed, boolean concatenations) {
    return new RandomCase(seed, concatenations, whole(seed, concatenations).layers().size(), 0);
  }

  private static Network whole(long seed, boolean concatenations) {
    return concatenations
        ? RandomDesign.networkWithConcatenations(seed)
        : RandomDesign.network(seed);
  }

  /** The first layers of the network; what none of them reads leaves the chip. */
  Network network() {
    Network whole = whole(seed, concatenations);
    if (layers >= whole.layers().size()) {
      return whole;
    }
    List<Layer> kept = whole.layers().subList(0, layers);
    Set<String> read = new HashSet<>();
    Set<String> written = new HashSet<>();
    kept.forEach(layer -> read.addAll(layer.inputs()));
    kept.forEach(layer -> written.add(layer.output()));
    ImmutableList.Builder<Tensor> tensors = ImmutableList.builder();
    ImmutableList.Builder<HostTensor> outputs = ImmutableList.builder();
    for (Tensor tensor : whole.tensors()) {
      if (read.contains(tensor.name()) || written.contains(tensor.name())) {
        tensors.add(tensor);
      }
      if (written.contains(tensor.name()) && !read.contains(tensor.name())) {
        outputs.add(RandomDesign.host(tensor));
      }
    }
    return new Network(
        whole.model(),
        whole.modelSha256(),
        tensors.build(),
        ImmutableList.copyOf(kept),
        whole.inputs().stream()
            .filter(input -> read.contains(input.tensor()))
            .collect(ImmutableList.toImmutableList()),
        outputs.build());
  }

  Architecture architecture() {
    return RandomDesign.architecture(seed, whole(seed, concatenations));
  }

  /** The decisions for the layers that are kept. */
  Plan plan() {
    Network whole = whole(seed, concatenations);
    Plan drawn = RandomDesign.plan(seed, whole, architecture());
    Plan simple = Plan.plain(whole, architecture().memory());
    ImmutableMap.Builder<String, LayerPlan> decisions = ImmutableMap.builder();
    for (int index = 0; index < layers; index++) {
      Layer layer = whole.layers().get(index);
      decisions.put(layer.name(), ((plain >> index) & 1) == 1 ? simple.of(layer) : drawn.of(layer));
    }
    return new Plan(decisions.buildOrThrow());
  }

  /** Layers that do more than one pixel per MVM on one array. */
  long patched() {
    return plan().layers().values().stream()
        .filter(decision -> !decision.patch().equals(Patch.SINGLE) || decision.copies() > 1)
        .count();
  }

  /** Lints, co-simulates without and with stalls, and asserts that all is equal. */
  void prove(Path folder) {
    Network network = network();
    Mapping mapping = Mapper.map(network, architecture(), plan(), MappingOptions.PLAIN);
    List<MappingCheck.Broken> broken = MappingCheck.broken(network, mapping);
    if (!broken.isEmpty()) {
      throw new AssertionError("the mapping breaks its own constraints: " + broken);
    }
    Chain chain = Chain.of(network, mapping, folder);
    if (!Reached.measured()) {
      // Coverage takes long enough; the campaign lints the same networks.
      Lint.assertClean(folder);
    }
    CosimRequest request = chain.request(chain.randomInputs(3 + (int) (seed % 3), seed));
    Chain.prove(request);
    Chain.prove(request.withStalls(Stalls.ofSeed(seed)));
  }

  /** A smaller case that fails as well: fewest layers, then as many plain ones as can be. */
  RandomCase shrink(Predicate<RandomCase> fails) {
    RandomCase smallest = this;
    for (int fewer = 1; fewer < layers; fewer++) {
      RandomCase shorter = new RandomCase(seed, concatenations, fewer, plain);
      if (fails.test(shorter)) {
        smallest = shorter;
        break;
      }
    }
    for (int index = 0; index < smallest.layers; index++) {
      RandomCase simpler =
          new RandomCase(seed, concatenations, smallest.layers, smallest.plain | (1L << index));
      if (fails.test(simpler)) {
        smallest = simpler;
      }
    }
    return smallest;
  }

  /** What runs just this case. */
  String command() {
    return String.format(
        "./mvnw test -pl testbench -am -Dtest=RandomNetworksTest#%s"
            + " -Dsurefire.failIfNoSpecifiedTests=false"
            + " -Dxbarflow.campaign=1 -Dxbarflow.seed=%d -Dxbarflow.layers=%d -Dxbarflow.plain=%d",
        concatenations ? "isExactWithConcatenations" : "isExact", seed, layers, plain);
  }

  @Override
  public String toString() {
    Architecture architecture = architecture();
    return String.format(
        "seed %d%s, %d layers (%d with patches or copies), macros %d x %d, mvmCycles %d, reach %d",
        seed,
        concatenations ? " with concatenations" : "",
        layers,
        patched(),
        architecture.crossbarRows(),
        architecture.crossbarColumns(),
        architecture.mvmCycles(),
        architecture.reach());
  }
}
