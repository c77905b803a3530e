package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.tensor.ImageBatch;
import java.nio.file.Path;

/** ONNX tensor files ({@code .pb}, a serialised TensorProto) of reals, int8 or uint8. */
public final class OnnxTensorFile {
  private OnnxTensorFile() {}

  /**
   * Reads {@code file}.
   *
   * @throws UserException when it is missing, damaged or of another element type
   */
  public static ImageBatch read(Path file) {
    Constant tensor;
    try {
      TensorProto proto = TensorProto.parseFrom(ModelFile.bytes(file));
      if (proto.getDataType() == 0) {
        throw refuse(file, "no tensor");
      }
      tensor = Constant.of(proto, file.toString());
    } catch (InvalidProtocolBufferException e) {
      throw refuse(file, "not a tensor file, or a truncated one");
    }
    switch (tensor.type()) {
      case FLOAT, FLOAT16, BFLOAT16 -> {
        float[] values = new float[tensor.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.real(i);
        }
        return ImageBatch.ofFloats(tensor.dims(), values);
      }
      case INT8, UINT8 -> {
        int[] values = new int[tensor.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (int) tensor.integer(i);
        }
        return ImageBatch.ofIntegers(tensor.type() == OnnxType.INT8, tensor.dims(), values);
      }
      default -> throw refuse(file, "element type " + tensor.type());
    }
  }

  private static UserException refuse(Path file, String found) {
    return UserException.badInput(
        file.toString(),
        found,
        "an ONNX TensorProto of float32, float16, int8 or uint8",
        "Save it again with onnx.numpy_helper.from_array.");
  }
}
