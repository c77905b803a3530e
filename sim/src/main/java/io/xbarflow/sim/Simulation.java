package io.xbarflow.sim;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.timing.TimingModel;
import io.xbarflow.sim.golden.GoldenModel;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a network computes and, once it is mapped, when.
 *
 * @param images for every image the tensors kept, by name
 * @param timing the cycles of the mapped pipeline; absent without a mapping
 * @param goldenSeconds wall-clock time of the golden model
 * @param ideal the same tensors of the network with exact sums
 * @param deviations of every layer from the network with exact sums; empty when the mapping's sums
 *     are exact
 */
public record Simulation(
    ImmutableList<ImmutableMap<String, Image>> images,
    Optional<TimingModel.Timing> timing,
    double goldenSeconds,
    ImmutableList<ImmutableMap<String, Image>> ideal,
    ImmutableList<Deviation> deviations) {

  /** Images after which the distance between two no longer changes. */
  public static final int STEADY_IMAGES = 8;

  /**
   * The artefact {@code simulation.json}.
   *
   * @param model file name of the network
   * @param images images run
   * @param cyclesPerImage predicted distance between the last two images; absent without a mapping
   *     or with one image
   * @param firstImageCycles predicted cycles to the end of the first image; absent without a
   *     mapping
   * @param goldenImagesPerSecond speed of the golden model
   * @param accuracy how many images are classified right; absent without labels
   * @param deviations of every layer from the network with exact sums; empty when sums are exact
   * @param outputs for every network output the quantised values of every image, in channel, row,
   *     column order
   */
  public record Report(
      String model,
      int images,
      Optional<Long> cyclesPerImage,
      Optional<Long> firstImageCycles,
      double goldenImagesPerSecond,
      Optional<Accuracy> accuracy,
      ImmutableList<Deviation> deviations,
      ImmutableMap<String, ImmutableList<ImmutableList<Integer>>> outputs) {}

  /**
   * Runs {@code network} as mapped on {@code inputs} (for every image the inputs by tensor name)
   * and keeps every tensor, as a co-simulation needs them; the timing covers every image.
   *
   * @param types those that {@code mapping} uses
   */
  public static Simulation ofEveryTensor(
      Network network,
      Mapping mapping,
      CoreTypes types,
      List<? extends Map<String, Image>> inputs) {
    return run(
        network,
        Optional.of(mapping),
        types,
        inputs,
        tensor -> true,
        Optional.of(TimingModel.run(mapping, inputs.size())));
  }

  /**
   * Runs {@code network}, as mapped if it is, on {@code inputs} and keeps the outputs only, so that
   * there may be many images; the timing covers the first images, until it is steady.
   *
   * @param types those that {@code mapping} uses
   */
  public static Simulation ofOutputs(
      Network network,
      Optional<Mapping> mapping,
      CoreTypes types,
      List<? extends Map<String, Image>> inputs) {
    int timed = Math.min(inputs.size(), STEADY_IMAGES);
    return run(
        network,
        mapping,
        types,
        inputs,
        outputs(network)::contains,
        mapping.map(mapped -> TimingModel.run(mapped, timed)));
  }

  /**
   * The same without any timing, for mappings whose cycles are known.
   *
   * @param types those that {@code mapping} uses
   */
  public static Simulation ofValues(
      Network network,
      Mapping mapping,
      CoreTypes types,
      List<? extends Map<String, Image>> inputs) {
    return run(
        network, Optional.of(mapping), types, inputs, outputs(network)::contains, Optional.empty());
  }

  private static Set<String> outputs(Network network) {
    Set<String> outputs = new HashSet<>();
    network.outputs().forEach(output -> outputs.add(output.tensor()));
    return outputs;
  }

  private static Simulation run(
      Network network,
      Optional<Mapping> mapping,
      CoreTypes types,
      List<? extends Map<String, Image>> inputs,
      Predicate<String> kept,
      Optional<TimingModel.Timing> timing) {
    if (mapping.isPresent() && !Comparison.exact(mapping.get())) {
      Comparison both = Comparison.of(network, mapping.get(), types, inputs, kept);
      return new Simulation(
          both.images(), timing, both.goldenSeconds(), both.ideal(), both.deviations());
    }
    GoldenModel golden = new GoldenModel(network);
    int threads = Runtime.getRuntime().availableProcessors();
    long start = System.nanoTime();
    ImmutableList<ImmutableMap<String, Image>> images = golden.runAll(inputs, kept, threads);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Simulation(images, timing, seconds, images, ImmutableList.of());
  }

  /** How many images are classified right; {@code labels} has one for every image. */
  public Accuracy accuracy(Network network, List<Integer> labels) {
    return accuracyOf(network, of(images, network.outputs().get(0)), labels);
  }

  /**
   * How many images are classified right by {@code answers}, which stand for the first output of
   * {@code network} and may come from the hardware.
   */
  public Accuracy accuracyOf(Network network, List<Image> answers, List<Integer> labels) {
    return Accuracy.of(answers, of(ideal, network.outputs().get(0)), labels);
  }

  /** The images of the tensor behind {@code output}. */
  public ImmutableList<Image> output(HostTensor output) {
    return of(images, output);
  }

  private static ImmutableList<Image> of(
      List<ImmutableMap<String, Image>> images, HostTensor output) {
    return images.stream()
        .map(tensors -> tensors.get(output.tensor()))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * The artefact.
   *
   * @param labels one for every image, if there are any
   */
  public Report report(
      Network network, Optional<Mapping> mapping, Optional<ImmutableList<Integer>> labels) {
    ImmutableMap.Builder<String, ImmutableList<ImmutableList<Integer>>> outputs =
        ImmutableMap.builder();
    for (HostTensor output : network.outputs()) {
      outputs.put(
          output.name(),
          output(output).stream().map(Simulation::values).collect(ImmutableList.toImmutableList()));
    }
    return new Report(
        network.model(),
        images.size(),
        mapping.flatMap(
            mapped ->
                timing
                    .orElseThrow()
                    .cyclesPerImage(mapped.outputs(), Math.min(images.size(), STEADY_IMAGES))),
        mapping.map(mapped -> timing.orElseThrow().firstImageCycles(mapped.outputs())),
        images.size() / goldenSeconds,
        labels.map(known -> accuracy(network, known)),
        deviations,
        outputs.buildOrThrow());
  }

  private static ImmutableList<Integer> values(Image image) {
    ImmutableList.Builder<Integer> values = ImmutableList.builder();
    for (int value : image.toArray()) {
      values.add(value);
    }
    return values.build();
  }
}
