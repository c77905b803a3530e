package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.HostArray;

/**
 * Softmax, LogSoftmax, QLinearSoftmax, ArgMax, ArgMin and TopK, which no block computes: the host
 * does, behind the chip.
 *
 * <p>Source: docs/adr/0050-host-work.md.
 */
final class HostOperator implements Operator {
  private static final int SOFTMAX_OF_ONE_AXIS = 13;

  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of(
        "Softmax", "LogSoftmax", "com.microsoft.QLinearSoftmax", "ArgMax", "ArgMin", "TopK");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Value value = assembly.value(node, 0);
    HostArray array =
        value instanceof HostArray host
            ? host
            : HostOutputs.of(assembly, node.where(), node, node.input(0), value)
                .orElseThrow(() -> Assembly.unquantised(node, value));
    if (array instanceof Value.HostFloat) {
      throw node.refuse(
          node.opType() + " of " + array.describe(),
          "arithmetic with constants and other dimensions before QuantizeLinear",
          "Compute it in the program that hands in the images.");
    }
    switch (node.opType()) {
      case "Softmax", "LogSoftmax" ->
          assembly.define(node.output(), softmax(node, assembly, real(node, array)));
      case "QLinearSoftmax" ->
          assembly.define(node.output(), quantisedSoftmax(node, assembly, array));
      case "TopK" -> topK(node, assembly, array);
      default -> {
        int axis = axis(node, array, 0);
        assembly.define(
            node.output(),
            array.then(
                new HostStep.ArgExtreme(
                    axis,
                    node.intAttribute("keepdims", 1) != 0,
                    node.opType().equals("ArgMax"),
                    node.intAttribute("select_last_index", 0) != 0)));
      }
    }
  }

  private static HostArray quantisedSoftmax(Node node, Assembly assembly, HostArray array) {
    boolean signed = array.type() == ElementType.INT8;
    if (!signed && array.type() != ElementType.UINT8) {
      throw node.refuse(
          "input is " + array.describe() + ", of " + array.type(),
          "8-bit integers",
          "Put QuantizeLinear before it, or use Softmax.");
    }
    int axis = axis(node, array, -1);
    if (node.intAttribute("opset", SOFTMAX_OF_ONE_AXIS) < SOFTMAX_OF_ONE_AXIS
        && axis != array.dims().size() - 1) {
      throw node.refuse(
          "axis " + axis + " with the meaning before opset 13, over several axes",
          "the last axis, or attribute opset 13",
          "Quantise the model again with opset 13 or newer.");
    }
    float scale = QuantisationParameters.ofMap(assembly, node, 1, 2, signed).scale();
    Quantisation to = QuantisationParameters.ofMap(assembly, node, 3, 4, signed);
    return array.then(new HostStep.QuantisedSoftmax(axis, scale, to));
  }

  private static HostArray real(Node node, HostArray array) {
    if (!array.type().isReal()) {
      throw node.refuse(
          "input is " + array.describe() + ", of " + array.type(),
          "float values, such as the output of DequantizeLinear",
          "Put DequantizeLinear before it.");
    }
    return array;
  }

  /** Before opset 13 the axes from the stated one on were one. */
  private static HostArray softmax(Node node, Assembly assembly, HostArray array) {
    boolean logarithm = node.opType().equals("LogSoftmax");
    ImmutableList<Integer> dims = array.dims();
    boolean joins = assembly.graph().opset() < SOFTMAX_OF_ONE_AXIS;
    int axis = axis(node, array, joins ? 1 : -1);
    if (!joins || axis == dims.size() - 1) {
      return array.then(new HostStep.Softmax(axis, logarithm));
    }
    ImmutableList<Integer> joined =
        ImmutableList.<Integer>builder()
            .addAll(dims.subList(0, axis))
            .add((int) Limits.product(dims.subList(axis, dims.size())))
            .build();
    return array
        .then(new HostStep.Reshape(joined))
        .then(new HostStep.Softmax(axis, logarithm))
        .then(new HostStep.Reshape(dims));
  }

  private static void topK(Node node, Assembly assembly, HostArray array) {
    int axis = axis(node, array, -1);
    int extent = array.dims().get(axis);
    int count =
        node.has("k")
            ? node.intAttribute("k", 0)
            : assembly.integers(node, 1, 1).stream().findFirst().orElse(0);
    if (count < 1 || count > extent || node.intAttribute("sorted", 1) == 0) {
      throw node.refuse(
          "the first "
              + count
              + " of "
              + extent
              + (count < 1 || count > extent ? "" : ", unsorted"),
          "1 to " + extent + " values, sorted",
          "Set sorted 1, and K to a number of values that there are.");
    }
    boolean greatest = node.intAttribute("largest", 1) != 0;
    for (int output = 0; output < node.outputs().size(); output++) {
      if (!node.outputs().get(output).isEmpty()) {
        assembly.define(
            node.output(output), array.then(new HostStep.TopK(count, axis, greatest, output == 1)));
      }
    }
  }

  /** The axis that {@code node} states, without the batch axis. */
  private static int axis(Node node, HostArray array, int otherwise) {
    int rank = array.dims().size() + 1;
    int stated = node.intAttribute("axis", otherwise);
    int axis = stated < 0 ? stated + rank : stated;
    if (axis < 1 || axis >= rank) {
      throw node.refuse(
          "axis " + stated + " of " + rank + " axes",
          "an axis of one image, not the batch axis",
          "State another axis, or compute it in the host program.");
    }
    return axis - 1;
  }
}
