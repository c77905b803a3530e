package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Arranged;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.HostWork;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the host begins with when a feature map leaves the chip: its values in ONNX's order. */
final class HostOutputs {
  private HostOutputs() {}

  /**
   * {@code value} as an array of the host; empty when it is no feature map.
   *
   * @param where what needs it, for messages
   * @param node the operator that needs it, or the one that writes it
   * @param name its ONNX name
   */
  static Optional<HostWork> of(
      Assembly assembly, String where, Node node, String name, Value value) {
    return value instanceof Shaped || value instanceof Arranged
        ? Optional.of(work(assembly, where, node, name, value))
        : Optional.empty();
  }

  private static HostWork work(
      Assembly assembly, String where, Node node, String name, Value value) {
    Shaped values = value instanceof Arranged arranged ? arranged.values() : (Shaped) value;
    List<HostStep> steps = new ArrayList<>();
    boolean floating = true;
    Stream stream;
    if (values instanceof Stream integers) {
      stream = integers;
      floating = false;
    } else if (values instanceof Dequantised dequantised) {
      stream = dequantised.stream();
      if (!dequantised.isPlain()) {
        steps.add(table(assembly, node, dequantised));
      }
    } else {
      // A rearranged result has a name of its own.
      String result = value instanceof Arranged ? ((Unsettled) values).node().output() : name;
      stream = assembly.missing().give(where, result, values, Interval.ALL);
    }
    View view = values.view();
    ImmutableList<Integer> shape = view.dims();
    boolean channelsLast = view.channelsLast();
    if (value instanceof Arranged arranged) {
      Arrangement arrangement = arranged.arrangement();
      Optional<Boolean> last = arrangement.channelsLast();
      if (last.isPresent()) {
        shape = arrangement.extents();
        channelsLast = last.get();
      } else {
        Arrangement.Reading reading = arrangement.reading();
        shape = reading.dims();
        channelsLast = false;
        steps.add(new HostStep.Transpose(reading.permutation()));
        steps.add(new HostStep.Reshape(arrangement.extents()));
      }
    }
    Quantisation quantisation = assembly.quantisation(stream);
    return new HostWork(
        node,
        stream,
        new HostTensor(name, stream.tensor(), shape, channelsLast, floating),
        floating ? ElementType.FLOAT32 : ElementType.of(quantisation),
        ImmutableList.copyOf(steps));
  }

  private static HostStep.Table table(Assembly assembly, Node node, Dequantised dequantised) {
    RealFunction function = dequantised.function();
    assembly.take(node.where(), function.size(), Constant.BOXED_BYTES);
    Quantisation from = assembly.quantisation(dequantised.stream());
    int channels =
        function.perChannel() ? assembly.shape(dequantised.stream().tensor()).channels() : 1;
    ImmutableList.Builder<Float> values = ImmutableList.builder();
    for (int channel = 0; channel < channels; channel++) {
      for (int x = from.min(); x <= from.max(); x++) {
        float real = function.of(x, channel);
        if (!Float.isFinite(real)) {
          throw node.refuse(
              "a result of " + real + " for the quantised value " + x,
              "finite results at a graph output",
              "Clip the operand, or compute it in the host program.");
        }
        values.add(real);
      }
    }
    return new HostStep.Table(values.build());
  }
}
