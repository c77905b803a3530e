package io.xbarflow.examples;

import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.common.primitives.ImmutableDoubleArray;

/**
 * {@code y = scale * x + shift} per channel, what BatchNormalization does at inference.
 *
 * @param scales one per channel
 * @param shifts one per channel
 */
record ChannelAffine(ImmutableDoubleArray scales, ImmutableDoubleArray shifts) {

  static ChannelAffine identity(int channels) {
    ImmutableDoubleArray.Builder ones = ImmutableDoubleArray.builder(channels);
    ImmutableDoubleArray.Builder zeros = ImmutableDoubleArray.builder(channels);
    for (int channel = 0; channel < channels; channel++) {
      ones.add(1);
      zeros.add(0);
    }
    return new ChannelAffine(ones.build(), zeros.build());
  }

  /**
   * What {@code node} computes: {@code scale * (x - mean) / sqrt(variance + epsilon) + bias}.
   *
   * <p>Source: ONNX BatchNormalization, opset 9, inference.
   */
  static ChannelAffine of(FloatGraph graph, NodeProto node) {
    FloatTensor scale = graph.tensor(node.getInput(1));
    FloatTensor bias = graph.tensor(node.getInput(2));
    FloatTensor mean = graph.tensor(node.getInput(3));
    FloatTensor variance = graph.tensor(node.getInput(4));
    double epsilon = FloatGraph.real(node, "epsilon", 1e-5f);
    ImmutableDoubleArray.Builder scales = ImmutableDoubleArray.builder(scale.size());
    ImmutableDoubleArray.Builder shifts = ImmutableDoubleArray.builder(scale.size());
    for (int channel = 0; channel < scale.size(); channel++) {
      double factor = scale.get(channel) / Math.sqrt(variance.get(channel) + epsilon);
      scales.add(factor);
      shifts.add(bias.get(channel) - factor * mean.get(channel));
    }
    return new ChannelAffine(scales.build(), shifts.build());
  }

  double scale(int channel) {
    return scales.get(channel);
  }

  double apply(int channel, double value) {
    return scales.get(channel) * value + shifts.get(channel);
  }
}
