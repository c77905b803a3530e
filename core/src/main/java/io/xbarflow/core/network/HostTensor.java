package io.xbarflow.core.network;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;

/**
 * A graph input or output as the host sees it: which network tensor it is, its ONNX shape, and what
 * the host computes around the chip.
 *
 * @param name ONNX name of the graph input or output
 * @param tensor network tensor it stands for
 * @param shape ONNX shape of one image where the steps begin, without the batch axis: of the graph
 *     input, or of the output's tensor
 * @param channelsLast whether the order beside the tensor is rows, columns, channels rather than
 *     channels, rows, columns
 * @param floating whether the host side of the tensor is float32: the host quantises an input or
 *     dequantises an output with the tensor's quantisation
 * @param steps what the host computes before an input is quantised, or behind an output's tensor
 */
public record HostTensor(
    String name,
    String tensor,
    ImmutableList<Integer> shape,
    boolean channelsLast,
    boolean floating,
    ImmutableList<HostStep> steps) {
  /** Copies the shape; checks its extents and that the steps fit. */
  public HostTensor {
    shape = ImmutableList.copyOf(shape);
    checkArgument(!name.isEmpty(), "empty name");
    long values = 1;
    for (int extent : shape) {
      checkArgument(extent > 0, "shape %s", shape);
      values *= extent;
      checkArgument(values <= Integer.MAX_VALUE, "shape %s has more than 2^31 - 1 values", shape);
    }
    HostStep.dims(steps, shape);
    checkArgument(
        steps.stream().skip(1).noneMatch(HostStep.Table.class::isInstance)
            && (steps.isEmpty() || floating || !(steps.get(0) instanceof HostStep.Table)),
        "a table that is not the first step of a float tensor");
  }

  /** Without steps. */
  public HostTensor(
      String name,
      String tensor,
      ImmutableList<Integer> shape,
      boolean channelsLast,
      boolean floating) {
    this(name, tensor, shape, channelsLast, floating, ImmutableList.of());
  }

  /** ONNX shape of one image behind the steps, without the batch axis. */
  public ImmutableList<Integer> shapeBehind() {
    return HostStep.dims(steps, shape);
  }

  /** Whether the host only moves the values of the tensor. */
  public boolean onlyMoves() {
    return steps.stream()
        .allMatch(step -> step instanceof HostStep.Transpose || step instanceof HostStep.Reshape);
  }
}
