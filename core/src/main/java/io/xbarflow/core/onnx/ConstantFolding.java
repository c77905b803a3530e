package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Known;
import java.util.Arrays;

/** ConstantOfShape, and Cast of a stored tensor. */
final class ConstantFolding implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("ConstantOfShape", "Cast");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Constant constant = assembly.constant(node, 0);
    assembly.define(
        node.output(),
        new Known(
            node.opType().equals("Cast")
                ? cast(node, assembly, constant)
                : filled(node, assembly, assembly.integers(node, 0, Limits.RANK))));
  }

  private static Constant filled(Node node, Assembly assembly, ImmutableList<Integer> dims) {
    if (dims.stream().anyMatch(dim -> dim < 1)) {
      throw node.refuse("shape " + dims, "a shape with some values", "Export the model again.");
    }
    int size = Limits.atMost(node.where(), "values", Limits.product(dims), Limits.STORED_VALUES);
    if (!node.has("value")) {
      // The array, and the copy that the constant makes of it.
      assembly.take(node.where(), size, 2 * Float.BYTES);
      return Constant.ofReals(node.output(), dims, new float[size]);
    }
    Constant value = node.tensorAttribute("value");
    assembly.take(node.where(), size, 2 * value.type().bytes());
    if (value.size() != 1 || value.type() == OnnxType.OTHER) {
      throw node.refuse(
          "value " + value.describe(),
          "one float32, int8, uint8, int32 or int64",
          "Store the constant as an initialiser.");
    }
    if (value.type() == OnnxType.FLOAT) {
      float[] reals = new float[size];
      Arrays.fill(reals, value.real(0));
      return Constant.ofReals(node.output(), dims, reals);
    }
    if (value.type().isQuantised()) {
      byte[] bytes = new byte[size];
      Arrays.fill(bytes, (byte) value.integer(0));
      return Constant.ofBytes(node.output(), value.type(), dims, bytes);
    }
    assembly.take(node.where(), size, 2 * Long.BYTES);
    long[] integers = new long[size];
    Arrays.fill(integers, value.integer(0));
    return Constant.ofIntegers(node.output(), value.type(), dims, integers);
  }

  private static Constant cast(Node node, Assembly assembly, Constant constant) {
    OnnxType to = OnnxType.of(node.intAttribute("to", 0));
    boolean integers = constant.type() == OnnxType.INT64 || constant.type() == OnnxType.INT32;
    if (to == constant.type()) {
      return constant;
    }
    assembly.take(node.where(), constant.size(), 2 * (Long.BYTES + Float.BYTES));
    long[] values = new long[constant.size()];
    float[] reals = new float[constant.size()];
    for (int i = 0; integers && i < values.length; i++) {
      values[i] = to == OnnxType.INT32 ? (int) constant.integer(i) : constant.integer(i);
      reals[i] = constant.integer(i);
    }
    if (integers && to == OnnxType.FLOAT) {
      return Constant.ofReals(node.output(), constant.dims(), reals);
    }
    if (integers && (to == OnnxType.INT64 || to == OnnxType.INT32)) {
      return Constant.ofIntegers(node.output(), to, constant.dims(), values);
    }
    throw node.refuse(
        "Cast of " + constant.describe() + " to type " + node.intAttribute("to", 0),
        "Cast of int32 or int64 to int32, int64 or float32",
        "Store the tensor in the type that is needed.");
  }
}
