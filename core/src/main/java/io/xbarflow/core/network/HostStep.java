package io.xbarflow.core.network;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * One step of what the host computes before an input's tensor or behind an output's, on arrays of
 * one image in C order. Axes count without the batch axis.
 *
 * <p>Source: ONNX operators of opset 13 of the same names; docs/adr/0050-host-work.md.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = HostStep.Table.class, name = "table"),
  @JsonSubTypes.Type(value = HostStep.Transpose.class, name = "transpose"),
  @JsonSubTypes.Type(value = HostStep.Reshape.class, name = "reshape"),
  @JsonSubTypes.Type(value = HostStep.Arithmetic.class, name = "arithmetic"),
  @JsonSubTypes.Type(value = HostStep.Softmax.class, name = "softmax"),
  @JsonSubTypes.Type(value = HostStep.QuantisedSoftmax.class, name = "quantisedSoftmax"),
  @JsonSubTypes.Type(value = HostStep.ArgExtreme.class, name = "argExtreme"),
  @JsonSubTypes.Type(value = HostStep.TopK.class, name = "topK"),
  @JsonSubTypes.Type(value = HostStep.Quantise.class, name = "quantise"),
  @JsonSubTypes.Type(value = HostStep.Dequantise.class, name = "dequantise"),
  @JsonSubTypes.Type(value = HostStep.Cast.class, name = "cast"),
})
public sealed interface HostStep {

  /**
   * Dimensions of what the step makes of {@code dims}.
   *
   * @throws IllegalArgumentException when it cannot be computed of them
   */
  ImmutableList<Integer> dims(ImmutableList<Integer> dims);

  /** Element type of what the step makes of {@code type}. */
  default ElementType type(ElementType type) {
    return type;
  }

  /** Dimensions behind {@code steps} of what has {@code dims} before them. */
  static ImmutableList<Integer> dims(List<HostStep> steps, ImmutableList<Integer> dims) {
    ImmutableList<Integer> behind = dims;
    for (HostStep step : steps) {
      behind = step.dims(behind);
    }
    return behind;
  }

  /** Element type behind {@code steps} of what has {@code type} before them. */
  static ElementType type(List<HostStep> steps, ElementType type) {
    ElementType behind = type;
    for (HostStep step : steps) {
      behind = step.type(behind);
    }
    return behind;
  }

  private static void checkAxis(int axis, ImmutableList<Integer> dims) {
    checkArgument(axis >= 0 && axis < dims.size(), "axis %s of %s", axis, dims);
  }

  private static ImmutableList<Integer> with(
      ImmutableList<Integer> dims, int axis, int extent, boolean kept) {
    checkAxis(axis, dims);
    List<Integer> other = new ArrayList<>(dims);
    if (kept) {
      other.set(axis, extent);
    } else {
      other.remove(axis);
    }
    return ImmutableList.copyOf(other);
  }

  /**
   * A float32 function of every quantised value, maybe another one in every channel; only as the
   * first step of an output.
   *
   * @param values of the values from the least to the greatest: 256, or 256 a channel
   */
  record Table(ImmutableList<Float> values) implements HostStep {
    /** Values of one function. */
    public static final int VALUES = 256;

    /** Checks that the functions are whole. */
    public Table {
      checkArgument(
          !values.isEmpty() && values.size() % VALUES == 0, "a table of %s values", values.size());
      checkArgument(values.stream().allMatch(value -> Float.isFinite(value)), "infinite values");
    }

    @Override
    public ImmutableList<Integer> dims(ImmutableList<Integer> dims) {
      return dims;
    }

    @Override
    public ElementType type(ElementType type) {
      return ElementType.FLOAT32;
    }
  }

  /**
   * Other order of the axes.
   *
   * @param permutation of every axis, which one it was
   */
  record Transpose(ImmutableList<Integer> permutation) implements HostStep {
    /** Checks that every axis is there once. */
    public Transpose {
      HashSet<Integer> axes = new HashSet<>(permutation);
      checkArgument(
          axes.size() == permutation.size()
              && permutation.stream().allMatch(axis -> axis >= 0 && axis < axes.size()),
          "permutation %s",
          permutation);
    }

    @Override
    public ImmutableList<Integer> dims(ImmutableList<Integer> dims) {
      checkArgument(dims.size() == permutation.size(), "permutation %s of %s", permutation, dims);
      return permutation.stream().map(dims::get).collect(ImmutableList.toImmutableList());
    }
  }

  /**
   * Other dimensions of the same values.
   *
   * @param shape the dimensions
   */
  record Reshape(ImmutableList<Integer> shape) implements HostStep {
    @Override
    public ImmutableList<Integer> dims(ImmutableList<Integer> dims) {
      checkArgument(size(dims) == size(shape), "%s for %s", shape, dims);
      return shape;
    }

    private static long size(ImmutableList<Integer> dims) {
      long size = 1;
      for (int dim : dims) {
        checkArgument(dim > 0 && size <= Integer.MAX_VALUE, "dimensions %s", dims);
        size *= dim;
      }
      return size;
    }
  }

