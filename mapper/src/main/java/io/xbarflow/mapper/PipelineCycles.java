package io.xbarflow.mapper;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.mapper.choice.Choices;
import io.xbarflow.mapper.choice.CycleModel;
import io.xbarflow.mapper.choice.LayerChoice;
import io.xbarflow.mapper.choice.LayerTimes;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The cycles of the pipeline that the mapper makes of choices, by the timing model. */
final class PipelineCycles implements CycleModel {
  private final Network network;
  private final Architecture architecture;
  private final MappingOptions options;
  private final Map<String, Tensor> tensors;
  private final Map<ImmutableMap<String, LayerChoice>, ImmutableMap<ImmutableSet<String>, Long>>
      timed = new HashMap<>();
  private final Sections sections = new Sections();

  PipelineCycles(Network network, Architecture architecture, MappingOptions options) {
    this.network = network;
    this.architecture = architecture;
    this.options = options;
    this.tensors = network.tensorsByName();
  }

  @Override
  public long leastCycles() {
    return network.tensors().stream().mapToLong(tensor -> tensor.shape().pixels()).max().orElse(1);
  }

  @Override
  public boolean keepsTo(Layer.Convolution layer, LayerChoice choice, long cycles) {
    MacroSpec macro = macro(layer);
    LayerTimes bound =
        LayerTimes.of(
            shape(layer.input()), shape(layer.output()), layer.window(), choice, macro.mvmCycles());
    return bound.cycles() <= cycles
        && choice.copies() * Tiling.of(layer, choice.patch(), macro).macros()
            <= PipelineBuilder.MOST_MACROS
        && ofCore(layer, plan(layer, choice)) <= cycles;
  }

  private MacroSpec macro(Layer.Convolution layer) {
    return Optional.ofNullable(options.cores().get(layer.name()))
        .orElse(CoreUse.ideal(architecture))
        .macro();
  }

  private Shape shape(String tensor) {
    return tensors.get(tensor).shape();
  }

  private LayerPlan plan(Layer.Convolution layer, LayerChoice choice) {
    return new LayerPlan(
        choice.patch(),
        choice.copies(),
        options.memory().getOrDefault(layer.name(), architecture.memory()),
        Optional.ofNullable(options.cores().get(layer.name())));
  }

  /** Cycles of the slowest of all cores in {@code plan}, each on its own. */
  long ofSlowestCore(Plan plan) {
    long most = leastCycles();
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution convolution) {
        most = Math.max(most, ofCore(convolution, plan.of(layer)));
      }
    }
    return most;
  }

  /** Least cycles of the layer's core, whatever order its input comes in, with all lanes. */
  long ofCore(Layer.Convolution layer, LayerPlan plan) {
    Shape in = shape(layer.input());
    long least = cycles(layer, StreamOrder.RASTER, plan);
    if (layer.window().taps() == 1) {
      StreamOrder inStep =
          StreamOrder.of(
              new Patch(
                  plan.patch().height() * layer.window().strideHeight(),
                  plan.patch().width() * layer.window().strideWidth()),
              in);
      least = Math.min(least, cycles(layer, inStep, plan));
    }
    Link raster = new Link("in", "in", in, in.channels(), StreamOrder.RASTER);
    if (Geometry.keepsPaceWithoutRing(raster, layer.window(), plan, macro(layer))) {
      Fetch lines = Geometry.lineBuffer(raster, shape(layer.output()), layer.window());
      least = Math.min(least, cycles(lines, layer, plan));
    }
    return least;
  }

  private long cycles(Layer.Convolution layer, StreamOrder order, LayerPlan plan) {
    Fetch fetch =
        Geometry.fetch(
            layer.name(), shape(layer.input()), order, shape(layer.output()), layer.window(), plan);
    return cycles(fetch, layer, plan);
  }

  private long cycles(Fetch fetch, Layer.Convolution layer, LayerPlan plan) {
    return CoreCycles.of(fetch, macro(layer).mvmCycles(), plan.copies(), 1, 1);
  }

  @Override
  public Reached reached(ImmutableMap<String, LayerChoice> choices, long cycles) {
    ImmutableMap<ImmutableSet<String>, Long> times =
        timed.computeIfAbsent(choices, this::sectionTimes);
    long most = leastCycles();
    Set<String> limiting = new LinkedHashSet<>();
    for (Map.Entry<ImmutableSet<String>, Long> section : times.entrySet()) {
      most = Math.max(most, section.getValue());
      if (section.getValue() > cycles) {
        limiting.addAll(section.getKey());
      }
    }
    return new Reached(most, convolutionsAt(limiting));
  }

  /** Cycles of each section, by its layers. */
  private ImmutableMap<ImmutableSet<String>, Long> sectionTimes(
      ImmutableMap<String, LayerChoice> choices) {
    Plan plan = Mapper.plan(network, architecture, options, new Choices(choices, 0, 0, 0));
    Pipeline pipeline = PipelineBuilder.of(network, architecture, plan, options.lanes()).unplaced();
    Map<ImmutableSet<String>, Long> times = new HashMap<>();
    for (Pipeline section : Sections.of(pipeline)) {
      times.merge(Sections.layers(section), sections.cycles(section), Math::max);
    }
    return ImmutableMap.copyOf(times);
  }

  /** Convolutions among {@code layers}, and those next before and behind these layers. */
  private ImmutableSet<String> convolutionsAt(Set<String> layers) {
    Set<String> reached = new LinkedHashSet<>();
    for (Layer layer : network.layers()) {
      if (layers.contains(layer.name())) {
        reached.add(layer.name());
        before(layer, reached);
        behind(layer, reached);
      }
    }
    ImmutableList.Builder<String> convolutions = ImmutableList.builder();
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution && reached.contains(layer.name())) {
        convolutions.add(layer.name());
      }
    }
    return ImmutableSet.copyOf(convolutions.build());
  }

  private void before(Layer layer, Set<String> reached) {
    for (Layer writer : network.layers()) {
      if (layer.inputs().contains(writer.output())
          && reached.add(writer.name())
          && !(writer instanceof Layer.Convolution)) {
        before(writer, reached);
      }
    }
  }

  private void behind(Layer layer, Set<String> reached) {
    for (Layer reader : network.layers()) {
      if (reader.inputs().contains(layer.output())
          && reached.add(reader.name())
          && !(reader instanceof Layer.Convolution)) {
        behind(reader, reached);
      }
    }
  }
}
