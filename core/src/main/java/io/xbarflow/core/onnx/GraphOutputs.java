package io.xbarflow.core.onnx;

import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.onnx.Value.Arranged;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.HostSigmoid;
import io.xbarflow.core.onnx.Value.HostSoftmax;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.Optional;

/** Says what the graph outputs stand for. */
final class GraphOutputs {
  private GraphOutputs() {}

  /** Graph output {@code name}, which stands for {@code value}. */
  static HostTensor of(String name, Value value, Assembly assembly) {
    if (value instanceof Stream stream) {
      return output(name, assembly, stream, false, Optional.empty());
    }
    if (value instanceof Dequantised dequantised && dequantised.isPlain()) {
      return output(name, assembly, dequantised.stream(), true, Optional.empty());
    }
    if (value instanceof HostSigmoid sigmoid) {
      return output(name, assembly, sigmoid.stream(), true, Optional.empty()).withSigmoid();
    }
    if (value instanceof HostSoftmax softmax) {
      return output(name, assembly, softmax.stream(), true, Optional.of(softmax.axis()));
    }
    String where = "graph output " + name;
    if (value instanceof Arranged arranged && arranged.arrangement().channelsLast().isPresent()) {
      Value map = arranged.values();
      if (map instanceof Stream
          || (map instanceof Dequantised dequantised && dequantised.isPlain())) {
        HostTensor plain = of(name, map, assembly);
        return new HostTensor(
            name,
            plain.tensor(),
            arranged.arrangement().extents(),
            arranged.arrangement().channelsLast().get(),
            plain.floating(),
            Optional.empty());
      }
    }
    if (value instanceof Unsettled result) {
      Stream given = assembly.missing().give(where, name, result, Interval.ALL);
      return output(name, assembly, given, true, Optional.empty());
    }
    if (value instanceof Dequantised) {
      throw Refusal.of(
          where,
          "is " + value.describe(),
          "a quantised tensor, or DequantizeLinear (and Softmax) of one",
          "Let the quantiser quantise the output too (QuantizeLinear and DequantizeLinear before"
              + " it).");
    }
    throw Refusal.of(
        where,
        value == null ? "no node writes it" : "is " + value.describe(),
        "a tensor that the network computes",
        "Name a computed tensor as graph output.");
  }

  private static HostTensor output(
      String name, Assembly assembly, Stream stream, boolean floating, Optional<Integer> axis) {
    if (assembly.producer(stream).isEmpty()) {
      throw Refusal.of(
          "graph output " + name,
          "is a graph input without any layer between them",
          "a tensor that the chip computes",
          "Remove this output, or give the whole quantised network.");
    }
    View view = stream.view();
    return new HostTensor(name, stream.tensor(), view.dims(), view.channelsLast(), floating, axis);
  }
}
