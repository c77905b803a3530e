package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.Optional;

/**
 * A stored operand that broadcasts over a feature map with one value a channel.
 *
 * @param constant the stored tensor
 * @param indices of every channel the index of its value in {@code constant}
 * @param alongPixels whether the tensor repeats the values along rows or columns
 */
record ChannelConstants(Constant constant, ImmutableList<Integer> indices, boolean alongPixels) {

  /**
   * {@code constant} over a map of {@code view}; empty when a channel has several values, or when
   * the broadcast makes the map larger.
   */
  static Optional<ChannelConstants> of(Node node, Assembly assembly, View view, Constant constant) {
    int channels = view.shape().channels();
    assembly.take(node.where(), channels, Constant.BOXED_BYTES);
    assembly.take(node.where(), constant.size(), Float.BYTES);
    int[] first = new int[channels];
    ImmutableList<Integer> dims = constant.dims();
    int rank = view.dims().size();
    // More axes than the map has with its batch would give the result these axes too.
    if (constant.size() == 0 || dims.size() > rank + 1) {
      return Optional.empty();
    }
    if (constant.size() == 1) {
      return Optional.of(new ChannelConstants(constant, asList(first), false));
    }
    int channelStride = 0; // 0: the same value for all channels
    int channelExtent = 1;
    boolean alongPixels = false;
    int stride = 1;
    for (int fromEnd = 1; fromEnd <= dims.size(); fromEnd++) {
      int extent = dims.get(dims.size() - fromEnd);
      int dimension = rank - fromEnd;
      if (extent == 1) {
        continue;
      }
      if (dimension < 0
          || extent != view.dims().get(dimension)
          || view.axis(dimension) == View.Axis.SEVERAL) {
        return Optional.empty();
      }
      if (view.axis(dimension) == View.Axis.CHANNELS) {
        channelStride = stride;
        channelExtent = extent;
      } else {
        alongPixels = true;
      }
      stride *= extent;
    }
    for (int i = constant.size() - 1; i >= 0; i--) {
      int channel = channelStride == 0 ? 0 : i / channelStride % channelExtent;
      int known = channel * channelStride;
      if (!constant.sameValue(i, known)) {
        return Optional.empty();
      }
    }
    for (int channel = 0; channel < channels; channel++) {
      first[channel] = channel * channelStride;
    }
    return Optional.of(new ChannelConstants(constant, asList(first), alongPixels));
  }

  private static ImmutableList<Integer> asList(int[] values) {
    return Arrays.stream(values).boxed().collect(ImmutableList.toImmutableList());
  }

  /** The integers of an integer tensor, one per channel. */
  ImmutableList<Integer> integers() {
    return indices.stream()
        .map(index -> (int) constant.integer(index))
        .collect(ImmutableList.toImmutableList());
  }

  /** The values as reals, one per channel, or one when they are the same. */
  float[] reals() {
    boolean one = indices.stream().distinct().count() == 1;
    float[] reals = new float[one ? 1 : indices.size()];
    for (int i = 0; i < reals.length; i++) {
      int index = indices.get(i);
      reals[i] = constant.type().isReal() ? constant.real(index) : constant.integer(index);
    }
    return reals;
  }
}