  /** What {@link Arithmetic} computes of a value x and a constant c, in float32. */
  enum Operation {
    /** x + c. */
    ADD,
    /** x - c. */
    SUBTRACT,
    /** c - x. */
    SUBTRACT_FROM,
    /** x * c. */
    MULTIPLY,
    /** x / c. */
    DIVIDE,
    /** c / x. */
    DIVIDE_INTO,
    /** The lesser of both. */
    MIN,
    /** The greater of both. */
    MAX
  }

  /**
   * A float32 operation with constants.
   *
   * @param operation which one
   * @param constants one, or one for each position of {@code axis}
   * @param axis axis of several constants
   */
  record Arithmetic(Operation operation, ImmutableList<Float> constants, int axis)
      implements HostStep {
    /** Checks that the constants are finite. */
    public Arithmetic {
      checkArgument(
          !constants.isEmpty() && constants.stream().allMatch(value -> Float.isFinite(value)),
          "constants %s",
          constants);
      checkArgument(axis >= 0, "axis %s", axis);
    }

    @Override
    public ImmutableList<Integer> dims(ImmutableList<Integer> dims) {
      if (constants.size() > 1) {
        checkAxis(axis, dims);
        checkArgument(
            dims.get(axis) == constants.size(),
            "%s constants for axis %s of %s",
            constants.size(),
            axis,
            dims);
      }
      return dims;
    }
  }

  /**
   * Softmax or LogSoftmax.
   *
   * @param axis axis over which the exponentials are added
   * @param logarithm whether the result is its logarithm
   */
  record Softmax(int axis, boolean logarithm) implements HostStep {
    @Override
    public ImmutableList<Integer> dims(ImmutableList<Integer> dims) {
      checkAxis(axis, dims);
      return dims;
    }
  }

  /**
   * QLinearSoftmax of com.microsoft, of 8-bit integers.
   *
   * @param axis axis over which the exponentials are added
   * @param scale of the operand
   * @param to quantisation of the result
   */
  record QuantisedSoftmax(int axis, float scale, Quantisation to) implements HostStep {
    /** Checks the scale. */
    public QuantisedSoftmax {
      checkArgument(scale > 0 && Float.isFinite(scale), "scale %s", scale);
    }

    @Override
    public ImmutableList<Integer> dims(ImmutableList<Integer> dims) {
      checkAxis(axis, dims);
      return dims;
    }

    @Override
    public ElementType type(ElementType type) {
      return ElementType.of(to);
    }
  }

  /**
   * ArgMax or ArgMin.
   *
   * @param axis axis along which values are compared
   * @param kept whether the axis stays, with extent 1
   * @param greatest whether the greatest is looked for rather than the least
   * @param last which one of equal values is taken: the last rather than the first
   */
  record ArgExtreme(int axis, boolean kept, boolean greatest, boolean last) implements HostStep {
    @Override
    public ImmutableList<Integer> dims(ImmutableList<Integer> dims) {
      return with(dims, axis, 1, kept);
    }

    @Override
    public ElementType type(ElementType type) {
      return ElementType.INT64;
    }
  }

  /**
   * TopK, in order; of equal values the first comes first.
   *
   * @param count how many
   * @param axis axis along which values are compared
   * @param greatest whether the greatest are taken rather than the least
   * @param indices whether the result is where they are rather than what they are
   */
  record TopK(int count, int axis, boolean greatest, boolean indices) implements HostStep {
    @Override
    public ImmutableList<Integer> dims(ImmutableList<Integer> dims) {
      checkAxis(axis, dims);
      checkArgument(count > 0 && count <= dims.get(axis), "%s of axis %s of %s", count, axis, dims);
      return with(dims, axis, count, true);
    }

    @Override
    public ElementType type(ElementType type) {
      return indices ? ElementType.INT64 : type;
    }
  }

  /**
   * QuantizeLinear.
   *
   * @param quantisation scale, zero point and type
   */
  record Quantise(Quantisation quantisation) implements HostStep {
    @Override
    public ImmutableList<Integer> dims(ImmutableList<Integer> dims) {
      return dims;
    }

    @Override
    public ElementType type(ElementType type) {
      return ElementType.of(quantisation);
    }
  }

  /**
   * DequantizeLinear.
   *
   * @param quantisation scale and zero point
   */
  record Dequantise(Quantisation quantisation) implements HostStep {
    @Override
    public ImmutableList<Integer> dims(ImmutableList<Integer> dims) {
      return dims;
    }

    @Override
    public ElementType type(ElementType type) {
      return ElementType.FLOAT32;
    }
  }

  /**
   * Cast.
   *
   * @param to element type of the result
   */
  record Cast(ElementType to) implements HostStep {
    @Override
    public ImmutableList<Integer> dims(ImmutableList<Integer> dims) {
      return dims;
    }

    @Override
    public ElementType type(ElementType type) {
      return to;
    }
  }
}
