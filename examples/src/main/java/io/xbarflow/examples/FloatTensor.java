package io.xbarflow.examples;

import static com.google.common.base.Preconditions.checkArgument;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.collect.ImmutableList;
import com.google.common.math.LongMath;
import com.google.common.primitives.ImmutableLongArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * A stored float tensor. One of equal values keeps only one of them, since the files that are read
 * here state hundreds of megabytes as shapes.
 *
 * @param dims extents
 * @param equal whether all values are equal
 * @param values values in row-major order
 */
record FloatTensor(ImmutableList<Integer> dims, boolean equal, IntToDoubleFunction values) {

  /** {@code value} in all places of a tensor of extents {@code dims}. */
  static FloatTensor filled(ImmutableLongArray dims, float value) {
    return new FloatTensor(
        dims.stream().mapToInt(Math::toIntExact).boxed().collect(ImmutableList.toImmutableList()),
        true,
        index -> value);
  }

  /** The tensor that {@code proto} stores. */
  static FloatTensor of(TensorProto proto) {
    List<Long> dims = proto.getDimsList();
    int size = Math.toIntExact(dims.stream().reduce(1L, LongMath::checkedMultiply));
    float[] values = new float[size];
    if (proto.hasRawData()) {
      ByteBuffer bytes = proto.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      checkArgument(
          bytes.remaining() == (long) Float.BYTES * size,
          "%s: %s bytes for %s values",
          proto.getName(),
          bytes.remaining(),
          size);
      bytes.asFloatBuffer().get(values);
    } else {
      checkArgument(
          proto.getFloatDataCount() == size,
          "%s: %s of %s values",
          proto.getName(),
          proto.getFloatDataCount(),
          size);
      for (int i = 0; i < size; i++) {
        values[i] = proto.getFloatData(i);
      }
    }
    boolean equal = true;
    for (float value : values) {
      equal &= value == values[0];
    }
    return new FloatTensor(
        dims.stream().map(Math::toIntExact).collect(ImmutableList.toImmutableList()),
        equal,
        index -> values[index]);
  }

  /** The same values in extents {@code target}, of which 0 keeps one and -1 takes what is left. */
  FloatTensor reshaped(ImmutableLongArray target) {
    ImmutableList.Builder<Integer> extents = ImmutableList.builder();
    int known = 1;
    for (int axis = 0; axis < target.length(); axis++) {
      long extent = target.get(axis);
      known *= extent < 0 ? 1 : extent == 0 ? dims.get(axis) : Math.toIntExact(extent);
    }
    for (int axis = 0; axis < target.length(); axis++) {
      long extent = target.get(axis);
      extents.add(
          extent < 0 ? size() / known : extent == 0 ? dims.get(axis) : Math.toIntExact(extent));
    }
    FloatTensor result = new FloatTensor(extents.build(), equal, values);
    checkArgument(result.size() == size(), "%s cannot have extents %s", dims, target);
    return result;
  }

  int size() {
    return dims.stream().reduce(1, Math::multiplyExact);
  }

  double get(int index) {
    return values.applyAsDouble(index);
  }
}
