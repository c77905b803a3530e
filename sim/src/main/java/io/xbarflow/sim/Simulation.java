package io.xbarflow.sim;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
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
 */
public record Simulation(
    ImmutableList<ImmutableMap<String, Image>> images,
    Optional<TimingModel.Timing> timing,
    double goldenSeconds) {

  /** Images after which the distance between two no longer changes. */
  private static final int STEADY_IMAGES = 8;

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
   * @param outputs for every network output the quantised values of every image, in channel, row,
   *     column order
   */
  public record Report(
      String model,
      int images,
      Optional<Long> cyclesPerImage,
      Optional<Long> firstImageCycles,
      double goldenImagesPerSecond,
      ImmutableMap<String, ImmutableList<ImmutableList<Integer>>> outputs) {}

  /**
   * Runs {@code network} on {@code inputs} (for every image the inputs by tensor name) and keeps
   * every tensor, as a co-simulation needs them; the timing covers every image.
   */
  public static Simulation ofEveryTensor(
      Network network, Mapping mapping, List<? extends Map<String, Image>> inputs) {
    return run(
        network, inputs, tensor -> true, Optional.of(TimingModel.run(mapping, inputs.size())));
  }

  /**
   * Runs {@code network} on {@code inputs} and keeps the outputs only, so that there may be many
   * images; the timing covers the first images, until it is steady.
   */
  public static Simulation ofOutputs(
      Network network, Optional<Mapping> mapping, List<? extends Map<String, Image>> inputs) {
    Set<String> outputs = new HashSet<>();
    network.outputs().forEach(output -> outputs.add(output.tensor()));
    int timed = Math.min(inputs.size(), STEADY_IMAGES);
    return run(
        network, inputs, outputs::contains, mapping.map(mapped -> TimingModel.run(mapped, timed)));
  }

  private static Simulation run(
      Network network,
      List<? extends Map<String, Image>> inputs,
      Predicate<String> kept,
      Optional<TimingModel.Timing> timing) {
    GoldenModel golden = new GoldenModel(network);
    int threads = Runtime.getRuntime().availableProcessors();
    long start = System.nanoTime();
    ImmutableList<ImmutableMap<String, Image>> images = golden.runAll(inputs, kept, threads);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Simulation(images, timing, seconds);
  }

  /** The images of the tensor behind {@code output}. */
  public ImmutableList<Image> output(HostTensor output) {
    return images.stream()
        .map(tensors -> tensors.get(output.tensor()))
        .collect(ImmutableList.toImmutableList());
  }

  /** The artefact. */
  public Report report(Network network, Optional<Mapping> mapping) {
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
