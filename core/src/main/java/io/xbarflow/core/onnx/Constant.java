package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import io.xbarflow.core.diagnostic.UserException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;

/**
 * A tensor stored in the file: initialiser, Constant node or tensor file. Raw 8-bit integers and
 * floats stay where the file's bytes are, since weights are by far the most of a file.
 */
final class Constant {
  private final String name;
  private final OnnxType type;
  private final String typeName;
  private final ImmutableList<Integer> dims;
  private final Values values;

  /**
   * The values; one of the three has them, by element type.
   *
   * @param bytes INT8 and UINT8
   * @param longs INT32 and INT64
   * @param floats FLOAT
   */
  private record Values(ByteBuffer bytes, long[] longs, FloatBuffer floats) {
    static final Values NONE = ofLongs(new long[0]);

    static Values ofBytes(ByteBuffer bytes) {
      return new Values(bytes, NO_LONGS, NO_FLOATS);
    }

    static Values ofLongs(long[] longs) {
      return new Values(NO_BYTES, longs, NO_FLOATS);
    }

    static Values ofFloats(FloatBuffer floats) {
      return new Values(NO_BYTES, NO_LONGS, floats);
    }

    int size() {
      return bytes.capacity() + longs.length + floats.capacity();
    }
  }

  /** Stands for an operand that a node leaves out. */
  static final Constant OMITTED =
      new Constant("", OnnxType.INT64, ImmutableList.of(0), Values.NONE);

