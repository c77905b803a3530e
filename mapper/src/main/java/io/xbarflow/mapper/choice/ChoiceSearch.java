package io.xbarflow.mapper.choice;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.IntMath;
import com.google.common.math.LongMath;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The search behind {@link Choices}. */
final class ChoiceSearch {
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private final Network network;
  private final Architecture architecture;
  private final ImmutableList<LayerOptions> options;
  private final long pixelCycles;
  private final Map<String, Integer> durations = new HashMap<>(); // of an MVM, in common units

  ChoiceSearch(
      Network network,
      Architecture architecture,
      ImmutableMap<String, CoreUse> cores,
      Parallelism parallelism) {
    this.network = network;
    this.architecture = architecture;
    Map<String, Tensor> tensors = network.tensorsByName();
    long widest = 0;
    for (Tensor tensor : network.tensors()) {
      widest = Math.max(widest, tensor.shape().pixels());
    }
    pixelCycles = widest;
    ImmutableList.Builder<LayerOptions> convolutions = ImmutableList.builder();
    CoreUse ideal = CoreUse.ideal(architecture);
    int common = 0;
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution convolution) {
        int cycles = cores.getOrDefault(layer.name(), ideal).macro().mvmCycles();
        durations.put(layer.name(), cycles);
        common = IntMath.gcd(common, cycles);
        convolutions.add(
            new LayerOptions(
                convolution,
                tensors.get(convolution.input()).shape(),
                tensors.get(convolution.output()).shape(),
                cores.getOrDefault(layer.name(), ideal).macro(),
                parallelism));
      }
    }
    options = convolutions.build();
    int unit = Math.max(1, common);
    durations.replaceAll((layer, cycles) -> cycles / unit);
  }

  Choices plain() {
    ImmutableMap.Builder<String, LayerChoice> choices = ImmutableMap.builder();
    options.forEach(layer -> choices.put(layer.name(), LayerChoice.SINGLE));
    return choices(choices.buildOrThrow());
  }

  Choices leastInterval(int crossbars) {
    Choices plain = plain();
    if (crossbars < plain.macros()) {
      throw UserException.badInput(
          "network " + network.model(),
          crossbars
              + (crossbars == 1 ? " crossbar of " : " crossbars of ")
              + architecture.crossbarRows()
              + "x"
              + architecture.crossbarColumns(),
          "at least " + plain.macros(),
          "Allow more crossbars (--crossbars), or use larger ones (--crossbar).");
    }
    long low = pixelCycles;
    for (LayerOptions layer : options) {
      low = Math.max(low, layer.leastCycles());
    }
    long high = plain.cycles();
    while (low < high) {
      long cycles = low + (high - low) / 2;
      if (macros(cycles) <= crossbars) {
        high = cycles;
      } else {
        low = cycles + 1;
      }
    }
    return decide(low, low, low);
  }

  Choices fewestCrossbars(long slots) {
    if (slots < 1) {
      throw UserException.badInput(
          "network " + network.model(),
          slots + " slots per image",
          "at least 1",
          "Every image takes each crossbar at least one MVM; ask for 1 slot or more.");
    }
    long cycles = LongMath.saturatedMultiply(slots, architecture.mvmCycles());
    return decide(cycles, NO_LIMIT, Math.max(cycles, pixelCycles));
  }

  private long macros(long cycles) {
    long macros = 0;
    for (LayerOptions layer : options) {
      macros += layer.macros(layer.slots(cycles), cycles);
    }
    return macros;
  }

  /**
   * The cheapest choices that keep to {@code cycles} of MVMs, an MVM at least, and {@code
   * fetchCycles}, ties broken as {@link Choices} says.
   *
   * @param preferredCycles what the fetch units should keep to at equal cost
   */
  private Choices decide(long cycles, long fetchCycles, long preferredCycles) {
    Map<String, ImmutableList<LayerOptions.Option>> tied = new LinkedHashMap<>();
    Map<String, LayerChoice> chosen = new LinkedHashMap<>();
    Map<String, Long> slotsOf = new HashMap<>();
    options.forEach(
        layer -> {
          long slots = Math.max(1, layer.slots(cycles));
          Comparator<LayerOptions.Option> byMemory =
              Comparator.<LayerOptions.Option>comparingLong(LayerOptions.Option::memoryBits)
                  .thenComparingInt(option -> option.patch().height())
                  .thenComparingLong(option -> option.copies(slots))
                  .thenComparingInt(option -> option.patch().width());
          slotsOf.put(layer.name(), slots);
          List<LayerOptions.Option> cheapest = layer.cheapest(slots, fetchCycles);
          long fetch = preferredCycles;
          if (cheapest.stream().allMatch(option -> option.fetchCycles() > preferredCycles)) {
            fetch = cheapest.stream().mapToLong(LayerOptions.Option::fetchCycles).min().orElse(0);
          }
          long fastEnough = fetch;
          ImmutableList<LayerOptions.Option> best =
              cheapest.stream()
                  .filter(option -> option.fetchCycles() <= fastEnough)
                  .sorted(byMemory)
                  .collect(ImmutableList.toImmutableList());
          tied.put(layer.name(), best);
          chosen.put(layer.name(), best.get(0).choice(slots));
        });
    breakTies(tied, chosen, slotsOf);
    return choices(ImmutableMap.copyOf(chosen));
  }

  /** One sweep over the layers: each takes the option with which the first image is done first. */
  private void breakTies(
      Map<String, ImmutableList<LayerOptions.Option>> tied,
      Map<String, LayerChoice> chosen,
      Map<String, Long> slotsOf) {
    FirstImage image = new FirstImage(network, durations);
    for (int index = 0; index < network.layers().size(); index++) {
      Layer layer = network.layers().get(index);
      List<LayerOptions.Option> alternatives = tied.getOrDefault(layer.name(), ImmutableList.of());
      if (alternatives.size() > 1) {
        long least = Long.MAX_VALUE;
        for (LayerOptions.Option option : alternatives) {
          LayerChoice choice = option.choice(slotsOf.get(layer.name()));
          image.set(layer, image.output(layer, choice));
          long latency = image.runFrom(index + 1, chosen);
          if (latency < least) {
            least = latency;
            chosen.put(layer.name(), choice);
          }
        }
      }
      image.set(layer, image.output(layer, chosen.get(layer.name())));
    }
  }

  private Choices choices(ImmutableMap<String, LayerChoice> layers) {
    long macros = 0;
    long slots = 0;
    long cycles = pixelCycles;
    for (LayerOptions layer : options) {
      LayerChoice choice = layers.get(layer.name());
      LayerTimes times = layer.times(choice);
      macros += layer.macros(choice);
      slots = Math.max(slots, times.slots());
      cycles = Math.max(cycles, times.cycles());
    }
    return new Choices(layers, macros, slots, cycles);
  }
}
