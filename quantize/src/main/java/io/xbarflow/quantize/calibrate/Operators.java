package io.xbarflow.quantize.calibrate;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import java.util.Optional;

/** The operators that have an integer form, by what happens to their quantisation. */
public final class Operators {
  /** Results have a quantisation of their own. */
  private static final ImmutableSet<String> OWN =
      ImmutableSet.of("Conv", "Gemm", "Add", "Concat", "AveragePool", "GlobalAveragePool");

  /** Only the dimensions change. */
  private static final ImmutableSet<String> RESHAPING =
      ImmutableSet.of("Flatten", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Dropout");

  /** Integers are compared, moved or left out. */
  private static final ImmutableSet<String> MOVING =
      ImmutableSet.of("MaxPool", "Relu", "Clip", "Transpose", "Pad", "Slice", "Split");

  /** Functions of one value; tables of 256 values. */
  private static final ImmutableSet<String> FUNCTIONS =
      ImmutableSet.<String>builder()
          .add("Sigmoid", "Tanh", "LeakyRelu", "HardSigmoid", "HardSwish", "Abs", "Neg", "PRelu")
          .add("Elu", "Selu", "Celu", "Gelu", "Mish", "Softplus", "Softsign", "Erf")
          .add("ThresholdedRelu", "Shrink", "Exp", "Log", "Sqrt", "Reciprocal", "Sin", "Cos")
          .add("Floor", "Ceil", "Round", "Sign")
          .build();

  private Operators() {}

  /** Whether results of {@code node} have the quantisation of its first input. */
  public static boolean passes(Node node) {
    return RESHAPING.contains(node.opType()) || MOVING.contains(node.opType());
  }

  /** Whether {@code node} gives its input other dimensions and nothing else. */
  public static boolean isReshape(Node node) {
    return RESHAPING.contains(node.opType());
  }

  /** Whether {@code node} is a function of one value. */
  public static boolean isFunction(Node node) {
    return FUNCTIONS.contains(node.opType());
  }

  /**
   * For x * f(x): the node that computes f(x), when {@code node} is such a product and nothing else
   * reads f(x).
   */
  public static Optional<Node> gate(Graph graph, Node node) {
    if (!node.is("Mul") || node.inputs().size() != 2) {
      return Optional.empty();
    }
    for (int operand = 0; operand < 2; operand++) {
      Node function = graph.producers().get(node.input(operand));
      if (function != null
          && isFunction(function)
          && function.input(0).equals(node.input(1 - operand))
          && graph.onlyReader(function.output()).isPresent()) {
        return Optional.of(function);
      }
    }
    return Optional.empty();
  }

  /** Adds the nodes of {@code graph} that have no integer form to {@code refusals}. */
  public static void check(Graph graph, HostEnds ends, Refusals refusals) {
    for (Node node : graph.nodes()) {
      boolean known = OWN.contains(node.opType()) || passes(node) || isFunction(node);
      if (!node.domain().isEmpty()
          || !(known || ends.isHost(node) || gate(graph, node).isPresent())) {
        refusals.add(
            node,
            node.refuse(
                found(node),
                "an operator that docs/quantize.md lists",
                "Replace it, or compute it in the host."));
      } else if (node.is("Add") && node.inputs().stream().anyMatch(graph::isStored)) {
        refusals.add(
            node,
            node.refuse("a stored operand that is no constant per channel", "one", "Fold it."));
      }
    }
  }

  private static String found(Node node) {
    return switch (node.opType()) {
      case "QuantizeLinear", "DequantizeLinear", "QLinearConv", "QGemm", "QLinearMatMul" ->
          "a model that is quantised already";
      case "Softmax" -> "a Softmax inside the network";
      case "Mul", "Sub", "Div" -> node.opType() + " of two feature maps";
      case "LRN" -> "LRN, which has no integer form";
      default -> "operator " + node.opType() + ", which has no integer form here";
    };
  }
}
