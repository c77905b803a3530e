package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution whose weights do not fit int8 once their zero point is taken out, which is -255 to
 * 255: the input channels that need it are read twice, or three times for 255, and each weight is
 * the sum of those of the copies. The sums stay the same; such a layer takes more rows.
 *
 * @param input the map with the channels repeated
 * @param weights weights over these channels, by output channel, input channel and tap
 */
record WideWeights(Stream input, Int8Array weights) {

  /** A weight, by output channel and place among those of the output channel. */
  @FunctionalInterface
  interface Weights {
    int at(int output, int place);
  }

  /**
   * Splits {@code weights}, of which there are {@code taps} for each of the input channels of a
   * group.
   */
  static WideWeights split(
      Node node,
      Assembly assembly,
      Stream input,
      int groups,
      int outputs,
      int taps,
      Weights weights) {
    View view = input.view();
    int channels = view.shape().channels() / groups;
    List<List<Integer>> copies = new ArrayList<>();
    int most = 0;
    for (int group = 0; group < groups; group++) {
      List<Integer> extra = extra(outputs / groups, channels, taps, group, weights);
      copies.add(extra);
      most = Math.max(most, extra.size());
    }
    long total = (long) groups * (channels + most);
    Limits.map(node.where(), total, view.shape().height(), view.shape().width());
    assembly.take(node.where(), total, Constant.BOXED_BYTES);
    assembly.take(node.where(), (long) outputs * (channels + most), taps);
    ImmutableList.Builder<Integer> gathered = ImmutableList.builder();
    Int8Array.Builder parts = Int8Array.builder(outputs * (channels + most) * taps);
    for (int group = 0; group < groups; group++) {
      // Every group reads as many channels: those that it does not need have weights of 0.
      for (int i = 0; i < channels + most; i++) {
        gathered.add(group * channels + channel(copies.get(group), channels, i));
      }
      for (int output = 0; output < outputs / groups; output++) {
        int row = group * (outputs / groups) + output;
        addRow(parts, copies.get(group), channels, channels + most, taps, row, weights);
      }
    }
    Stream repeated =
        ChannelChoice.apply(
            assembly,
            node.name() + "_channels",
            input,
            View.ofMap(
                Limits.map(node.where(), total, view.shape().height(), view.shape().width()), 3),
            input.tensor() + "_repeated_for_" + node.name(),
            gathered.build(),
            0);
    return new WideWeights(repeated, parts.build());
  }

  /** The channels of a group that are read again, each as often as its weights need it. */
  private static List<Integer> extra(
      int outputs, int channels, int taps, int group, Weights weights) {
    List<Integer> extra = new ArrayList<>();
    for (int channel = 0; channel < channels; channel++) {
      int parts = 1;
      for (int output = 0; output < outputs; output++) {
        for (int tap = 0; tap < taps; tap++) {
          parts =
              Math.max(parts, parts(weights.at(group * outputs + output, channel * taps + tap)));
        }
      }
      for (int part = 1; part < parts; part++) {
        extra.add(channel);
      }
    }
    return extra;
  }

  private static int parts(int weight) {
    int parts = 1;
    for (int rest = weight; rest != int8(rest); rest -= int8(rest)) {
      parts++;
    }
    return parts;
  }

  private static int int8(int value) {
    return Ints.constrainToRange(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
  }

  private static int channel(List<Integer> extra, int channels, int index) {
    return index < channels
        ? index
        : index - channels < extra.size() ? extra.get(index - channels) : 0;
  }

  private static void addRow(
      Int8Array.Builder parts,
      List<Integer> extra,
      int channels,
      int count,
      int taps,
      int output,
      Weights weights) {
    for (int i = 0; i < count; i++) {
      int copy = i - channels;
      boolean unused = copy >= extra.size();
      int channel = channel(extra, channels, i);
      boolean second = copy >= 1 && !unused && extra.get(copy - 1).equals(extra.get(copy));
      for (int tap = 0; tap < taps; tap++) {
        int rest = unused ? 0 : weights.at(output, channel * taps + tap);
        if (copy >= 0) {
          rest -= int8(rest);
        }
        if (second) {
          rest -= int8(rest);
        }
        parts.add((byte) int8(rest));
      }
    }
  }
}
