package io.xbarflow.quantize;

import static io.xbarflow.core.network.ElementType.FLOAT32;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.tensor.HostQuantisation;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.quantize.calibrate.Decibels;
import io.xbarflow.quantize.emit.QuantisedGraph;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Stored;
import io.xbarflow.sim.golden.GoldenModel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Compares the golden model of a quantised network with the float model, layer by layer. */
public final class SignalToNoise {
  /** Enough for a ratio of powers; the golden model of a large network takes seconds an image. */
  private static final int MOST_IMAGES = 32;

  private final Quantizer.Result result;
  private final Network network;
  private final GoldenModel golden;
  private final Map<String, Tensor> tensors;
  private final Map<String, Powers> powers = new LinkedHashMap<>();

  /** Sums of squares. */
  private static final class Powers {
    private double signal;
    private double error;

    void add(double expected, double found) {
      signal += expected * expected;
      error += (found - expected) * (found - expected);
    }
  }

  private SignalToNoise(Quantizer.Result result, Network network) {
    this.result = result;
    this.network = network;
    this.golden = new GoldenModel(network);
    this.tensors = network.tensorsByName();
  }

  /**
   * The report on {@code result}.
   *
   * @param model what the float model is called
   * @param network the quantised model, imported
   */
  public static QuantisationReport report(
      String model, Quantizer quantizer, Quantizer.Result result, Network network) {
    SignalToNoise comparison = new SignalToNoise(result, network);
    quantizer.forEachImage(result, MOST_IMAGES, comparison::image);
    return new QuantisationReport(
        model,
        quantizer.images().count(),
        Math.min(MOST_IMAGES, quantizer.images().count()),
        result.graph().layers().stream()
            .map(comparison::row)
            .collect(ImmutableList.toImmutableList()),
        network.outputs().stream().map(comparison::output).collect(ImmutableList.toImmutableList()),
        result.notes());
  }

  private void image(ImmutableMap<String, Stored> floats) {
    HostTensor input = network.inputs().get(0);
    Graph.Port port = result.rewritten().inputs().get(0);
    Stored image = floats.get(port.name());
    ImmutableMap<String, Image> values =
        golden.run(ImmutableMap.of(input.tensor(), quantised(input, image)));
    for (QuantisedGraph.Layer layer : result.graph().layers()) {
      Image found = values.get(layer.integers());
      Graph.Reference reference = result.rewritten().reference(layer.value());
      Stored expected = floats.get(reference.value());
      if (found != null
          && expected != null
          && reference.inOrder()
          && found.shape().size() == expected.size()) {
        Powers sums = powers.computeIfAbsent(layer.integers(), unused -> new Powers());
        Quantisation quantisation = tensors.get(layer.integers()).quantisation();
        for (int i = 0; i < expected.size(); i++) {
          sums.add(
              reference.bounds().clamp(expected.real(i)),
              HostQuantisation.dequantise(found.get(i), quantisation));
        }
      }
    }
    for (HostTensor output : network.outputs()) {
      compare(output, values.get(output.tensor()), floats);
    }
  }

  private void compare(HostTensor output, Image found, ImmutableMap<String, Stored> floats) {
    Stored expected = floats.get(output.name());
    if (expected == null
        || !expected.isReal()
        || !HostStep.type(output.steps(), FLOAT32).isReal()
        || !output.floating()) {
      return;
    }
    ImageBatch batch = NetworkImages.fromImages(network, output, ImmutableList.of(found));
    Powers sums = powers.computeIfAbsent("output " + output.name(), unused -> new Powers());
    for (int i = 0; i < expected.size(); i++) {
      sums.add(expected.real(i), batch.get(i));
    }
  }

  private Image quantised(HostTensor input, Stored image) {
    ImmutableList<Integer> shape =
        ImmutableList.<Integer>builder().add(1).addAll(input.shape()).build();
    ImageBatch batch;
    if (input.floating()) {
      float[] values = new float[image.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = image.real(i);
      }
      batch = ImageBatch.ofFloats(shape, values);
    } else {
      Quantisation quantisation = tensors.get(input.tensor()).quantisation();
      int[] values = new int[image.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = HostQuantisation.quantise(image.real(i), quantisation);
      }
      batch = ImageBatch.ofIntegers(quantisation.signed(), shape, values);
    }
    return NetworkImages.toImages(network, input, batch, "calibration").get(0);
  }

  private QuantisationReport.Row row(QuantisedGraph.Layer layer) {
    Quantisation quantisation = result.scheme().of(layer.value());
    return new QuantisationReport.Row(
        layer.name(),
        layer.operator(),
        quantisation.scale(),
        quantisation.zeroPoint(),
        decibels(layer.integers()),
        exact(layer.integers()));
  }

  private QuantisationReport.Row output(HostTensor output) {
    Quantisation quantisation = tensors.get(output.tensor()).quantisation();
    String key =
        powers.containsKey("output " + output.name()) ? "output " + output.name() : output.tensor();
    return new QuantisationReport.Row(
        output.name(),
        "output",
        quantisation.scale(),
        quantisation.zeroPoint(),
        decibels(key),
        exact(key));
  }

  private Optional<Double> decibels(String key) {
    return Optional.ofNullable(powers.get(key))
        .filter(sums -> sums.error > 0)
        .map(sums -> Decibels.of(sums.signal, sums.error))
        .filter(Double::isFinite);
  }

  private boolean exact(String key) {
    return powers.containsKey(key) && powers.get(key).error == 0;
  }
}
