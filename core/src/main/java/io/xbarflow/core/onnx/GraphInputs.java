package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.HostFloat;
import java.util.Optional;

/**
 * Says what the graph inputs stand for. How a rank 3 input is laid out and what its 8-bit values
 * mean only its readers tell.
 */
final class GraphInputs {
  private static final ImmutableSet<String> MATRIX_PRODUCTS =
      ImmutableSet.of("MatMul", "Gemm", "QLinearMatMul", "QGemm");

  /** Operators that pass layout on from their first input to their first output. */
  private static final ImmutableSet<String> ELEMENT_WISE =
      ImmutableSet.of(
          "QuantizeLinear",
          "DequantizeLinear",
          "Relu",
          "Clip",
          "Identity",
          "Dropout",
          "Add",
          "QLinearAdd");

  /** Operators that pass quantised values on unchanged. */
  private static final ImmutableSet<String> SAME_MEANING =
      ImmutableSet.of(
          "MaxPool",
          "Flatten",
          "Reshape",
          "Squeeze",
          "Unsqueeze",
          "Identity",
          "Dropout",
          "Relu",
          "Clip",
          "Pad",
          "Slice",
          "Split",
          "Gather",
          "Concat",
          "GlobalMaxPool",
          "Transpose");

  private final Graph graph;
  private final Assembly assembly;

  GraphInputs(Graph graph, Assembly assembly) {
    this.graph = graph;
    this.assembly = assembly;
  }

  void define() {
    for (Graph.Input input : graph.inputs()) {
      define(input);
    }
  }

  private void define(Graph.Input input) {
    String where = "graph input " + input.name();
    if (graph.readers().get(input.name()).isEmpty()) {
      throw UserException.badInput(
          where,
          "no output depends on it",
          "inputs that are used",
          "Remove the input from the graph.");
    }
    if (input.dims().size() < 2) {
      throw UserException.badInput(
          where,
          "dimensions " + input.dims() + " without a batch axis",
          "[N, K], [N, C, L], [N, rows, K] or [N, C, H, W]",
          "Add a batch axis as first axis; store scales, zero points and other parameters as"
              + " initialisers.");
    }
    ImmutableList<Integer> dims = input.dims().subList(1, input.dims().size());
    if (dims.contains(-1)) {
      throw UserException.badInput(
          where,
          "open dimensions in " + describe(input.dims()),
          "fixed dimensions but for the batch axis",
          "Fix them, for example with python -m onnxruntime.tools.make_dynamic_shape_fixed.");
    }
    View view =
        dims.size() == 2 && feedsMatrixProduct(input.name())
            ? View.ofRows(dims.get(0), dims.get(1))
            : dims.size() == 3 && feedsChannelsFirst(input.name())
                ? View.ofChannelsLast(dims)
                : View.ofDims(dims)
                    .orElseThrow(
                        () ->
                            UserException.badInput(
                                where,
                                input.dims().size() + " axes, " + describe(input.dims()),
                                "[N, K], [N, C, L], [N, rows, K] or [N, C, H, W]",
                                "Only 1D and 2D feature maps are supported."));
    switch (input.type()) {
      case FLOAT -> assembly.define(input.name(), new HostFloat(input.name(), view));
      case INT8, UINT8 -> {
        boolean signed = input.type() == OnnxType.INT8;
        Quantisation meaning =
            declared(input.name(), signed).orElse(new Quantisation(1, 0, signed));
        assembly.define(
            input.name(), assembly.input(input.name(), input.name(), view, meaning, false));
      }
      default ->
          throw UserException.badInput(
              where,
              "element type " + input.type(),
              "float32, int8 or uint8",
              "Export the model with another input type.");
    }
  }

  private static String describe(ImmutableList<Integer> dims) {
    return dims.toString().replace("-1", "?");
  }

  /** Whether {@code value} has its channels last, so that a Transpose brings them first. */
  private boolean feedsChannelsFirst(String value) {
    for (Node reader : graph.readers().get(value)) {
      boolean transposed =
          reader.opType().equals("Transpose")
              && reader.intsAttribute("perm").equals(ImmutableList.of(0, 3, 1, 2));
      if (transposed
          || (ELEMENT_WISE.contains(reader.opType()) && feedsChannelsFirst(reader.output()))) {
        return true;
      }
    }
    return false;
  }

  private boolean feedsMatrixProduct(String value) {
    for (Node reader : graph.readers().get(value)) {
      if (MATRIX_PRODUCTS.contains(reader.opType())
          || (ELEMENT_WISE.contains(reader.opType()) && feedsMatrixProduct(reader.output()))) {
        return true;
      }
    }
    return false;
  }

  /** The quantisation that the first reader of {@code value} states. */
  private Optional<Quantisation> declared(String value, boolean signed) {
    for (Node reader : graph.readers().get(value)) {
      if (SAME_MEANING.contains(reader.opType())) {
        Optional<Quantisation> further = declared(reader.output(), signed);
        if (further.isPresent()) {
          return further;
        }
      } else {
        int operand = reader.inputs().indexOf(value);
        boolean hasScale =
            graph.constants().containsKey(reader.input(operand + 1))
                && graph.constants().get(reader.input(operand + 1)).type() == OnnxType.FLOAT;
        if (hasScale) {
          Quantisation stated =
              QuantisationParameters.ofMap(assembly, reader, operand + 1, operand + 2, signed);
          if (stated.signed() == signed) {
            return Optional.of(stated);
          }
        }
      }
    }
    return Optional.empty();
  }
}
