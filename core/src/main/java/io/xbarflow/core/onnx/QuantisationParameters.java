package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import java.util.Collections;

/** Reads scale and zero point operands. */
final class QuantisationParameters {
  private QuantisationParameters() {}

  /**
   * The quantisation of a feature map from operands {@code scale} and {@code zeroPoint} of {@code
   * node}; without a zero point it is 0 and int8 or not as {@code signedIfAbsent} says.
   */
  static Quantisation ofMap(
      Assembly assembly, Node node, int scale, int zeroPoint, boolean signedIfAbsent) {
    Constant scales = scales(assembly, node, scale);
    if (scales.size() != 1) {
      throw node.refuse(
          "one scale per channel for a feature map (" + scales.describe() + ")",
          "one scale and zero point for the whole feature map",
          "Quantise activations per tensor; only weights may be per channel.");
    }
    float value = scales.real(0);
    requirePositive(node, scales, value);
    if (!node.hasInput(zeroPoint)) {
      return new Quantisation(value, 0, signedIfAbsent);
    }
    Constant zero = assembly.constant(node, zeroPoint);
    if (!zero.type().isQuantised() || zero.size() != 1) {
      throw zero.size() == 1
          ? otherActivations(node, zero.typeName())
          : node.refuse(
              "zero point " + zero.describe(),
              "one int8 or uint8 zero point",
              "Quantise activations per tensor.");
    }
    return new Quantisation(value, (int) zero.integer(0), zero.type() == OnnxType.INT8);
  }

  /** Refuses a feature map of {@code type}, which is not one of 8 bits. */
  static UserException otherActivations(Node node, String type) {
    return node.refuse(
        type + " activations",
        "int8 or uint8 activations, which is what rows of the macros and links carry",
        "Quantise activations to 8 bits: activation_type=QInt8 or QUInt8 in"
            + " onnxruntime.quantization, or xbarflow quantize with the float model.");
  }

  /** {@code values} with the meaning that operands {@code scale} and {@code zeroPoint} give. */
  static QuantisedConstant ofConstant(
      Assembly assembly, Node node, Constant values, int scale, int zeroPoint, int axis) {
    Constant scaleTensor = scales(assembly, node, scale);
    if (!values.type().isInteger()) {
      throw node.refuse(
          "values " + values.describe(), "int8, uint8 or int32", "Quantise to 8 bits.");
    }
    Limits.atMost(node.where(), "scales", scaleTensor.size(), Limits.CHANNELS);
    assembly.take(node.where(), scaleTensor.size(), 3 * Constant.BOXED_BYTES);
    ImmutableList.Builder<Float> scales = ImmutableList.builder();
    for (int i = 0; i < scaleTensor.size(); i++) {
      requirePositive(node, scaleTensor, scaleTensor.real(i));
      scales.add(scaleTensor.real(i));
    }
    int count = scaleTensor.size();
    ImmutableList<Integer> zeros = ImmutableList.copyOf(Collections.nCopies(count, 0));
    if (node.hasInput(zeroPoint)) {
      Constant zeroTensor = assembly.constant(node, zeroPoint).widened();
      if (zeroTensor.type() != values.type() || (zeroTensor.size() != count)) {
        throw node.refuse(
            "zero point " + zeroTensor.describe() + " for " + values.describe(),
            count + " of type " + values.type(),
            "Export the model again.");
      }
      zeros = zeroTensor.asInts();
    }
    int rank = values.dims().size();
    // A list has only one axis, whatever the attribute's default says.
    int positive = rank == 1 ? 0 : axis < 0 ? axis + rank : axis;
    if (count > 1 && (positive < 0 || positive >= rank || values.dims().get(positive) != count)) {
      throw node.refuse(
          count + " scales along axis " + axis + " of " + values.describe(),
          "one scale, or one per slice of that axis",
          "Quantise per tensor, or per output channel.");
    }
    return new QuantisedConstant(values, scales.build(), zeros, count == 1 ? 0 : positive);
  }

  private static Constant scales(Assembly assembly, Node node, int index) {
    Constant scales = reals(assembly, node, index);
    if (scales.dims().size() > 1) {
      throw node.refuse(
          "scale " + scales.describe(),
          "a float32 scale, or a list of them",
          "Quantise per tensor, or weights per output channel.");
    }
    return scales;
  }

  /** Operand {@code index} as scales, of any dimensions. */
  static Constant reals(Assembly assembly, Node node, int index) {
    Constant scales = assembly.constant(node, index);
    if (!scales.type().isReal() || scales.size() == 0) {
      throw node.refuse(
          "scale " + scales.describe(),
          "a float32 scale, or a list of them",
          "Export the model with float32 scales.");
    }
    for (int i = 0; i < scales.size(); i++) {
      if (scales.exact(i) > 0 && scales.real(i) != scales.exact(i)) {
        throw node.refuse(
            "scale " + scales.exact(i) + " in '" + scales.name() + "', which float32 does not hold",
            "a scale of float32, float16 or bfloat16, as ONNX defines them",
            "Store the scales as float32.");
      }
    }
    return scales;
  }

  /** Refuses {@code value}, one of {@code scales}, when it is no scale. */
  static void requirePositive(Node node, Constant scales, float value) {
    if (!(value > 0) || !Float.isFinite(value)) {
      throw node.refuse(
          "scale "
              + value
              + " in '"
              + scales.name()
              + "'"
              + (value == 0 ? " (of a tensor or channel that is always 0)" : ""),
          "positive, finite scales",
          value == 0
              ? "Give it any positive scale, such as 1: nothing changes where all values are 0."
              : "Calibrate the quantisation again.");
    }
  }
}
