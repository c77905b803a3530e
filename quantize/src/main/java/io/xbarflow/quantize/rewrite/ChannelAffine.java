package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/**
 * {@code y = scale * x + shift} with one scale and shift per channel.
 *
 * @param input the value that is x
 * @param channels of the map
 * @param scale by channel
 * @param shift by channel
 */
record ChannelAffine(
    String input, int channels, IntToDoubleFunction scale, IntToDoubleFunction shift) {

  /**
   * What {@code node} computes, if it is BatchNormalization, or Add, Sub, Mul or Div with a stored
   * operand that has one value, or one per channel.
   *
   * <p>Source: ONNX BatchNormalization-9, {@code y = (x - mean) / sqrt(variance + epsilon) * gamma
   * + beta}.
   */
  static Optional<ChannelAffine> of(Graph graph, Node node) {
    if (node.is("BatchNormalization")) {
      return Optional.of(normalisation(graph, node));
    }
    boolean arithmetic = node.is("Add") || node.is("Sub") || node.is("Mul") || node.is("Div");
    if (!arithmetic || node.inputs().size() != 2) {
      return Optional.empty();
    }
    boolean first = graph.isStored(node.input(0));
    if (first == graph.isStored(node.input(1))) {
      return Optional.empty();
    }
    String map = node.input(first ? 1 : 0);
    Stored constant = Weights.stored(graph, node, first ? 0 : 1, "operand");
    ImmutableList<Integer> dims = graph.shape(map);
    int channels = dims.size() < 2 ? 1 : dims.get(1);
    IntToDoubleFunction value = perChannel(node, constant, dims);
    return Optional.of(
        switch (node.opType()) {
          case "Add" -> new ChannelAffine(map, channels, c -> 1, value);
          case "Sub" ->
              first
                  ? new ChannelAffine(map, channels, c -> -1, value)
                  : new ChannelAffine(map, channels, c -> 1, c -> -value.applyAsDouble(c));
          case "Mul" -> new ChannelAffine(map, channels, value, c -> 0);
          default -> {
            if (first) {
              throw node.refuse(
                  "a constant divided by a map",
                  "a map divided by a constant",
                  "Compute the quotient in the host.");
            }
            yield new ChannelAffine(map, channels, c -> 1 / value.applyAsDouble(c), c -> 0);
          }
        });
  }

  private static ChannelAffine normalisation(Graph graph, Node node) {
    if (node.attributes().integer("training_mode", 0) != 0) {
      throw node.refuse(
          "training_mode 1",
          "a normalisation with stored mean and variance",
          "Export the model for inference (in PyTorch: model.eval()).");
    }
    Stored gamma = Weights.stored(graph, node, 1, "scale");
    Stored beta = Weights.stored(graph, node, 2, "bias");
    Stored mean = Weights.stored(graph, node, 3, "mean");
    Stored variance = Weights.stored(graph, node, 4, "variance");
    double epsilon = node.attributes().real("epsilon", 1e-5f);
    int channels = graph.shape(node.input(0)).get(1);
    for (Stored tensor : ImmutableList.of(gamma, beta, mean, variance)) {
      if (tensor.size() != channels) {
        throw node.refuse(
            "parameters of dimensions " + tensor.dims() + " for " + channels + " channels",
            "one value per channel",
            "Export the model again.");
      }
    }
    IntToDoubleFunction scale = c -> gamma.real(c) / Math.sqrt(variance.real(c) + epsilon);
    for (int c = 0; c < channels; c++) {
      if (!Double.isFinite(scale.applyAsDouble(c))) {
        throw node.refuse(
            "variance " + variance.real(c) + " of channel " + c,
            "variances above -epsilon",
            "The model is damaged; train or export it again.");
      }
    }
    return new ChannelAffine(
        node.input(0), channels, scale, c -> beta.real(c) - mean.real(c) * scale.applyAsDouble(c));
  }

  private static IntToDoubleFunction perChannel(
      Node node, Stored constant, ImmutableList<Integer> dims) {
    if (constant.size() == 1) {
      return c -> constant.real(0);
    }
    // Broadcasting aligns the last axes.
    int channelAxis = constant.dims().size() - dims.size() + 1;
    boolean fits =
        channelAxis >= 0
            && constant.dims().size() <= dims.size()
            && constant.size() == dims.get(1)
            && constant.dims().get(channelAxis).equals(dims.get(1));
    if (!fits) {
      throw node.refuse(
          "a constant of dimensions " + constant.dims() + " for a map of " + dims,
          "one value, or one per channel",
          "Compute it in the host, or use a constant per channel.");
    }
    return constant::real;
  }

  /** Whether it adds nothing to any channel. */
  boolean isFactor() {
    for (int c = 0; c < channels; c++) {
      if (shift.applyAsDouble(c) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether it multiplies all channels by something positive and adds nothing. */
  boolean isPositiveFactor() {
    for (int c = 0; c < channels; c++) {
      if (scale.applyAsDouble(c) <= 0 || shift.applyAsDouble(c) != 0) {
        return false;
      }
    }
    return true;
  }
}
