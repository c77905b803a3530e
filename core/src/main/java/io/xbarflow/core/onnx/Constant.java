package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.tensor.ShortFloats;
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
   * The values; one of the four has them, by element type.
   *
   * @param bytes INT8, UINT8, INT4 and UINT4
   * @param longs INT32 and INT64
   * @param floats FLOAT, FLOAT16 and BFLOAT16
   * @param doubles DOUBLE
   */
  private record Values(ByteBuffer bytes, long[] longs, FloatBuffer floats, double[] doubles) {
    static final Values NONE = ofLongs(new long[0]);

    static Values ofBytes(ByteBuffer bytes) {
      return new Values(bytes, NO_LONGS, NO_FLOATS, NO_DOUBLES);
    }

    static Values ofLongs(long[] longs) {
      return new Values(NO_BYTES, longs, NO_FLOATS, NO_DOUBLES);
    }

    static Values ofFloats(FloatBuffer floats) {
      return new Values(NO_BYTES, NO_LONGS, floats, NO_DOUBLES);
    }

    static Values ofDoubles(double[] doubles) {
      return new Values(NO_BYTES, NO_LONGS, NO_FLOATS, doubles);
    }

    int size() {
      return bytes.capacity() + longs.length + floats.capacity() + doubles.length;
    }
  }

  /** Stands for an operand that a node leaves out. */
  static final Constant OMITTED =
      new Constant("", OnnxType.INT64, ImmutableList.of(0), Values.NONE);

  /** Bytes that an integer takes in a list. */
  static final int BOXED_BYTES = 24;

  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);
  private static final long[] NO_LONGS = {};
  private static final double[] NO_DOUBLES = {};
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
    if (proto.getRawData().size() != type.rawBytes(size)) {
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
    if (type.isNibble()) {
      return Values.ofBytes(nibbles(type, size, raw::get));
    }
    if (type == OnnxType.DOUBLE) {
      double[] doubles = new double[size];
      raw.asDoubleBuffer().get(doubles);
      return Values.ofDoubles(doubles);
    }
    if (type.isReal()) {
      return shorts(type, size, i -> raw.getShort(2 * i));
    }
    long[] longs = new long[size];
    for (int i = 0; i < size; i++) {
      longs[i] = type == OnnxType.INT32 ? raw.getInt(4 * i) : raw.getLong(8 * i);
    }
    return Values.ofLongs(longs);
  }

  /** {@code size} reals of 16 bits each; {@code bits} gives those of one. */
  private static Values shorts(OnnxType type, int size, IntUnaryOperator bits) {
    float[] reals = new float[size];
    for (int i = 0; i < size; i++) {
      int one = bits.applyAsInt(i);
      reals[i] = type == OnnxType.FLOAT16 ? ShortFloats.ofHalf(one) : ShortFloats.ofBrain(one);
    }
    return Values.ofFloats(FloatBuffer.wrap(reals));
  }

  /** {@code size} 4-bit integers, two in each of {@code packed}, the one in the low bits first. */
  private static ByteBuffer nibbles(OnnxType type, int size, IntUnaryOperator packed) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = kept(type, packed.applyAsInt(i / 2) >> (i % 2 * 4));
    }
    return ByteBuffer.wrap(bytes);
  }

  /** The lowest bits of {@code value}, as many as {@code type}, which is kept in bytes, has. */
  private static byte kept(OnnxType type, long value) {
    return (byte)
        (type == OnnxType.INT4
            ? ((value & 0xF) ^ 0x8) - 0x8
            : type == OnnxType.UINT4 ? value & 0xF : value);
  }

  private static Values typed(TensorProto proto, String name, OnnxType type, int size) {
    Values values =
        switch (type) {
          case FLOAT -> Values.ofFloats(FloatBuffer.wrap(Floats.toArray(proto.getFloatDataList())));
          case INT8, UINT8 ->
              Values.ofBytes(ByteBuffer.wrap(bytes(proto.getInt32DataList(), name, type)));
          case FLOAT16, BFLOAT16 -> shorts(type, proto.getInt32DataCount(), proto::getInt32Data);
          case DOUBLE -> Values.ofDoubles(Doubles.toArray(proto.getDoubleDataList()));
          case INT4, UINT4 -> {
            int stated = proto.getInt32DataCount();
            yield Values.ofBytes(
                nibbles(type, stated == (size + 1) / 2 ? size : 2 * stated, proto::getInt32Data));
          }
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

  /** What messages call its type. */
  String typeName() {
    return typeName;
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
      case INT8, INT4 -> values.bytes().get(index);
      case UINT8, UINT4 -> values.bytes().get(index) & 0xFF;
      default -> values.longs()[index];
    };
  }

  /** Value {@code index} of a tensor of reals; of float64 the nearest float32. */
  float real(int index) {
    return type == OnnxType.DOUBLE ? (float) values.doubles()[index] : values.floats().get(index);
  }

  /** Value {@code index} of a tensor of reals. */
  double exact(int index) {
    return type == OnnxType.DOUBLE ? values.doubles()[index] : values.floats().get(index);
  }

  /** The same values as 8-bit integers when they are 4-bit ones; the tensor itself otherwise. */
  Constant widened() {
    return type.isNibble() ? new Constant(name, type.widened(), dims, values) : this;
  }

  /** Whether values {@code a} and {@code b} are the same. */
  boolean sameValue(int a, int b) {
    return type.isReal()
        ? Double.doubleToLongBits(exact(a)) == Double.doubleToLongBits(exact(b))
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
   * A tensor of {@code type}, which is not float64, that the importer computes: {@code reals} gives
   * the values when they are reals, which are rounded to the type, {@code integers} when they are
   * integers, of which the lowest bits are kept.
   */
  static Constant computed(
      String name,
      OnnxType type,
      ImmutableList<Integer> dims,
      IntToLongFunction integers,
      Reals reals) {
    int size = (int) Limits.product(dims);
    if (type.isReal()) {
      float[] floats = new float[size];
      for (int i = 0; i < size; i++) {
        floats[i] = type.nearest(reals.at(i));
      }
      return new Constant(name, type, dims, Values.ofFloats(FloatBuffer.wrap(floats)));
    }
    if (type.isInBytes()) {
      byte[] bytes = new byte[size];
      for (int i = 0; i < size; i++) {
        bytes[i] = kept(type, integers.applyAsLong(i));
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
    if (type == OnnxType.DOUBLE) {
      double[] doubles = new double[(int) Limits.product(newDims)];
      for (int i = 0; i < doubles.length; i++) {
        doubles[i] = exact(from.applyAsInt(i));
      }
      return new Constant(newName, type, newDims, Values.ofDoubles(doubles));
    }
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
