package io.xbarflow.sim;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.timing.TimingModel;
import io.xbarflow.sim.golden.GoldenModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a network computes and, once it is mapped, when.
 *
 * @param images for every image every tensor by name, inputs included
 * @param timing the cycles of the mapped pipeline; absent without a mapping
 * @param goldenSeconds wall-clock time of the golden model
 */
public record Simulation(
    ImmutableList<ImmutableMap<String, Image>> images,
    Optional<TimingModel.Timing> timing,
    double goldenSeconds) {

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

  /** Runs {@code network} on {@code inputs} (for every image the inputs by tensor name). */
  public static Simulation run(
      Network network, Optional<Mapping> mapping, List<? extends Map<String, Image>> inputs) {
    long start = System.nanoTime();
    ImmutableList<ImmutableMap<String, Image>> images =
        new GoldenModel(network).runAll(inputs, Runtime.getRuntime().availableProcessors());
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Simulation(
        images, mapping.map(mapped -> TimingModel.run(mapped, inputs.size())), seconds);
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
            mapped -> timing.orElseThrow().cyclesPerImage(mapped.outputs(), images.size())),
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
