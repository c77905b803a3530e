package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.math.LongMath;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import java.util.Arrays;
import java.util.Collections;

/**
 * Stored weights with a scale for every block of values along an axis. Where the scales of an
 * output channel are whole multiples of one scale, and the weights times these multiples fit int8,
 * they are weights with one scale per output channel; the product is exact.
 *
 * <p>Source: ONNX DequantizeLinear, opset 21, attribute block_size.
 */
final class BlockedWeights {
  /** Scales that differ by more than this many bits are no multiples below 256 of one another. */
  private static final int MOST_SHIFT = 24;

  private static final int FRACTION_BITS = 23;

  private final Node node;
  private final Constant values;
  private final Constant scales;
  private final Constant zeros;
  private final int axis;
  private final int blockSize;

  private BlockedWeights(
      Node node, Constant values, Constant scales, Constant zeros, int axis, int blockSize) {
    this.node = node;
    this.values = values;
    this.scales = scales;
    this.zeros = zeros;
    this.axis = axis;
    this.blockSize = blockSize;
  }

  /** Whether {@code node} states a block size. */
  static boolean isStated(Node node) {
    return node.intAttribute("block_size", 0) != 0;
  }

  /** {@code values} with one scale for each output channel, for DequantizeLinear {@code node}. */
  static QuantisedConstant of(Node node, Assembly assembly, Constant values) {
    if (!values.type().isQuantised()) {
      throw node.refuse(
          "block_size of " + values.describe(),
          "blocks of 8-bit or 4-bit weights",
          "Quantise biases per output channel.");
    }
    int rank = values.dims().size();
    int axis = node.axis(node.intAttribute("axis", 1), rank);
    int blockSize = node.intAttribute("block_size", 0);
    Constant scales = QuantisationParameters.reals(assembly, node, 1);
    Constant zeros = node.hasInput(2) ? assembly.constant(node, 2).widened() : Constant.OMITTED;
    boolean sound = blockSize > 0 && scales.dims().size() == rank;
    for (int i = 0; sound && i < rank; i++) {
      int extent = values.dims().get(i);
      int blocks = i == axis ? (int) (((long) extent + blockSize - 1) / blockSize) : extent;
      sound = scales.dims().get(i) == blocks;
    }
    if (node.hasInput(2)) {
      sound &= zeros.dims().equals(scales.dims()) && zeros.type() == values.type();
    }
    if (!sound) {
      throw node.refuse(
          "block_size "
              + blockSize
              + " with scales "
              + scales.describe()
              + " for "
              + values.describe(),
          "a scale, and a zero point if any, for each block along axis " + axis,
          "Export the model again.");
    }
    assembly.take(node.where(), values.size(), 2 * Integer.BYTES + Byte.BYTES);
    return new BlockedWeights(node, values, scales, zeros, axis, blockSize)
        .byChannel(assembly, outputAxis(node, assembly, rank, axis));
  }

  /** The axis of the output channels, as the reader has it. */
  private static int outputAxis(Node node, Assembly assembly, int rank, int axis) {
    for (Node reader : assembly.graph().readers().get(node.output())) {
      switch (reader.opType()) {
        case "Conv" -> {
          return 0;
        }
        case "MatMul" -> {
          return rank - 1;
        }
        case "Gemm" -> {
          return reader.intAttribute("transB", 0) != 0 ? 0 : rank - 1;
        }
        default -> {}
      }
    }
    return axis == 0 ? rank - 1 : 0;
  }

  private QuantisedConstant byChannel(Assembly assembly, int outputAxis) {
    ImmutableList<Integer> dims = values.dims();
    int outputs = dims.get(outputAxis);
    Limits.atMost(node.where(), "output channels", outputs, Limits.CHANNELS);
    assembly.take(node.where(), outputs, 3 * Constant.BOXED_BYTES);
    int behind = (int) Limits.product(dims.subList(outputAxis + 1, dims.size()));
    int[] block = blocks();
    long[] base = new long[outputs];
    int[] exponent = new int[outputs];
    Arrays.fill(exponent, Integer.MAX_VALUE);
    for (int i = 0; i < block.length; i++) {
      if (difference(i, block[i]) != 0) {
        int output = i / behind % outputs;
        exponent[output] = Math.min(exponent[output], exponent(scale(block[i])));
      }
    }
    for (int i = 0; i < block.length; i++) {
      if (difference(i, block[i]) != 0) {
        int output = i / behind % outputs;
        base[output] =
            LongMath.gcd(base[output], multiple(scale(block[i]), exponent[output], output));
      }
    }
    byte[] weights = new byte[block.length];
    for (int i = 0; i < weights.length; i++) {
      long difference = difference(i, block[i]);
      if (difference != 0) {
        int output = i / behind % outputs;
        long weight =
            difference * (multiple(scale(block[i]), exponent[output], output) / base[output]);
        if (weight < Byte.MIN_VALUE || weight > Byte.MAX_VALUE) {
          throw inexact(output);
        }
        weights[i] = (byte) weight;
      }
    }
    ImmutableList.Builder<Float> channelScales = ImmutableList.builder();
    for (int output = 0; output < outputs; output++) {
      // An output channel without weights has any scale.
      channelScales.add(
          base[output] == 0
              ? scale(0)
              : (float) Math.scalb((double) base[output], exponent[output] - FRACTION_BITS));
    }
    return new QuantisedConstant(
        Constant.ofBytes(values.name(), OnnxType.INT8, dims, weights),
        channelScales.build(),
        ImmutableList.copyOf(Collections.nCopies(outputs, 0)),
        outputAxis);
  }

  /** The block of every value. */
  private int[] blocks() {
    ImmutableList<Integer> dims = values.dims();
    int inner = (int) Limits.product(dims.subList(axis + 1, dims.size()));
    int extent = dims.get(axis);
    int blocks = scales.dims().get(axis);
    int[] block = new int[values.size()];
    for (int i = 0; i < block.length; i++) {
      int along = i / inner % extent / blockSize;
      block[i] = (i / inner / extent * blocks + along) * inner + i % inner;
    }
    return block;
  }

  private long difference(int index, int block) {
    return values.integer(index) - (zeros == Constant.OMITTED ? 0 : zeros.integer(block));
  }

  private float scale(int block) {
    float scale = scales.real(block);
    QuantisationParameters.requirePositive(node, scales, scale);
    return scale;
  }

  private static int exponent(float scale) {
    return Math.max(Math.getExponent(scale), Float.MIN_EXPONENT);
  }

  /** {@code scale} in units of the last bit of a float32 of exponent {@code least}. */
  private long multiple(float scale, int least, int output) {
    int shift = exponent(scale) - least;
    if (shift > MOST_SHIFT) {
      throw inexact(output);
    }
    return (long) Math.scalb((double) scale, FRACTION_BITS - least);
  }

  private UserException inexact(int output) {
    return node.refuse(
        "block_size "
            + blockSize
            + " in '"
            + values.name()
            + "', where the scales of output channel "
            + output
            + " are no whole multiples of one scale with weights that fit int8",
        "weights that are int8 with one scale per output channel",
        "Quantise the weights per output channel, without blocks.");
  }
}
