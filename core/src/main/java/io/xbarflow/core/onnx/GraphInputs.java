package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.onnx.Value.HostFloat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Says what the graph inputs stand for. How a rank 3 input is laid out and what its 8-bit values
 * mean only its readers tell.
 */
final class GraphInputs {
  private static final ImmutableSet<String> MATRIX_PRODUCTS =
      ImmutableSet.of("MatMul", "Gemm", "QLinearMatMul", "QGemm");

  /** Operators that pass layout on from their first input to their first output. */
  private static final ImmutableSet<String> ELEMENT_WISE =
      ImmutableSet.<String>builder()
          .add("QuantizeLinear", "DequantizeLinear", "Relu", "Clip", "Identity", "Dropout")
          .add("QLinearAdd", "QLinearMul", "QLinearSigmoid", "QLinearLeakyRelu")
          .addAll(UnaryFunctions.names())
          .addAll(BinaryOperator.names())
          .build();

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

  /** Axes that Unsqueeze adds behind [N, C, L] for [N, C, L, 1]. */
  private static final ImmutableSet<ImmutableList<Integer>> COLUMN_AXES =
      ImmutableSet.of(ImmutableList.of(3), ImmutableList.of(-1));

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
      throw Refusal.of(
          where,
          "no output depends on it",
          "inputs that are used",
          "Remove the input from the graph.");
    }
    if (input.dims().size() < 2) {
      throw Refusal.of(
          where,
          "dimensions " + input.dims() + " without a batch axis",
          "[N, K], [N, C, L], [N, rows, K] or [N, C, H, W]",
          "Add a batch axis as first axis; store scales, zero points and other parameters as"
              + " initialisers.");
    }
    ImmutableList<Integer> dims = input.dims().subList(1, input.dims().size());
    if (dims.contains(-1)) {
      throw Refusal.of(
          where,
          "open dimensions in " + describe(input.dims()),
          "fixed dimensions but for the batch axis",
          "State them with --input-shape "
              + input.name()
              + "="
              + String.join("x", input.dims().stream().map(GraphInputs::example).toList())
              + ", the numbers as the network wants them.");
    }
    requireWithinLimits(where, dims);
    View view =
        dims.size() == 2 && feedsMatrixProduct(input.name())
            ? View.ofRows(dims.get(0), dims.get(1))
            : dims.size() == 3 && feedsChannelsFirst(input.name())
                ? View.ofChannelsLast(dims)
                : dims.size() == 2 && becomesColumn(input.name())
                    ? new View(new Shape(dims.get(0), dims.get(1), 1), dims, false)
                    : View.ofDims(dims)
                        .orElseThrow(
                            () ->
                                Refusal.of(
                                    where,
                                    input.dims().size() + " axes, " + describe(input.dims()),
                                    "[N, K], [N, C, L], [N, rows, K] or [N, C, H, W]",
                                    "Only 1D and 2D feature maps are supported."));
    switch (input.type()) {
      case FLOAT, FLOAT16, BFLOAT16 ->
          assembly.define(input.name(), new HostFloat(input.name(), view));
      case INT8, UINT8 -> {
        boolean signed = input.type() == OnnxType.INT8;
        Quantisation meaning =
            declared(input.name(), signed).orElse(new Quantisation(1, 0, signed));
        assembly.define(input.name(), assembly.input(input.name(), view, meaning));
      }
      default ->
          throw Refusal.of(
              where,
              "element type " + input.typeName(),
              "float32, float16, bfloat16, int8 or uint8",
              input.typeName().endsWith("int16")
                  ? "Quantise activations to 8 bits."
                  : "Export the model with another input type.");
    }
  }

  private static String example(int dim) {
    return dim < 0 ? "?" : String.valueOf(dim);
  }

  private static String describe(ImmutableList<Integer> dims) {
    return dims.toString().replace("-1", "?");
  }

  private static void requireWithinLimits(String where, ImmutableList<Integer> dims) {
    switch (dims.size()) {
      case 1 -> Limits.map(where, dims.get(0), 1, 1);
      case 2 -> {
        Limits.map(where, dims.get(0), 1, dims.get(1));
        Limits.map(where, dims.get(1), 1, dims.get(0));
      }
      case 3 -> {
        Limits.map(where, dims.get(0), dims.get(1), dims.get(2));
        Limits.map(where, dims.get(2), dims.get(0), dims.get(1));
      }
      default -> {}
    }
  }

  /** Whether {@code value} has its channels last: a reader says so, or transposes them first. */
  private boolean feedsChannelsFirst(String value) {
    return feeds(
        value,
        reader ->
            ChannelsLast.isStated(reader)
                || (reader.opType().equals("Transpose")
                    && reader.intsAttribute("perm").equals(ImmutableList.of(0, 3, 1, 2))));
  }

  /** Whether {@code value}, [N, C, L], becomes [N, C, L, 1] first: its positions are rows then. */
  private boolean becomesColumn(String value) {
    return feeds(
        value,
        reader ->
            (reader.opType().equals("Unsqueeze") && COLUMN_AXES.contains(integers(reader, "axes")))
                || (reader.opType().equals("Reshape") && isColumn(integers(reader, "shape"))));
  }

  private static boolean isColumn(ImmutableList<Integer> target) {
    return target.size() == 4 && target.get(3) == 1;
  }

  /** The list that {@code reader} states, as an attribute or as its second operand. */
  private ImmutableList<Integer> integers(Node reader, String attribute) {
    if (reader.has(attribute)) {
      return reader.intsAttribute(attribute);
    }
    Constant stored = graph.constants().get(reader.input(1));
    return stored != null && stored.type().isInteger() && stored.size() <= Limits.RANK
        ? stored.asInts()
        : ImmutableList.of();
  }

  private boolean feedsMatrixProduct(String value) {
    return feeds(value, reader -> MATRIX_PRODUCTS.contains(reader.opType()));
  }

  /**
   * Whether {@code value} comes, by element-wise operators, to a node that {@code goal} accepts.
   */
  private boolean feeds(String value, Predicate<Node> goal) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    open.add(value);
    while (!open.isEmpty()) {
      String next = open.remove();
      if (!seen.add(next)) {
        continue;
      }
      for (Node reader : graph.readers().get(next)) {
        if (goal.test(reader)) {
          return true;
        }
        if (ELEMENT_WISE.contains(reader.opType())) {
          open.add(reader.output());
        }
      }
    }
    return false;
  }

  /**
   * A value on the way to a reader that states a quantisation.
   *
   * @param value its name
   * @param readers its readers that have not been looked at
   */
  private record Step(String value, Iterator<Node> readers) {}

  private Step step(String value) {
    return new Step(value, graph.readers().get(value).iterator());
  }

  /** The quantisation that the first reader of {@code value} states, depth first. */
  private Optional<Quantisation> declared(String value, boolean signed) {
    Set<String> seen = new HashSet<>();
    Deque<Step> open = new ArrayDeque<>();
    open.push(step(value));
    while (!open.isEmpty()) {
      Step step = open.peek();
      if (!step.readers().hasNext()) {
        open.pop();
        continue;
      }
      Node reader = step.readers().next();
      if (SAME_MEANING.contains(reader.opType())) {
        if (seen.add(reader.output())) {
          open.push(step(reader.output()));
        }
      } else {
        Optional<Quantisation> stated = stated(reader, step.value(), signed);
        if (stated.isPresent()) {
          return stated;
        }
      }
    }
    return Optional.empty();
  }

  /** The quantisation that {@code reader} states for its operand {@code value}. */
  private Optional<Quantisation> stated(Node reader, String value, boolean signed) {
    int scale = reader.inputs().indexOf(value) + 1;
    Constant stored = graph.constants().get(reader.input(scale));
    return stored != null && stored.type().isReal()
        ? Optional.of(QuantisationParameters.ofMap(assembly, reader, scale, scale + 1, signed))
            .filter(stated -> stated.signed() == signed)
        : Optional.empty();
  }
}
