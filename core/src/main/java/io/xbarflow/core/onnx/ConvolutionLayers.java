package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.Collections;
import java.util.Optional;
import java.util.function.IntBinaryOperator;

/** Makes convolution layers: takes weight zero points out and checks the accumulator's range. */
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
  static LayerMaker of(
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
    for (int output = 0; output < outputs; output++) {
      int zero = weights.zeroPoints().get(channels == 1 ? 0 : output);
      long least = biases.get(output);
      long greatest = biases.get(output);
      for (int tap = 0; tap < perOutput; tap++) {
        long weight = weights.values().integer(indexOf.applyAsInt(output, tap)) - zero;
        if (weight < Byte.MIN_VALUE || weight > Byte.MAX_VALUE) {
          throw node.refuse(
              "weight "
                  + (weight + zero)
                  + " with zero point "
                  + zero
                  + " in '"
                  + weights.values().name()
                  + "', which is "
                  + weight
                  + " without it",
              "weights that fit int8 once the zero point is taken out",
              "Quantise the weights symmetrically to int8 (zero point 0; in"
                  + " onnxruntime.quantization weight_type=QInt8).");
        }
        folded.add((byte) weight);
        long a = weight * (from.min() - from.zeroPoint());
        long b = weight * (from.max() - from.zeroPoint());
        least += Math.min(a, b);
        greatest += Math.max(a, b);
      }
      if (least < -Integer.MAX_VALUE || greatest > Integer.MAX_VALUE) {
        throw node.refuse(
            "output channel "
                + output
                + " can accumulate "
                + least
                + " to "
                + greatest
                + ", beyond 32 bits",
            "sums within 2^31 - 1",
            "Split the layer, or use smaller weights or bias.");
      }
    }
    Int8Array array = folded.build();
    ImmutableList<Integer> finalBias = biases;
    return (name, output, to, min, max) -> {
      for (float weightScale : weights.scales()) {
        float scale = from.scale() * weightScale / to.scale();
        if (!(scale >= Float.MIN_NORMAL) || !Float.isFinite(scale)) {
          throw node.refuse(
              "requantisation scale "
                  + from.scale()
                  + " * "
                  + weightScale
                  + " / "
                  + to.scale()
                  + " = "
                  + scale,
              "a normal float32",
              "Calibrate the quantisation again.");
        }
      }
      return new Layer.Convolution(
          name,
          input.tensor(),
          output,
          window,
          groups,
          array,
          weights.scales(),
          finalBias,
          min,
          max);
    };
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

  /** Operand {@code index} of a QDQ node: DequantizeLinear of an int32 bias. */
  static ImmutableList<Integer> dequantisedBias(
      Node node, Assembly assembly, int index, Quantisation from, QuantisedConstant weights) {
    if (!node.hasInput(index)) {
      return ImmutableList.of();
    }
    QuantisedConstant bias = assembly.quantisedConstant(node, index, "bias");
    if (bias.values().type() != OnnxType.INT32
        || bias.zeroPoints().stream().anyMatch(zero -> zero != 0)) {
      throw node.refuse(
          "bias " + bias.values().describe(),
          "int32 with zero point 0",
          "Quantise the bias to int32 with scale sx * sw.");
    }
    mismatchedScale(from, weights, bias)
        .ifPresent(
            found -> {
              throw node.refuse(
                  found,
                  "a bias scale of input scale * weight scale",
                  "Quantise the bias to int32 with scale sx * sw.");
            });
    Limits.atMost(node.where(), "values of the bias", bias.values().size(), Limits.CHANNELS);
    assembly.take(node.where(), bias.values().size(), Constant.BOXED_BYTES);
    return bias.values().asInts();
  }

  private static Optional<String> mismatchedScale(
      Quantisation from, QuantisedConstant weights, QuantisedConstant bias) {
    int count = Math.max(weights.scales().size(), bias.scales().size());
    if (Math.min(weights.scales().size(), bias.scales().size()) != 1
        && weights.scales().size() != bias.scales().size()) {
      return Optional.of(
          bias.scales().size() + " bias scales for " + weights.scales().size() + " weight scales");
    }
    for (int i = 0; i < count; i++) {
      float weight = weights.scales().get(weights.scales().size() == 1 ? 0 : i);
      float actual = bias.scales().get(bias.scales().size() == 1 ? 0 : i);
      double expected = (double) from.scale() * weight;
      // Exporters compute the product in float32 or float64.
      if (Math.abs(actual - expected) > 1e-5 * expected) {
        return Optional.of(
            "bias scale " + actual + " where input scale * weight scale is " + expected);
      }
    }
    return Optional.empty();
  }
}
