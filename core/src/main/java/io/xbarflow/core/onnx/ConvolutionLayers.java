package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.Collections;
import java.util.function.IntBinaryOperator;

/** Makes convolution layers: takes weight zero points out and finds the range of the sums. */
final class ConvolutionLayers {
  private ConvolutionLayers() {}

  /**
   * A convolution of {@code node}.
   *
   * @param weights stored weights
   * @param outputs output channels
   * @param indexOf place of weight (output channel, tap) in {@code weights}
   * @param bias one value, one per output channel, or empty
   */
  static ProductLayer of(
      Node node,
      Assembly assembly,
      Stream input,
      Window window,
      int groups,
      QuantisedConstant weights,
      int outputs,
      IntBinaryOperator indexOf,
      ImmutableList<Integer> bias) {
    int channels = weights.scales().size();
    if (channels != 1 && channels != outputs) {
      throw node.refuse(
          channels + " weight scales for " + outputs + " output channels",
          "one, or one per output channel",
          "Quantise the weights per tensor or per output channel.");
    }
    ImmutableList<Integer> biases = bias;
    if (bias.isEmpty()) {
      biases = ImmutableList.copyOf(Collections.nCopies(outputs, 0));
    } else if (bias.size() == 1) {
      biases = ImmutableList.copyOf(Collections.nCopies(outputs, bias.get(0)));
    } else if (bias.size() != outputs) {
      throw node.refuse(
          bias.size() + " bias values for " + outputs + " output channels",
          "one per output channel",
          "Export the model again.");
    }
    Quantisation from = assembly.quantisation(input);
    assembly.take(node.where(), weights.values().size(), Byte.BYTES);
    assembly.take(node.where(), outputs, 2 * Constant.BOXED_BYTES);
    int perOutput = weights.values().size() / outputs;
    Int8Array.Builder folded = Int8Array.builder(weights.values().size());
    ImmutableLongArray.Builder leastSums = ImmutableLongArray.builder(outputs);
    ImmutableLongArray.Builder greatestSums = ImmutableLongArray.builder(outputs);
    boolean fits = true;
    for (int output = 0; output < outputs; output++) {
      int zero = weights.zeroPoints().get(channels == 1 ? 0 : output);
      long least = 0;
      long greatest = 0;
      for (int tap = 0; tap < perOutput; tap++) {
        int weight = (int) weights.values().integer(indexOf.applyAsInt(output, tap)) - zero;
        fits &= weight == (byte) weight;
        folded.add((byte) weight);
        long a = (long) weight * (from.min() - from.zeroPoint());
        long b = (long) weight * (from.max() - from.zeroPoint());
        least += Math.min(a, b);
        greatest += Math.max(a, b);
      }
      leastSums.add(least);
      greatestSums.add(greatest);
    }
    WideWeights held =
        fits
            ? new WideWeights(input, folded.build())
            : WideWeights.split(
                node,
                assembly,
                input,
                groups,
                outputs,
                perOutput * groups / input.view().shape().channels(),
                (output, tap) ->
                    (int) weights.values().integer(indexOf.applyAsInt(output, tap))
                        - weights.zeroPoints().get(channels == 1 ? 0 : output));
    return new ProductLayer(
        node,
        assembly,
        held.input(),
        window,
        groups,
        held.weights(),
        weights.scales(),
        leastSums.build(),
        greatestSums.build(),
        ChannelAffine.ofBias(biases));
  }

  /** Operand {@code index} of a QOperator node as int32 bias; empty when it is omitted. */
  static ImmutableList<Integer> integerBias(Node node, Assembly assembly, int index) {
    if (!node.hasInput(index)) {
      return ImmutableList.of();
    }
    Constant bias = assembly.constant(node, index);
    if (bias.type() != OnnxType.INT32) {
      throw node.refuse(
          "bias " + bias.describe(), "int32", "Quantise the bias to int32 with scale sx * sw.");
    }
    return assembly.integers(node, index, Limits.CHANNELS);
  }

  /**
   * {@code layer} with operand {@code index} of a QDQ node as bias, in whatever form it is stored,
   * times {@code factor}.
   */
  static ProductLayer withBias(
      Node node, Assembly assembly, int index, ProductLayer layer, float factor) {
    if (!node.hasInput(index)) {
      return layer;
    }
    Value bias = assembly.value(node, index);
    if (!ChannelAddend.isStored(bias)) {
      throw node.refuse(
          "bias is " + bias.describe(),
          "a stored bias, float32 or quantised",
          "Store the bias in the model, as float32 or as int32 with DequantizeLinear.");
    }
    return ChannelAddend.of(node, assembly, View.ofVector(layer.outputs()), bias)
        .map(addend -> layer.plus(factor == 1 ? addend : addend.times(factor)))
        .orElseThrow(
            () ->
                node.refuse(
                    "bias is " + bias.describe() + " for " + layer.outputs() + " output channels",
                    "one value per output channel",
                    "Export the model again."));
  }
}
