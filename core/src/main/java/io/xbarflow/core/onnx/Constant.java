package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import io.xbarflow.core.diagnostic.UserException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A tensor stored in the file: initialiser, Constant node or tensor file. */
final class Constant {
  private final String name;
  private final OnnxType type;
  private final ImmutableList<Integer> dims;
  private final long[] integers;
  private final float[] floats;

  private Constant(
      String name, OnnxType type, ImmutableList<Integer> dims, long[] integers, float[] floats) {
    this.name = name;
    this.type = type;
    this.dims = dims;
    this.integers = integers;
    this.floats = floats;
  }

  /** A constant of integers that the importer computed itself. */
  static Constant ofIntegers(
      String name, OnnxType type, ImmutableList<Integer> dims, long[] integers) {
    return new Constant(name, type, dims, integers.clone(), new float[0]);
  }

  /** Reads {@code proto}; {@code name} is what messages call it. */
  static Constant of(TensorProto proto, String name) {
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw UserException.badInput(
          "tensor " + name,
          "its data is in another file (external data)",
          "data inside the ONNX file",
          "Save the model with save_as_external_data=False.");
    }
    long count = 1;
    ImmutableList.Builder<Integer> dims = ImmutableList.builder();
    for (long dim : proto.getDimsList()) {
      count = dim < 0 || dim > Integer.MAX_VALUE ? Long.MAX_VALUE : count * dim;
      if (count < 0 || count > Integer.MAX_VALUE) {
        throw malformed(name, "dimensions " + proto.getDimsList(), "fewer than 2^31 values");
      }
      dims.add(Ints.checkedCast(dim));
    }
    OnnxType type = OnnxType.of(proto.getDataType());
    int size = Ints.checkedCast(count);
    if (type == OnnxType.OTHER) {
      return new Constant(name, type, dims.build(), new long[0], new float[0]);
    }
    if (!proto.hasRawData()) {
      return typed(proto, name, type, dims.build(), size);
    }
    if (proto.getRawData().size() != count * type.bytes()) {
      throw malformed(
          name, proto.getRawData().size() + " bytes", size + " values of " + type + " in its data");
    }
    ByteBuffer raw = proto.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (type == OnnxType.FLOAT) {
      float[] floats = new float[size];
      raw.asFloatBuffer().get(floats);
      return new Constant(name, type, dims.build(), new long[0], floats);
    }
    long[] integers = new long[size];
    for (int i = 0; i < size; i++) {
      integers[i] =
          switch (type) {
            case INT8 -> raw.get(i);
            case UINT8 -> raw.get(i) & 0xFF;
            case INT32 -> raw.getInt(4 * i);
            default -> raw.getLong(8 * i);
          };
    }
    return new Constant(name, type, dims.build(), integers, new float[0]);
  }

  private static Constant typed(
      TensorProto proto, String name, OnnxType type, ImmutableList<Integer> dims, int size) {
    float[] floats =
        type == OnnxType.FLOAT ? Floats.toArray(proto.getFloatDataList()) : new float[0];
    long[] integers =
        switch (type) {
          case INT8, UINT8, INT32 ->
              proto.getInt32DataList().stream().mapToLong(Integer::longValue).toArray();
          case INT64 -> proto.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
          default -> new long[0];
        };
    if (floats.length + integers.length != size) {
      throw malformed(
          name, (floats.length + integers.length) + " values", size + " values of " + type);
    }
    for (long value : integers) {
      boolean fits =
          switch (type) {
            case INT8 -> value >= Byte.MIN_VALUE && value <= Byte.MAX_VALUE;
            case UINT8 -> value >= 0 && value <= 255;
            default -> true;
          };
      if (!fits) {
        throw malformed(name, "value " + value, "values of " + type);
      }
    }
    return new Constant(name, type, dims, integers, floats);
  }

  private static UserException malformed(String name, String found, String expected) {
    return UserException.badInput(
        "tensor " + name, found, expected, "The file is damaged; export the model again.");
  }

  String name() {
    return name;
  }

  OnnxType type() {
    return type;
  }

  ImmutableList<Integer> dims() {
    return dims;
  }

  int size() {
    return dims.stream().reduce(1, (a, b) -> a * b);
  }

  /** Value {@code index} of an integer tensor. */
  long integer(int index) {
    return integers[index];
  }

  /** Value {@code index} of a float tensor. */
  float real(int index) {
    return floats[index];
  }

  /** Whether values {@code a} and {@code b} are the same. */
  boolean sameValue(int a, int b) {
    return type == OnnxType.FLOAT
        ? Float.floatToIntBits(floats[a]) == Float.floatToIntBits(floats[b])
        : integers[a] == integers[b];
  }

  /** A constant of reals that the importer computed itself. */
  static Constant ofReals(String name, ImmutableList<Integer> dims, float[] reals) {
    return new Constant(name, OnnxType.FLOAT, dims, new long[0], reals.clone());
  }

  /** The integers, in order. */
  ImmutableList<Integer> asInts() {
    ImmutableList.Builder<Integer> values = ImmutableList.builder();
    for (long value : integers) {
      values.add(Ints.saturatedCast(value));
    }
    return values.build();
  }

  /** What messages say about it: type and dimensions. */
  String describe() {
    return type + " " + dims + " '" + name + "'";
  }

  /** The same values with other dimensions of the same product. */
  Constant withDims(ImmutableList<Integer> newDims) {
    return new Constant(name, type, newDims, integers, floats);
  }

  /** The same values with axis {@code permutation[i]} as axis {@code i}. */
  Constant transposed(ImmutableList<Integer> permutation) {
    int rank = dims.size();
    int[] strides = new int[rank];
    int stride = 1;
    for (int axis = rank - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dims.get(axis);
    }
    ImmutableList<Integer> newDims =
        permutation.stream().map(dims::get).collect(ImmutableList.toImmutableList());
    long[] ints = new long[integers.length];
    float[] reals = new float[floats.length];
    for (int i = 0; i < size(); i++) {
      int rest = i;
      int from = 0;
      for (int axis = rank - 1; axis >= 0; axis--) {
        from += rest % newDims.get(axis) * strides[permutation.get(axis)];
        rest /= newDims.get(axis);
      }
      if (type == OnnxType.FLOAT) {
        reals[i] = floats[from];
      } else {
        ints[i] = integers[from];
      }
    }
    return new Constant(name, type, newDims, ints, reals);
  }
}
