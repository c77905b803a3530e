package io.xbarflow.mapper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.timing.TimingModel;
import io.xbarflow.mapper.choice.Choices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every patch and every number of copies of all layers of small networks, mapped and timed: none
 * takes fewer cycles than the choice, whose mapping takes what it says.
 */
final class AllMappingsTest {
  private static final int IMAGES = 6;

  private record Case(Network network, Architecture architecture) {
    @Override
    public String toString() {
      return network.model() + " on " + architecture;
    }
  }

  static Stream<Case> cases() {
    int seeds = Boolean.getBoolean("xbarflow.long") ? 30 : 6;
    return IntStream.range(0, seeds).boxed().flatMap(AllMappingsTest::cases);
  }

  private static Stream<Case> cases(int seed) {
    Random random = new Random(seed);
    Shape input = new Shape(1 + random.nextInt(3), 3 + random.nextInt(3), 3 + random.nextInt(3));
    Network network = Topologies.pair(seed % 6, input);
    return Stream.of(1, 3, 8)
        .map(
            cycles ->
                new Case(
                    network,
                    Architectures.named("default")
                        .withMvmCycles(cycles)
                        .withCrossbar(24 + seed % 3 * 20, 8 + seed % 4 * 8)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noneIsFasterThanTheChoice(Case of) {
    int fewest = (int) Choices.plain(of.network(), of.architecture()).macros();
    long[] least = new long[2 * fewest + 1]; // cycles by macros
    Arrays.fill(least, Long.MAX_VALUE);
    List<Layer.Convolution> layers = new ArrayList<>();
    for (Layer layer : of.network().layers()) {
      if (layer instanceof Layer.Convolution convolution) {
        layers.add(convolution);
      }
    }
    Plan plain = Plan.plain(of.network(), ActivationMemoryPolicy.RING);
    tryAll(of, layers, plain, 0, least);
    for (int budget = fewest; budget <= 2 * fewest; budget++) {
      MappingOptions options = KeptPromiseTest.macros(budget);
      Choices choices = Mapper.choices(of.network(), of.architecture(), options);
      long best = Arrays.stream(least, 0, budget + 1).min().orElseThrow();
      assertEquals(best, choices.cycles(), budget + " macros: " + choices);
      assertEquals(
          best,
          UntimedMapping.of(of.network(), of.architecture(), options, choices)
              .complete()
              .prediction()
              .cyclesPerImage()
              .orElseThrow(),
          budget + " macros: " + choices);
    }
  }

  private static void tryAll(
      Case of, List<Layer.Convolution> layers, Plan plan, int macros, long[] least) {
    if (layers.isEmpty()) {
      least[macros] = Math.min(least[macros], cycles(of, plan));
      return;
    }
    Layer.Convolution layer = layers.get(0);
    Shape output = of.network().tensor(layer.output()).shape();
    for (int height = 1; height <= output.height(); height++) {
      for (int width = 1; width <= output.width(); width++) {
        Patch patch = new Patch(height, width);
        int each = (int) Tiling.of(layer, patch, CoreUse.ideal(of.architecture()).macro()).macros();
        for (int copies = 1; copies <= patch.count(output); copies++) {
          int all = macros + copies * each;
          if (all < least.length) {
            Plan next =
                plan.with(layer.name(), new LayerPlan(patch, copies, ActivationMemoryPolicy.RING));
            tryAll(of, layers.subList(1, layers.size()), next, all, least);
          }
        }
      }
    }
  }

  private static long cycles(Case of, Plan plan) {
    Pipeline pipeline = PipelineBuilder.of(of.network(), of.architecture(), plan, 1).unplaced();
    TimingModel.Timing timing = pipeline.run(IMAGES);
    return pipeline.outputs().stream()
        .mapToLong(output -> timing.steadyCycles(ImmutableList.of(output), IMAGES))
        .max()
        .orElseThrow();
  }
}
