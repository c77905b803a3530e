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
import io.xbarflow.mapper.choice.LayerOptions.Candidate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The search behind {@link Choices}: for a number of cycles each layer takes the fewest macros with
 * which its core keeps to it. That is checked on the whole pipeline, and where layers hold each
 * other up their choices are searched together ({@link JointSearch}).
 */
final class ChoiceSearch {
  private final Network network;
  private final Architecture architecture;
  private final CycleModel model;
  private final ImmutableList<LayerOptions> options;
  private final Map<String, Integer> durations = new HashMap<>(); // of an MVM, in common units
  private final Map<Long, Optional<Choices>> reached = new HashMap<>(); // by cycles

  ChoiceSearch(
      Network network,
      Architecture architecture,
      ImmutableMap<String, CoreUse> cores,
      Parallelism parallelism,
      CycleModel model) {
    this.network = network;
    this.architecture = architecture;
    this.model = model;
    Map<String, Tensor> tensors = network.tensorsByName();
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

  /** One pixel per MVM and one copy everywhere. */
  Choices plain() {
    ImmutableMap.Builder<String, LayerChoice> single = ImmutableMap.builder();
    options.forEach(layer -> single.put(layer.name(), LayerChoice.SINGLE));
    return choices(single.buildOrThrow(), 0);
  }

  /** The least cycles within {@code crossbars} macros, in the fewest macros that reach them. */
  Choices leastInterval(long crossbars) {
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
    long low = model.leastCycles();
    for (LayerOptions layer : options) {
      low = Math.max(low, layer.leastCycles());
    }
    // First the least cycles that each core keeps to on its own, which bound the pipeline's.
    long high = Math.max(low, plain.cycles());
    while (low < high) {
      long cycles = low + (high - low) / 2;
      if (macros(cycles) <= crossbars) {
        high = cycles;
      } else {
        low = cycles + 1;
      }
    }
    // Nearly always the pipeline keeps to them too.
    Choices best = plain;
    high = Math.max(low, plain.cycles());
    long next = low;
    while (low < high) {
      Optional<Choices> found = withMacros(next, crossbars);
      if (found.isPresent()) {
        best = found.get();
        high = Math.min(next, best.cycles());
      } else {
        low = next + 1;
      }
      next = low + (high - low) / 2;
    }
    // Of the pipelines with that interval, the cheapest.
    return withMacros(Math.max(low, best.cycles()), crossbars).orElse(best);
  }

  private Optional<Choices> withMacros(long cycles, long crossbars) {
    return macros(cycles) > crossbars
        ? Optional.empty()
        : fewest(cycles).filter(choices -> choices.macros() <= crossbars);
  }

  /** The fewest macros with which the pipeline keeps to {@code cycles} per image. */
  Choices fewestCrossbars(long cycles) {
    Optional<Choices> found = fewest(cycles);
    if (found.isEmpty()) {
      Choices best = leastInterval(LayerOptions.UNREACHABLE - 1);
      long slots = Division.up(best.cycles(), architecture.mvmCycles());
      throw UserException.badInput(
          "network " + network.model(),
          cycles + " cycles per image, " + imagesPerSecond(cycles) + " images per second",
          String.format(
              Locale.ROOT,
              "at least %d cycles, at most %s images per second, which takes %d %s",
              best.cycles(),
              imagesPerSecond(best.cycles()),
              best.macros(),
              best.macros() == 1 ? "crossbar" : "crossbars"),
          String.format(
              Locale.ROOT,
              "Ask for that (--ii %d or more, or fewer --images-per-second), or take a faster clock;"
                  + " links carry a pixel a cycle and windows are fetched column by column.",
              slots));
    }
    return found.get();
  }

  private String imagesPerSecond(long cycles) {
    return String.format(
        Locale.ROOT, "%.0f", Math.floor(architecture.clockMHz() * 1e6 / Math.max(1, cycles)));
  }

  /**
   * The fewest macros with which no layer needs more than {@code slots} slots, whatever links and
   * fetch units take.
   */
  Choices fewestForSlots(long slots) {
    if (slots < 1) {
      throw UserException.badInput(
          "network " + network.model(),
          slots + " slots per image",
          "at least 1",
          "Every image takes each crossbar at least one MVM; ask for 1 slot or more.");
    }
    long cycles = LongMath.saturatedMultiply(slots, architecture.mvmCycles());
    return choices(
        cheapest(cycles, Math.max(cycles, PerfectCycles.mostPixels(network))).orElseThrow(),
        cycles);
  }

  private long macros(long cycles) {
    long macros = 0;
    for (LayerOptions layer : options) {
      macros += layer.fewestMacros(model, cycles);
    }
    return macros;
  }

  /** Fewest macros that keep to {@code cycles}; empty when nothing does. */
  private Optional<Choices> fewest(long cycles) {
    Optional<Choices> known = reached.get(cycles);
    if (known == null) {
      known = search(cycles);
      reached.put(cycles, known);
    }
    return known;
  }

  private Optional<Choices> search(long cycles) {
    if (cycles < model.leastCycles()) {
      return Optional.empty();
    }
    Optional<ImmutableMap<String, LayerChoice>> cheapest = cheapest(cycles, cycles);
    if (cheapest.isEmpty()) {
      return Optional.empty();
    }
    CycleModel.Reached found = model.reached(cheapest.get(), cycles);
    if (found.cycles() <= cycles) {
      return Optional.of(choices(cheapest.get(), cycles));
    }
    return new JointSearch(model, options, cycles)
        .search(cheapest.get(), found.limiting())
        .map(joint -> choices(joint, cycles));
  }

  /**
   * For each layer the cheapest choice with which its core keeps to {@code cycles}, ties broken as
   * {@link Choices} says; empty when a layer has none.
   *
   * @param preferredCycles what the fetch units should keep to at equal cost
   */
  private Optional<ImmutableMap<String, LayerChoice>> cheapest(long cycles, long preferredCycles) {
    Map<String, ImmutableList<Candidate>> tied = new LinkedHashMap<>();
    Map<String, LayerChoice> chosen = new LinkedHashMap<>();
    for (LayerOptions layer : options) {
      long macros = layer.fewestMacros(model, cycles);
      if (macros >= LayerOptions.UNREACHABLE) {
        return Optional.empty();
      }
      ImmutableList<Candidate> cheapest = layer.candidates(model, cycles, macros);
      long least =
          cheapest.stream().mapToLong(each -> each.option().fetchCycles()).min().orElseThrow();
      ImmutableList<Candidate> best =
          cheapest.stream()
              .filter(each -> each.option().fetchCycles() <= Math.max(least, preferredCycles))
              .sorted(BY_MEMORY)
              .collect(ImmutableList.toImmutableList());
      tied.put(layer.name(), best);
      chosen.put(layer.name(), best.get(0).choice());
    }
    breakTies(tied, chosen);
    return Optional.of(ImmutableMap.copyOf(chosen));
  }

  /** Order of choices that cost as many macros. */
  static final Comparator<Candidate> BY_MEMORY =
      Comparator.<Candidate>comparingLong(each -> each.option().memoryBits())
          .thenComparingInt(each -> each.option().patch().height())
          .thenComparingLong(Candidate::copies)
          .thenComparingInt(each -> each.option().patch().width());

  /** One sweep over the layers: each takes the option with which the first image is done first. */
  private void breakTies(
      Map<String, ImmutableList<Candidate>> tied, Map<String, LayerChoice> chosen) {
    FirstImage image = new FirstImage(network, durations);
    for (int index = 0; index < network.layers().size(); index++) {
      Layer layer = network.layers().get(index);
      ImmutableList<Candidate> alternatives = tied.getOrDefault(layer.name(), ImmutableList.of());
      if (alternatives.size() > 1) {
        long least = Long.MAX_VALUE;
        for (Candidate candidate : alternatives) {
          image.set(layer, image.output(layer, candidate.choice()));
          long latency = image.runFrom(index + 1, chosen);
          if (latency < least) {
            least = latency;
            chosen.put(layer.name(), candidate.choice());
          }
        }
      }
      image.set(layer, image.output(layer, chosen.get(layer.name())));
    }
  }

  private Choices choices(ImmutableMap<String, LayerChoice> layers, long asked) {
    long macros = 0;
    long slots = 0;
    for (LayerOptions layer : options) {
      LayerChoice choice = layers.get(layer.name());
      LayerTimes times = layer.times(choice);
      macros += layer.macros(choice);
      slots = Math.max(slots, times.slots());
    }
    return new Choices(layers, macros, slots, model.reached(layers, asked).cycles());
  }
}
