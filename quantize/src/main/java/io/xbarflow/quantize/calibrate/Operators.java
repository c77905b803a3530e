package io.xbarflow.quantize.calibrate;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
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
      ImmutableSet.of(
          "Sigmoid", "Tanh", "LeakyRelu", "HardSigmoid", "HardSwish", "Abs", "Neg", "PRelu");

  /** Left to the host when they are last. */
  private static final ImmutableSet<String> HOST = ImmutableSet.of("Softmax", "Sigmoid");

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

  /** Whether {@code node} is left to the host, which has float results. */
  public static boolean isLeftToHost(Graph graph, Node node) {
    return HOST.contains(node.opType())
        && graph.isOutput(node.output())
        && graph.readers().get(node.output()).isEmpty();
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

  /** Refuses the first node of {@code graph} that has no integer form. */
  public static void requireSupported(Graph graph) {
    for (Node node : graph.nodes()) {
      boolean known = OWN.contains(node.opType()) || passes(node) || isFunction(node);
      if (!node.domain().isEmpty()
          || !(known || isLeftToHost(graph, node) || gate(graph, node).isPresent())) {
        throw node.refuse(
            found(node),
            "Conv, Gemm, MatMul with stored matrices; Add and Sum of two maps; Concat, pools,"
                + " ReduceMean over the map; BatchNormalization, LRN, arithmetic with constants;"
                + " Relu, Clip, "
                + String.join(", ", FUNCTIONS)
                + "; Reshape and the like; Softmax at the end",
            "Replace it, or end the network before it with --end VALUE and compute the rest in the"
                + " host.");
      }
      if (node.is("Add") && node.inputs().stream().anyMatch(graph::isStored)) {
        throw node.refuse("a stored operand that is no constant per channel", "one", "Fold it.");
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
