package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.onnx.Value.Commutation;
import io.xbarflow.core.onnx.Value.Commuting;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import io.xbarflow.core.tensor.HostQuantisation;
import java.util.stream.IntStream;

/**
 * Pad with a constant, of channels, rows and columns, of quantised values or after
 * DequantizeLinear. The convolution or pool behind it takes the padding over where that is the
 * same.
 */
final class PadOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Pad");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    String mode = node.stringAttribute("mode", "constant");
    if (!mode.equals("constant")) {
      throw node.refuse(
          "mode " + mode,
          "mode constant",
          "Pad in the host, or train the network with constant padding.");
    }
    Value value = assembly.value(node, 0);
    if (value instanceof Stream stream) {
      int fill = integerFill(node, assembly, assembly.quantisation(stream));
      assembly.define(node.output(), padded(node, assembly, stream, fill, node.output()));
    } else if (value instanceof Dequantised dequantised && dequantised.isPlain()) {
      Stream stream = dequantised.stream();
      int fill = realFill(node, assembly, assembly.quantisation(stream));
      assembly.define(
          node.output(),
          dequantised.withStream(padded(node, assembly, stream, fill, node.output())));
    } else if (value instanceof Unsettled unsettled) {
      assembly.define(
          node.output(),
          new Commuting(
              node,
              unsettled,
              Padded.of(node, assembly, unsettled.view()).view(),
              new Padding(node, assembly, real(node, assembly))));
    } else {
      throw Assembly.unquantised(node, value);
    }
  }

  /**
   * A Pad of a float result: what it puts in goes through the Relu, Clip and QuantizeLinear behind
   * it too.
   *
   * @param node the Pad
   * @param assembly the network
   * @param real what it puts in
   */
  private record Padding(Node node, Assembly assembly, float real) implements Commutation {
    @Override
    public Stream of(Stream stream, Bounds behind, String output) {
      int fill = HostQuantisation.quantise(behind.apply(real), assembly.quantisation(stream));
      return padded(node, assembly, stream, fill, output);
    }

    @Override
    public Interval range(Interval range) {
      return Float.isFinite(real) ? range.union(new Interval(real, real)) : range;
    }
  }

  private static Stream padded(
      Node node, Assembly assembly, Stream input, int fill, String output) {
    Padded pads = Padded.of(node, assembly, input.view());
    boolean channels = pads.channelsBefore() > 0 || pads.channelsAfter() > 0;
    Stream padded =
        channels
            ? padChannels(node, assembly, input, pads.channelsBefore(), pads.channelsAfter(), fill)
            : input;
    return Framing.apply(
        assembly,
        padded,
        pads.view(),
        output,
        Framing.frame(node.name(), -pads.top(), -pads.left(), 1, 1, fill));
  }

  /**
   * What a Pad makes of a feature map.
   *
   * @param view ONNX shape of the result
   * @param top rows put in above, negative for rows dropped
   * @param left columns put in before, negative for columns dropped
   * @param channelsBefore channels put in before the first
   * @param channelsAfter channels put in behind the last
   */
  private record Padded(View view, int top, int left, int channelsBefore, int channelsAfter) {
    /** What {@code node} makes of a map of {@code view}. */
    static Padded of(Node node, Assembly assembly, View view) {
      int rank = view.dims().size() + 1;
      ImmutableList<Integer> pads =
          node.has("pads")
              ? node.intsAttribute("pads")
              : assembly.integers(node, 1, 2 * Limits.RANK);
      ImmutableList<Integer> axes = axes(node, assembly, rank);
      if (pads.size() != 2 * axes.size()) {
        throw node.refuse(
            "pads " + pads + " for axes " + axes, "two values an axis", "Export the model again.");
      }
      Padded result = new Padded(view, 0, 0, 0, 0);
      for (int i = 0; i < axes.size(); i++) {
        int before = Limits.pad(node.where(), pads.get(i));
        int after = Limits.pad(node.where(), pads.get(axes.size() + i));
        if (before == 0 && after == 0) {
          continue;
        }
        int dimension = axes.get(i) - 1;
        View.Axis axis = dimension < 0 ? View.Axis.SEVERAL : view.axis(dimension);
        int extent = dimension < 0 ? 0 : view.dims().get(dimension) + before + after;
        boolean channels = axis == View.Axis.CHANNELS && before >= 0 && after >= 0;
        boolean pixels = (axis == View.Axis.ROWS || axis == View.Axis.COLUMNS) && extent >= 1;
        if (!channels && !pixels) {
          throw node.refuse(
              "pads " + pads + " of dimensions " + view.dims(),
              "pads of channels (not negative), rows and columns that leave some",
              "Pad flattened maps and batches in the host.");
        }
        result =
            new Padded(
                result.view().withExtent(node, dimension, extent),
                axis == View.Axis.ROWS ? before : result.top(),
                axis == View.Axis.COLUMNS ? before : result.left(),
                channels ? before : result.channelsBefore(),
                channels ? after : result.channelsAfter());
      }
      return result;
    }
  }

  private static Stream padChannels(
      Node node, Assembly assembly, Stream input, int before, int after, int fill) {
    Shape map = input.view().shape();
    View padded = input.view().withChannels(node, (long) before + map.channels() + after);
    ImmutableList.Builder<Integer> channels = ImmutableList.builder();
    for (int channel = -before; channel < map.channels() + after; channel++) {
      boolean inside = channel >= 0 && channel < map.channels();
      channels.add(inside ? channel : Layer.Gather.FILLED);
    }
    return ChannelChoice.apply(
        assembly,
        node.name() + "_channels",
        input,
        padded,
        node.output() + "_channels",
        channels.build(),
        fill);
  }

  private static ImmutableList<Integer> axes(Node node, Assembly assembly, int rank) {
    return node.axes(
        node.hasInput(3)
            ? assembly.integers(node, 3, Limits.RANK)
            : IntStream.range(0, rank).boxed().toList(),
        rank);
  }

  /** The value put in; 0 when it is not stated. */
  private static int integerFill(Node node, Assembly assembly, Quantisation quantisation) {
    if (!node.hasInput(2)) {
      return 0;
    }
    Constant fill = assembly.constant(node, 2);
    OnnxType type = quantisation.signed() ? OnnxType.INT8 : OnnxType.UINT8;
    if (fill.type() != type || fill.size() != 1) {
      throw node.refuse("value " + fill.describe(), "one " + type, "Export the model again.");
    }
    return (int) fill.integer(0);
  }

  private static int realFill(Node node, Assembly assembly, Quantisation quantisation) {
    float real = real(node, assembly);
    int fill = HostQuantisation.quantise(real, quantisation);
    if (HostQuantisation.dequantise(fill, quantisation) != real) {
      throw node.refuse(
          "value " + real + ", which no integer of scale " + quantisation.scale() + " stands for",
          "a value that the quantisation before the Pad represents, such as 0",
          "Pad with 0, or quantise the output of the Pad.");
    }
    return fill;
  }

  /** The float value put in; 0 when it is not stated. */
  private static float real(Node node, Assembly assembly) {
    if (!node.hasInput(2)) {
      return node.floatAttribute("value", 0);
    }
    Constant fill = assembly.constant(node, 2);
    if (!fill.type().isReal() || fill.size() != 1) {
      throw node.refuse("value " + fill.describe(), "one float32", "Export the model again.");
    }
    return fill.real(0);
  }
}