  /** Bytes that an integer takes in a list. */
  static final int BOXED_BYTES = 24;

  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);
  private static final long[] NO_LONGS = {};
  private static final FloatBuffer NO_FLOATS = FloatBuffer.allocate(0);

  private Constant(String name, OnnxType type, ImmutableList<Integer> dims, Values values) {
    this.name = name;
    this.type = type;
    this.typeName = type.toString();
    this.dims = dims;
    this.values = values;
  }

  /** A tensor of element type {@code code}, whose values are not read. */
  private Constant(String name, int code, ImmutableList<Integer> dims) {
    this.name = name;
    this.type = OnnxType.OTHER;
    this.typeName = OnnxType.describe(code);
    this.dims = dims;
    this.values = Values.NONE;
  }

  /** A constant of int32 or int64 that the importer computed itself. */
  static Constant ofIntegers(
      String name, OnnxType type, ImmutableList<Integer> dims, long[] integers) {
    return new Constant(name, type, dims, Values.ofLongs(integers.clone()));
  }

  /** A constant of int8 or uint8 that the importer computed itself; it owns {@code bytes} now. */
  static Constant ofBytes(String name, OnnxType type, ImmutableList<Integer> dims, byte[] bytes) {
    return new Constant(name, type, dims, Values.ofBytes(ByteBuffer.wrap(bytes)));
  }

  /** Reads {@code proto}; {@code name} is what messages call it. */
  static Constant of(TensorProto proto, String name) {
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw Refusal.of(
          "tensor " + name,
          "its data is in another file (external data)",
          "data inside the ONNX file",
          "Save the model with save_as_external_data=False.");
    }
    Limits.atMost("tensor " + name, "axes", proto.getDimsCount(), Limits.RANK);
    ImmutableList.Builder<Integer> stated = ImmutableList.builder();
    for (long dim : proto.getDimsList()) {
      if (dim < 0) {
        throw malformed(name, "dimensions " + proto.getDimsList(), "no negative dimension");
      }
      stated.add(Limits.atMost("tensor " + name, "values", dim, Limits.STORED_VALUES));
    }
    ImmutableList<Integer> dims = stated.build();
    int size =
        Limits.atMost("tensor " + name, "values", Limits.product(dims), Limits.STORED_VALUES);
    OnnxType type = OnnxType.of(proto.getDataType());
    if (type == OnnxType.OTHER) {
      return new Constant(name, proto.getDataType(), dims);
    }
    if (!proto.hasRawData()) {
      return new Constant(name, type, dims, typed(proto, name, type, size));
    }
    if (proto.getRawData().size() != (long) size * type.bytes()) {
      throw malformed(
          name, proto.getRawData().size() + " bytes", size + " values of " + type + " in its data");
    }
    ByteBuffer raw =
        proto.getRawData().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    return new Constant(name, type, dims, raw(raw, type, size));
  }

  private static Values raw(ByteBuffer raw, OnnxType type, int size) {
    if (type == OnnxType.FLOAT) {
      return Values.ofFloats(raw.asFloatBuffer());
    }
    if (type.isQuantised()) {
      return Values.ofBytes(raw);
    }
    long[] longs = new long[size];
    for (int i = 0; i < size; i++) {
      longs[i] = type == OnnxType.INT32 ? raw.getInt(4 * i) : raw.getLong(8 * i);
    }
    return Values.ofLongs(longs);
  }

  private static Values typed(TensorProto proto, String name, OnnxType type, int size) {
    Values values =
        switch (type) {
          case FLOAT -> Values.ofFloats(FloatBuffer.wrap(Floats.toArray(proto.getFloatDataList())));
          case INT8, UINT8 ->
              Values.ofBytes(ByteBuffer.wrap(bytes(proto.getInt32DataList(), name, type)));
          case INT32 ->
              Values.ofLongs(
                  proto.getInt32DataList().stream().mapToLong(Integer::longValue).toArray());
          default ->
              Values.ofLongs(
                  proto.getInt64DataList().stream().mapToLong(Long::longValue).toArray());
        };
    if (values.size() != size) {
      throw malformed(name, values.size() + " values", size + " values of " + type);
    }
    return values;
  }

  private static byte[] bytes(List<Integer> integers, String name, OnnxType type) {
    byte[] bytes = new byte[integers.size()];
    for (int i = 0; i < bytes.length; i++) {
      int value = integers.get(i);
      bytes[i] = (byte) value;
      if (value != (type == OnnxType.INT8 ? bytes[i] : bytes[i] & 0xFF)) {
        throw malformed(name, "value " + value, "values of " + type);
      }
    }
    return bytes;
  }

  private static UserException malformed(String name, String found, String expected) {
    return Refusal.of(
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
    return (int) Limits.product(dims);
  }

  /** Value {@code index} of an integer tensor, whose type the caller has checked. */
  long integer(int index) {
    return switch (type) {
      case INT8 -> values.bytes().get(index);
      case UINT8 -> values.bytes().get(index) & 0xFF;
      default -> values.longs()[index];
    };
  }

  /** Value {@code index} of a float tensor. */
  float real(int index) {
    return values.floats().get(index);
  }

  /** Whether values {@code a} and {@code b} are the same. */
  boolean sameValue(int a, int b) {
    return type == OnnxType.FLOAT
        ? Float.floatToIntBits(real(a)) == Float.floatToIntBits(real(b))
        : integer(a) == integer(b);
  }

  /** A constant of reals that the importer computed itself. */
  static Constant ofReals(String name, ImmutableList<Integer> dims, float[] reals) {
    return new Constant(
        name, OnnxType.FLOAT, dims, Values.ofFloats(FloatBuffer.wrap(reals.clone())));
  }

  /** The integers of an integer tensor, in order; {@link Assembly#integers} checks first. */
  ImmutableList<Integer> asInts() {
    int count = values.bytes().capacity() + values.longs().length;
    ImmutableList.Builder<Integer> integers = ImmutableList.builderWithExpectedSize(count);
    for (int i = 0; i < count; i++) {
      integers.add(Ints.saturatedCast(integer(i)));
    }
    return integers.build();
  }

  /** What messages say about it: type and dimensions. */
  String describe() {
    return typeName + " " + dims + " '" + name + "'";
  }

  /** The same values, called {@code newName}. */
  Constant withName(String newName) {
    return type == OnnxType.OTHER ? this : new Constant(newName, type, dims, values);
  }

  /** The same values with other dimensions of the same product. */
  Constant withDims(ImmutableList<Integer> newDims) {
    return type == OnnxType.OTHER ? this : new Constant(name, type, newDims, values);
  }

  /** Value {@code index} of a tensor that is computed. */
  interface Reals {
    float at(int index);
  }

  /**
   * A tensor of {@code type} that the importer computes: {@code reals} gives the values when they
   * are float32, {@code integers} when they are integers, of which the lowest bits are kept.
   */
  static Constant computed(
      String name,
      OnnxType type,
      ImmutableList<Integer> dims,
      IntToLongFunction integers,
      Reals reals) {
    int size = (int) Limits.product(dims);
    if (type == OnnxType.FLOAT) {
      float[] floats = new float[size];
      for (int i = 0; i < size; i++) {
        floats[i] = reals.at(i);
      }
      return new Constant(name, type, dims, Values.ofFloats(FloatBuffer.wrap(floats)));
    }
    if (type.isQuantised()) {
      byte[] bytes = new byte[size];
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) integers.applyAsLong(i);
      }
      return ofBytes(name, type, dims, bytes);
    }
    long[] longs = new long[size];
    for (int i = 0; i < size; i++) {
      long value = integers.applyAsLong(i);
      longs[i] = type == OnnxType.INT32 ? (int) value : value;
    }
    return new Constant(name, type, dims, Values.ofLongs(longs));
  }

  /**
   * A tensor of {@code newDims} called {@code newName}: value {@code i} is value {@code from(i)}.
   */
  Constant select(String newName, ImmutableList<Integer> newDims, IntUnaryOperator from) {
    return computed(
        newName, type, newDims, i -> integer(from.applyAsInt(i)), i -> real(from.applyAsInt(i)));
  }

  /** The same values with axis {@code permutation[i]} as axis {@code i}, for {@code node}. */
  Constant transposed(Node node, Assembly assembly, ImmutableList<Integer> permutation) {
    if (type == OnnxType.OTHER) {
      throw node.refuse(
          describe(), "float32, int8, uint8, int32 or int64", "Store the tensor transposed.");
    }
    assembly.take(node.where(), size(), type.bytes() + permutation.size());
    int rank = dims.size();
    int[] strides = new int[rank];
    int stride = 1;
    for (int axis = rank - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dims.get(axis);
    }
    ImmutableList<Integer> newDims =
        permutation.stream().map(dims::get).collect(ImmutableList.toImmutableList());
    return select(
        name,
        newDims,
        i -> {
          int rest = i;
          int from = 0;
          for (int axis = rank - 1; axis >= 0; axis--) {
            from += rest % newDims.get(axis) * strides[permutation.get(axis)];
            rest /= newDims.get(axis);
          }
          return from;
        });
  }
}
