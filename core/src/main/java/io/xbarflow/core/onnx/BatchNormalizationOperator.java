package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Pending;

/**
 * BatchNormalization of inference: behind a convolution or product it is folded into the layer, of
 * a dequantised feature map it is a table a channel.
 *
 * <p>Source: ONNX BatchNormalization-15, and 7, 9 and 14, which mean the same at inference.
 */
final class BatchNormalizationOperator implements Operator {
  private static final float EPSILON = 1e-5f;
  private static final int PARAMETERS = 4;

  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("BatchNormalization");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    requireInference(node, assembly);
    Value value = assembly.value(node, 0);
    if (AffineFolding.isProduct(value)) {
      Pending product = (Pending) value;
      float[][] parameters = parameters(node, assembly, product.view());
      double[] factors = new double[parameters[0].length];
      double[] summands = new double[factors.length];
      double epsilon = node.floatAttribute("epsilon", EPSILON);
      for (int channel = 0; channel < factors.length; channel++) {
        factors[channel] = parameters[0][channel] / Math.sqrt(parameters[3][channel] + epsilon);
        summands[channel] = parameters[1][channel] - parameters[2][channel] * factors[channel];
        requireFinite(node, channel, factors[channel], summands[channel]);
      }
      assembly.define(node.output(), AffineFolding.affine(node, product, factors, summands));
      return;
    }
    Dequantised map = ElementwiseOperator.dequantised(node, assembly, 0);
    assembly.define(node.output(), normalised(node, assembly, map));
  }

  /** In float32, in the order of ONNX Runtime. */
  private static Dequantised normalised(Node node, Assembly assembly, Dequantised map) {
    float[][] parameters = parameters(node, assembly, map.view());
    float epsilon = node.floatAttribute("epsilon", EPSILON);
    float[] factors = new float[parameters[0].length];
    float[] summands = new float[factors.length];
    for (int channel = 0; channel < factors.length; channel++) {
      float deviation = (float) Math.sqrt(parameters[3][channel] + epsilon);
      factors[channel] = 1 / deviation * parameters[0][channel];
      summands[channel] = parameters[1][channel] - parameters[2][channel] * factors[channel];
      requireFinite(node, channel, factors[channel], summands[channel]);
    }
    assembly.take(node.where(), factors.length, 4 * RealFunction.VALUES * Float.BYTES);
    RealFunction function = map.function();
    return new Dequantised(
        map.stream(),
        function
            .with(function.constants(factors), (x, factor) -> x * factor)
            .with(function.constants(summands), (x, summand) -> x + summand));
  }

  private static void requireInference(Node node, Assembly assembly) {
    boolean training =
        node.intAttribute("training_mode", 0) != 0
            || (assembly.graph().opset() < 7 && node.intAttribute("is_test", 0) == 0)
            || node.outputs().stream().skip(1).anyMatch(output -> !output.isEmpty());
    if (training || node.intAttribute("spatial", 1) == 0) {
      throw node.refuse(
          training ? "BatchNormalization in training mode" : "spatial 0",
          "BatchNormalization of inference, one mean and variance a channel",
          training
              ? "Export the model for inference (model.eval() in PyTorch)."
              : "Store one scale, bias, mean and variance a channel.");
    }
  }

  private static void requireFinite(Node node, int channel, double factor, double summand) {
    if (!Double.isFinite(factor) || !Double.isFinite(summand)) {
      throw node.refuse(
          "factor " + factor + " and summand " + summand + " of channel " + channel,
          "finite scale, bias, mean and variance",
          "Store finite values, or train it again.");
    }
  }

  /** Scale, bias, mean and variance of every channel. */
  private static float[][] parameters(Node node, Assembly assembly, View view) {
    int channels = view.shape().channels();
    if (view.channelsLast() || view.axis(0) != View.Axis.CHANNELS) {
      throw node.refuse(
          "normalisation of dimensions " + view.dims(),
          "channels as the first axis behind the batch",
          "Normalise before Flatten and Transpose.");
    }
    assembly.take(node.where(), channels, 2 * PARAMETERS * Double.BYTES);
    float[][] parameters = new float[PARAMETERS][channels];
    for (int i = 0; i < PARAMETERS; i++) {
      Constant stored = assembly.constant(node, i + 1);
      if (stored.type() != OnnxType.FLOAT
          || stored.dims().size() != 1
          || stored.size() != channels) {
        throw node.refuse(
            "input " + (i + 1) + " is " + stored.describe() + " for " + channels + " channels",
            "one float32 value a channel",
            "Export the model again.");
      }
      for (int channel = 0; channel < channels; channel++) {
        float parameter = stored.real(channel);
        if (!Float.isFinite(parameter)) {
          throw node.refuse(
              "input " + (i + 1) + " has " + parameter + " for channel " + channel,
              "finite scale, bias, mean and variance",
              "Store finite values, or train it again.");
        }
        parameters[i][channel] = parameter;
      }
    }
    return parameters;
  }
}
