package io.xbarflow.core.tensor;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.Quantisation;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/**
 * Computes the steps of the host on arrays, in float32 as ONNX Runtime does; sums of Softmax in
 * double precision.
 *
 * <p>Source: ONNX operators of opset 13; docs/adr/0050-host-work.md.
 */
final class HostSteps {
  private HostSteps() {}

  /**
   * What {@code steps}, none of which is a table, make of {@code batch}.
   *
   * <p>Shape: [images, dimensions before the steps...].
   */
  static ImageBatch apply(List<HostStep> steps, ImageBatch batch) {
    ImageBatch result = batch;
    for (HostStep step : steps) {
      result = apply(step, result);
    }
    return result;
  }

  private static ImageBatch apply(HostStep step, ImageBatch batch) {
    ImmutableList<Integer> dims = batch.shape().subList(1, batch.shape().size());
    ImmutableList<Integer> shape =
        ImmutableList.<Integer>builder().add(batch.shape().get(0)).addAll(step.dims(dims)).build();
    ElementType type = step.type(batch.type());
    float[] values = batch.values();
    float[] result;
    if (step instanceof HostStep.Transpose transpose) {
      result = transposed(values, dims, transpose.permutation());
    } else if (step instanceof HostStep.Reshape) {
      result = values;
    } else if (step instanceof HostStep.Arithmetic arithmetic) {
      result = computed(values, dims, arithmetic);
    } else if (step instanceof HostStep.Softmax softmax) {
      int axis = softmax.axis();
      result =
          HostQuantisation.softmax(values, dims.get(axis), inner(dims, axis), softmax.logarithm());
    } else if (step instanceof HostStep.QuantisedSoftmax softmax) {
      int axis = softmax.axis();
      result =
          QuantisedSoftmax.of(
              values, dims.get(axis), inner(dims, axis), batch.type() == ElementType.INT8, softmax);
    } else if (step instanceof HostStep.ArgExtreme arg) {
      result = argExtreme(values, dims.get(arg.axis()), inner(dims, arg.axis()), arg);
    } else if (step instanceof HostStep.TopK top) {
      result = topK(values, dims.get(top.axis()), inner(dims, top.axis()), top);
    } else if (step instanceof HostStep.Quantise quantise) {
      Quantisation to = quantise.quantisation();
      result = each(values, value -> HostQuantisation.quantise(value, to));
    } else if (step instanceof HostStep.Dequantise dequantise) {
      Quantisation from = dequantise.quantisation();
      result = each(values, value -> HostQuantisation.dequantise((int) value, from));
    } else if (step instanceof HostStep.Cast cast) {
      result = each(values, value -> cast(value, cast.to()));
    } else {
      throw new IllegalArgumentException("step " + step + " on an array");
    }
    return ImageBatch.of(type, shape, result);
  }

  /** One float32 value of another. */
  private interface Function {
    float apply(float value);
  }

  private static float[] each(float[] values, Function function) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = function.apply(values[i]);
    }
    return result;
  }

  private static int inner(List<Integer> dims, int axis) {
    return dims.subList(axis + 1, dims.size()).stream().reduce(1, (a, b) -> a * b);
  }

  private static float[] transposed(
      float[] values, ImmutableList<Integer> dims, ImmutableList<Integer> permutation) {
    int size = dims.stream().reduce(1, (a, b) -> a * b);
    float[] result = new float[values.length];
    int[] position = new int[dims.size()]; // in the result
    for (int i = 0; i < size; i++) {
      int from = 0;
      for (int axis = 0; axis < position.length; axis++) {
        from += position[axis] * inner(dims, permutation.get(axis));
      }
      for (int image = 0; image < values.length; image += size) {
        result[image + i] = values[image + from];
      }
      for (int axis = position.length - 1; axis >= 0; axis--) {
        position[axis]++;
        if (position[axis] < dims.get(permutation.get(axis))) {
          break;
        }
        position[axis] = 0;
      }
    }
    return result;
  }

  private static float[] computed(
      float[] values, ImmutableList<Integer> dims, HostStep.Arithmetic arithmetic) {
    ImmutableList<Float> constants = arithmetic.constants();
    int inner = constants.size() == 1 ? 1 : inner(dims, arithmetic.axis());
    DoubleBinaryOperator operator = operator(arithmetic.operation());
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      // One operation in double precision, rounded to float32, is the float32 operation.
      result[i] =
          (float) operator.applyAsDouble(values[i], constants.get(i / inner % constants.size()));
    }
    return result;
  }

  private static DoubleBinaryOperator operator(HostStep.Operation operation) {
    return switch (operation) {
      case ADD -> (x, c) -> x + c;
      case SUBTRACT -> (x, c) -> x - c;
      case SUBTRACT_FROM -> (x, c) -> c - x;
      case MULTIPLY -> (x, c) -> x * c;
      case DIVIDE -> (x, c) -> x / c;
      case DIVIDE_INTO -> (x, c) -> c / x;
      case MIN -> Math::min;
      case MAX -> Math::max;
    };
  }

  private static float[] argExtreme(
      float[] values, int extent, int inner, HostStep.ArgExtreme step) {
    float[] result = new float[values.length / extent];
    for (int i = 0; i < result.length; i++) {
      int start = i / inner * inner * extent + i % inner;
      int best = 0;
      for (int at = 1; at < extent; at++) {
        int order = compare(values[start + at * inner], values[start + best * inner]);
        int wanted = step.greatest() ? order : -order;
        best = wanted > 0 || (wanted == 0 && step.last()) ? at : best;
      }
      result[i] = best;
    }
    return result;
  }

  /** Both zeros are equal. */
  private static int compare(float a, float b) {
    return a > b ? 1 : a < b ? -1 : 0;
  }

  private static float[] topK(float[] values, int extent, int inner, HostStep.TopK step) {
    float[] result = new float[values.length / extent * step.count()];
    for (int slice = 0; slice < values.length / extent; slice++) {
      int start = slice / inner * inner * extent + slice % inner;
      int to = slice / inner * inner * step.count() + slice % inner;
      Comparator<Integer> order =
          (a, b) -> compare(values[start + a * inner], values[start + b * inner]);
      ImmutableList<Integer> taken =
          IntStream.range(0, extent)
              .boxed()
              .sorted(step.greatest() ? order.reversed() : order)
              .limit(step.count())
              .collect(ImmutableList.toImmutableList());
      for (int i = 0; i < taken.size(); i++) {
        result[to + i * inner] =
            step.indices() ? taken.get(i) : values[start + taken.get(i) * inner];
      }
    }
    return result;
  }

  private static float cast(float value, ElementType to) {
    return switch (to) {
      case FLOAT32 -> value;
      case FLOAT16 -> ShortFloats.toHalf(value);
      case INT8 -> (byte) (long) value;
      case UINT8 -> (long) value & 0xFF;
      case INT32 -> (int) value;
      case INT64 -> (long) value;
    };
  }
}
