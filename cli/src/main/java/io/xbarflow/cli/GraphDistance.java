package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.quantize.calibrate.Decibels;
import io.xbarflow.quantize.graph.Stored;
import io.xbarflow.quantize.runtime.ModelRun;
import io.xbarflow.sim.golden.GoldenModel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * How far an output of a network is from the graph that was given, as ONNX Runtime computes that
 * without fusing its operators; measured where import changed something.
 */
final class GraphDistance {
  private static final int RANDOM_IMAGES = 4;
  private static final int MOST_IMAGES = 16;

  private long values;
  private long different;
  private double greatest;
  private double signal;
  private double error;

  private GraphDistance() {}

  private void add(double wanted, double got) {
    values++;
    signal += wanted * wanted;
    if (wanted != got && !(Double.isNaN(wanted) && Double.isNaN(got))) {
      different++;
      greatest = Math.max(greatest, Math.abs(wanted - got));
      error += (wanted - got) * (wanted - got);
    }
  }

  /**
   * One line for every output.
   *
   * @param model the file that was given
   * @param network what import made of it
   * @param given images to measure with; random ones when there are none
   */
  static ImmutableList<String> lines(Path model, Network network, Optional<Inputs> given) {
    Inputs inputs =
        given
            .map(files -> new Inputs(files.files(), MOST_IMAGES, files.seed()))
            .orElse(new Inputs(ImmutableList.of(), RANDOM_IMAGES, 1));
    ImmutableList<ImmutableMap<String, ImageBatch>> batches = HostImages.batches(network, inputs);
    ImmutableList<ImmutableMap<String, Stored>> wanted;
    try {
      wanted = ModelRun.outputs(model, batches);
    } catch (UserException refused) {
      return ImmutableList.of(
          "the distance to the given graph is not measured: "
              + refused.diagnostic().where()
              + ": "
              + refused.diagnostic().found());
    }
    ImmutableList<ImmutableMap<String, Image>> images =
        batches.stream()
            .map(batch -> quantised(network, batch))
            .collect(ImmutableList.toImmutableList());
    ImmutableList<ImmutableMap<String, Image>> results =
        new GoldenModel(network)
            .runAll(
                images,
                tensor -> network.outputs().stream().anyMatch(out -> out.tensor().equals(tensor)),
                Runtime.getRuntime().availableProcessors());
    String on =
        images.size() + (given.isPresent() ? " of the images, " : " random images, ") + "output ";
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    for (HostTensor output : network.outputs()) {
      GraphDistance distance = new GraphDistance();
      for (int i = 0; i < results.size(); i++) {
        ImageBatch got =
            NetworkImages.fromImages(
                network, output, ImmutableList.of(results.get(i).get(output.tensor())));
        Stored expected = wanted.get(i).get(output.name());
        for (int j = 0; expected != null && j < expected.size(); j++) {
          distance.add(expected.isReal() ? expected.real(j) : expected.integer(j), got.get(j));
        }
      }
      if (distance.values > 0) {
        lines.add("on " + on + output.name() + distance.line(network, output));
      }
    }
    return lines.build();
  }

  private static ImmutableMap<String, Image> quantised(
      Network network, ImmutableMap<String, ImageBatch> batch) {
    ImmutableMap.Builder<String, Image> images = ImmutableMap.builder();
    for (HostTensor input : network.inputs()) {
      images.put(
          input.tensor(),
          NetworkImages.toImages(network, input, batch.get(input.name()), input.name()).get(0));
    }
    return images.buildOrThrow();
  }

  private String line(Network network, HostTensor output) {
    if (different == 0) {
      return String.format(
          Locale.ROOT, " is equal to the given graph's in ONNX Runtime: %,d values", values);
    }
    float scale = network.tensor(output.tensor()).quantisation().scale();
    String distance =
        output.onlyMoves()
            ? String.format(
                Locale.ROOT, "%.3g steps", output.floating() ? greatest / scale : greatest)
            : String.format(Locale.ROOT, "%.3g", greatest);
    return String.format(
        Locale.ROOT,
        " differs from the given graph's in ONNX Runtime in %,d of %,d values, by %s at most;"
            + " signal-to-noise ratio %.1f dB",
        different,
        values,
        distance,
        Decibels.of(signal, error));
  }
}
