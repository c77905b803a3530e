package io.xbarflow.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.quantize.graph.Stored;
import io.xbarflow.quantize.onnx.OnnxModel;
import io.xbarflow.quantize.runtime.FloatRun;
import io.xbarflow.sim.golden.GoldenModel;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The golden model of a quantised model beside ONNX Runtime. */
final class OnnxRuntimeComparison {
  private OnnxRuntimeComparison() {}

  /**
   * Fails unless both give the same integers for every layer, and the same outputs when ONNX
   * Runtime optimises as it likes.
   *
   * @param file the quantised model
   */
  static void compare(
      Path file, CalibrationImages images, Quantizer.Result result, Network network) {
    GoldenModel golden = new GoldenModel(network);
    String port = network.inputs().get(0).name();
    List<String> names =
        network.tensors().stream()
            .map(Tensor::name)
            .filter(name -> result.graph().graph().producers().containsKey(name))
            .filter(name -> !isChannelsLast(network, name))
            .filter(name -> !isClamped(result, name))
            .toList();
    OnnxModel model = OnnxModel.read(file);
    try (FloatRun run = FloatRun.open(model.withOutputs(names, ImmutableSet.of(port)), port)) {
      for (int i = 0; i < images.count(); i++) {
        ImmutableMap<String, Image> values = golden.run(input(network, images, i));
        ImmutableMap<String, Stored> expected = run.run(images.dims(), images.image(i));
        for (String name : names) {
          assertEquals(
              expected.get(name).asInts(),
              Ints.asList(values.get(name).toArray()),
              name + " of image " + i);
        }
      }
    }
    assertTrue(names.size() >= 2, names.toString());
    compareOptimised(images, result, network);
  }

  /** Whether {@code tensor} is an input whose ONNX order is not that of the network. */
  private static boolean isChannelsLast(Network network, String tensor) {
    return network.inputs().stream()
        .anyMatch(input -> input.channelsLast() && input.tensor().equals(tensor));
  }

  /** Whether a Clip alone reads {@code name}: the network clamps where it computes. */
  private static boolean isClamped(Quantizer.Result result, String name) {
    return result.graph().graph().onlyReader(name).filter(node -> node.is("Clip")).isPresent();
  }

  /** The outputs alone, with all that ONNX Runtime rewrites when it is left to itself. */
  private static void compareOptimised(
      CalibrationImages images, Quantizer.Result result, Network network) {
    HostTensor output = network.outputs().get(0);
    if (output.steps().stream().anyMatch(HostStep.Softmax.class::isInstance)) {
      return; // ONNX Runtime adds its float exponentials in another order.
    }
    GoldenModel golden = new GoldenModel(network);
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(result.file())) {
      for (int i = 0; i < images.count(); i++) {
        Image found = golden.run(input(network, images, i)).get(output.tensor());
        ImageBatch batch = NetworkImages.fromImages(network, output, ImmutableList.of(found));
        try (OnnxTensor image =
                OnnxTensor.createTensor(
                    OrtEnvironment.getEnvironment(),
                    FloatBuffer.wrap(images.image(i)),
                    Longs.toArray(images.dims()));
            OrtSession.Result run = session.run(Map.of(network.inputs().get(0).name(), image))) {
          FloatBuffer expected = ((OnnxTensor) run.get(0)).getFloatBuffer();
          for (int j = 0; j < batch.size(); j++) {
            assertEquals(expected.get(j), batch.get(j), "output value " + j + " of image " + i);
          }
        }
      }
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  /** Image {@code index}, quantised. */
  static ImmutableMap<String, Image> input(Network network, CalibrationImages images, int index) {
    HostTensor input = network.inputs().get(0);
    ImageBatch batch = ImageBatch.ofFloats(images.dims(), images.image(index));
    return ImmutableMap.of(
        input.tensor(), NetworkImages.toImages(network, input, batch, "test").get(0));
  }
}
