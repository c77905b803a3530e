package io.xbarflow.quantize.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Stored;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Stored tensors and attributes between files and records. */
final class Tensors {
  private Tensors() {}

  /** The tensor that {@code proto} stores; empty when its element type plays no part here. */
  static Optional<Stored> read(TensorProto proto) {
    return Arrays.stream(ElementType.values())
        .filter(type -> type.code() == proto.getDataType())
        .findFirst()
        .map(type -> read(proto, type));
  }

  private static Stored read(TensorProto proto, ElementType type) {
    List<Integer> dims = Stored.checkedDims("tensor " + proto.getName(), proto.getDimsList());
    long size = dims.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    ByteBuffer raw =
        proto.getRawData().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    boolean isRaw = proto.hasRawData();
    long found = isRaw ? raw.remaining() / type.bytes() : count(proto, type);
    if (found != size || (isRaw && raw.remaining() % type.bytes() != 0)) {
      throw UserException.badInput(
          "tensor " + proto.getName(),
          found + " values",
          size + " values for dimensions " + dims,
          "The file is damaged; export the model again.");
    }
    int count = Math.toIntExact(size);
    if (type == ElementType.FLOAT) {
      float[] reals = new float[count];
      if (isRaw) {
        raw.asFloatBuffer().get(reals);
      } else {
        reals = Floats.toArray(proto.getFloatDataList());
      }
      return Stored.ofReals(dims, reals);
    }
    long[] integers = new long[count];
    for (int i = 0; i < count; i++) {
      integers[i] =
          switch (type) {
            case INT64 -> isRaw ? raw.getLong(8 * i) : proto.getInt64Data(i);
            case INT32 -> isRaw ? raw.getInt(4 * i) : proto.getInt32Data(i);
            default -> isRaw ? raw.get(i) : proto.getInt32Data(i);
          };
    }
    if (!type.isQuantised()) {
      return Stored.ofIntegers(type, dims, integers);
    }
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) integers[i];
    }
    return Stored.ofBytes(type, dims, bytes);
  }

  private static long count(TensorProto proto, ElementType type) {
    return switch (type) {
      case FLOAT -> proto.getFloatDataCount();
      case INT64 -> proto.getInt64DataCount();
      default -> proto.getInt32DataCount();
    };
  }

  /** {@code tensor} under {@code name}. */
  static TensorProto write(String name, Stored tensor) {
    TensorProto.Builder proto =
        TensorProto.newBuilder().setName(name).setDataType(tensor.type().code());
    tensor.dims().forEach(proto::addDims);
    int size = tensor.size();
    ByteBuffer raw =
        ByteBuffer.allocate(Math.multiplyExact(size, tensor.type().bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      switch (tensor.type()) {
        case FLOAT -> raw.putFloat(tensor.real(i));
        case INT64 -> raw.putLong(tensor.integer(i));
        case INT32 -> raw.putInt((int) tensor.integer(i));
        default -> raw.put((byte) tensor.integer(i));
      }
    }
    return proto.setRawData(ByteString.copyFrom(raw.flip())).build();
  }

  /** What {@code attribute} holds; empty when no operator here has such an attribute. */
  static Optional<Object> attribute(AttributeProto attribute) {
    return switch (attribute.getType()) {
      case INT -> Optional.of(attribute.getI());
      case FLOAT -> Optional.of(attribute.getF());
      case STRING -> Optional.of(attribute.getS().toStringUtf8());
      case INTS -> Optional.of(ImmutableList.copyOf(attribute.getIntsList()));
      case FLOATS -> Optional.of(ImmutableList.copyOf(attribute.getFloatsList()));
      case TENSOR -> read(attribute.getT()).map(tensor -> (Object) tensor);
      default -> Optional.empty();
    };
  }

  /** The attribute {@code name} that holds {@code value}. */
  static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Long integer) {
      attribute.setType(AttributeProto.AttributeType.INT).setI(integer);
    } else if (value instanceof Float real) {
      attribute.setType(AttributeProto.AttributeType.FLOAT).setF(real);
    } else if (value instanceof String text) {
      attribute.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
    } else if (value instanceof Stored tensor) {
      attribute.setType(AttributeProto.AttributeType.TENSOR).setT(write("", tensor));
    } else if (value instanceof List<?> list && list.stream().allMatch(Float.class::isInstance)) {
      attribute.setType(AttributeProto.AttributeType.FLOATS);
      list.forEach(real -> attribute.addFloats((Float) real));
    } else if (value instanceof List<?> list) {
      attribute.setType(AttributeProto.AttributeType.INTS);
      attribute.addAllInts(
          Longs.asList(list.stream().mapToLong(i -> ((Long) i).longValue()).toArray()));
    } else {
      throw new IllegalArgumentException(name + " " + value);
    }
    return attribute.build();
  }
}
