package io.xbarflow.core.network;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * A graph input or output as the host sees it: which network tensor it is, its ONNX shape, and what
 * the host computes around the chip.
 *
 * @param name ONNX name of the graph input or output
 * @param tensor network tensor it stands for
 * @param shape ONNX shape of one image, without the batch axis
 * @param channelsLast whether the ONNX order is rows, columns, channels rather than channels, rows,
 *     columns
 * @param floating whether the host side is float32: the host quantises an input or dequantises an
 *     output with the tensor's quantisation
 * @param softmaxAxis for outputs: a Softmax the host computes last, over this axis of {@code shape}
 * @param sigmoid for outputs: whether the host computes a Sigmoid last
 */
public record HostTensor(
    String name,
    String tensor,
    ImmutableList<Integer> shape,
    boolean channelsLast,
    boolean floating,
    Optional<Integer> softmaxAxis,
    boolean sigmoid) {
  /** Copies the shape; checks its extents and the axis. */
  public HostTensor {
    shape = ImmutableList.copyOf(shape);
    checkArgument(!name.isEmpty(), "empty name");
    long values = 1;
    for (int extent : shape) {
      checkArgument(extent > 0, "shape %s", shape);
      values *= extent;
      checkArgument(values <= Integer.MAX_VALUE, "shape %s has more than 2^31 - 1 values", shape);
    }
    if (softmaxAxis.isPresent()) {
      int axis = softmaxAxis.get();
      checkArgument(axis >= 0 && axis < shape.size(), "softmax over axis %s of %s", axis, shape);
    }
  }

  /** Without Sigmoid. */
  public HostTensor(
      String name,
      String tensor,
      ImmutableList<Integer> shape,
      boolean channelsLast,
      boolean floating,
      Optional<Integer> softmaxAxis) {
    this(name, tensor, shape, channelsLast, floating, softmaxAxis, false);
  }

  /** The same output with a Sigmoid that the host computes last. */
  public HostTensor withSigmoid() {
    return new HostTensor(name, tensor, shape, channelsLast, floating, softmaxAxis, true);
  }
}
