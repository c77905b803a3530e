package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.ModelBuilder.Attribute;
import java.util.List;
import java.util.stream.IntStream;

/** Writes what the host computes for one graph input or output as ONNX nodes. */
final class StepNodes {
  /** The opset whose Softmax is over one axis. */
  private static final int OPSET = 13;

  private final ModelBuilder model;
  private final String stem;

  /** Nodes called after {@code stem}. */
  StepNodes(ModelBuilder model, String stem) {
    this.model = model;
    this.stem = stem;
  }

  /** The ONNX type of {@code type}. */
  static OnnxType type(ElementType type) {
    return switch (type) {
      case INT8 -> OnnxType.INT8;
      case UINT8 -> OnnxType.UINT8;
      case INT32 -> OnnxType.INT32;
      case INT64 -> OnnxType.INT64;
      case FLOAT16 -> OnnxType.FLOAT16;
      case FLOAT32 -> OnnxType.FLOAT;
    };
  }

  /** A function of every value of the 4-dimensional map {@code value}, whose channels are first. */
  String table(String value, HostStep.Table table, Quantisation from) {
    int functions = table.values().size() / HostStep.Table.VALUES;
    ImmutableList<Integer> first =
        IntStream.range(0, functions)
            .map(function -> function * HostStep.Table.VALUES - from.min())
            .boxed()
            .collect(ImmutableList.toImmutableList());
    String index =
        node("Cast", "index", ImmutableList.of(value), Attribute.of("to", OnnxType.INT32.code()));
    String offsets = model.integers(stem + "_first", OnnxType.INT32, first, 1, functions, 1, 1);
    String entry = node("Add", "entry", ImmutableList.of(index, offsets));
    String values = model.reals(stem + "_table", table.values());
    return node("Gather", "real", ImmutableList.of(values, entry));
  }

  /** {@code steps}, none of which is a table, of {@code value}, whose images have {@code dims}. */
  String all(String value, List<HostStep> steps, ImmutableList<Integer> dims) {
    String result = value;
    ImmutableList<Integer> before = dims;
    for (HostStep step : steps) {
      result = one(result, step, before);
      before = step.dims(before);
    }
    return result;
  }

  private String one(String value, HostStep step, ImmutableList<Integer> dims) {
    ImmutableList<String> operand = ImmutableList.of(value);
    if (step instanceof HostStep.Transpose transpose) {
      long[] axes = new long[dims.size() + 1];
      for (int i = 1; i < axes.length; i++) {
        axes[i] = transpose.permutation().get(i - 1) + 1L;
      }
      return node("Transpose", "transposed", operand, Attribute.ofList("perm", axes));
    }
    if (step instanceof HostStep.Reshape reshape) {
      long[] target = new long[reshape.shape().size() + 1];
      target[0] = -1; // as many images as come
      for (int i = 1; i < target.length; i++) {
        target[i] = reshape.shape().get(i - 1);
      }
      return node("Reshape", "brought", list(value, model.longs(stem + "_dims", target)));
    }
    if (step instanceof HostStep.Arithmetic arithmetic) {
      return arithmetic(value, arithmetic, dims);
    }
    if (step instanceof HostStep.Softmax softmax) {
      return node(
          softmax.logarithm() ? "LogSoftmax" : "Softmax",
          "softmax",
          operand,
          Attribute.of("axis", softmax.axis() + 1));
    }
    if (step instanceof HostStep.QuantisedSoftmax softmax) {
      // The zero point of the operand changes nothing.
      Quantisation from = new Quantisation(softmax.scale(), 0, softmax.to().signed());
      String result = model.unique(stem + "_softmax");
      return model.microsoft(
          "QLinearSoftmax",
          result,
          result,
          ImmutableList.<String>builder()
              .addAll(parameters(value, from))
              .addAll(parameters(value, softmax.to()).subList(1, 3))
              .build(),
          Attribute.of("axis", softmax.axis() + 1),
          Attribute.of("opset", OPSET));
    }
    if (step instanceof HostStep.ArgExtreme arg) {
      return node(
          arg.greatest() ? "ArgMax" : "ArgMin",
          "arg",
          operand,
          Attribute.of("axis", arg.axis() + 1),
          Attribute.of("keepdims", arg.kept() ? 1 : 0),
          Attribute.of("select_last_index", arg.last() ? 1 : 0));
    }
    if (step instanceof HostStep.TopK top) {
      return model.nodeOfTwo(
          "TopK",
          model.unique(stem + "_top"),
          list(model.unique(stem + "_top_values"), model.unique(stem + "_top_indices")),
          list(value, model.longs(stem + "_k", top.count())),
          top.indices() ? 1 : 0,
          Attribute.of("axis", top.axis() + 1),
          Attribute.of("largest", top.greatest() ? 1 : 0));
    }
    if (step instanceof HostStep.Quantise quantise) {
      return node("QuantizeLinear", "requantized", parameters(value, quantise.quantisation()));
    }
    if (step instanceof HostStep.Dequantise dequantise) {
      return node("DequantizeLinear", "real", parameters(value, dequantise.quantisation()));
    }
    HostStep.Cast cast = (HostStep.Cast) step;
    return node("Cast", "cast", operand, Attribute.of("to", type(cast.to()).code()));
  }

  private String arithmetic(
      String value, HostStep.Arithmetic arithmetic, ImmutableList<Integer> dims) {
    int[] shape = new int[arithmetic.constants().size() == 1 ? 0 : dims.size() - arithmetic.axis()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = i == 0 ? arithmetic.constants().size() : 1;
    }
    String constants = model.reals(stem + "_constants", arithmetic.constants(), shape);
    return switch (arithmetic.operation()) {
      case ADD -> node("Add", "sum", list(value, constants));
      case SUBTRACT -> node("Sub", "difference", list(value, constants));
      case SUBTRACT_FROM -> node("Sub", "difference", list(constants, value));
      case MULTIPLY -> node("Mul", "product", list(value, constants));
      case DIVIDE -> node("Div", "quotient", list(value, constants));
      case DIVIDE_INTO -> node("Div", "quotient", list(constants, value));
      case MIN -> node("Min", "least", list(value, constants));
      case MAX -> node("Max", "greatest", list(value, constants));
    };
  }

  private static ImmutableList<String> list(String first, String second) {
    return ImmutableList.of(first, second);
  }

  private ImmutableList<String> parameters(String value, Quantisation quantisation) {
    return ImmutableList.of(
        value,
        model.real(stem + "_scale", quantisation.scale()),
        model.integer(
            stem + "_zero_point", LayerNodes.type(quantisation), quantisation.zeroPoint()));
  }

  private String node(
      String opType, String result, ImmutableList<String> inputs, Attribute... with) {
    String output = model.unique(stem + "_" + result);
    return model.node(opType, output, output, inputs, with);
  }
}
