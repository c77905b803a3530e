package io.xbarflow.quantize.calibrate;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.quantize.graph.FunctionClusters;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;

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

  private Operators() {}

  /** Whether results of {@code node} have the quantisation of its first input. */
  public static boolean passes(Node node) {
    return RESHAPING.contains(node.opType()) || MOVING.contains(node.opType());
  }

  /** Whether {@code node} gives its input other dimensions and nothing else. */
  public static boolean isReshape(Node node) {
    return RESHAPING.contains(node.opType());
  }

  /** The functions of one value in {@code graph} that several operators make. */
  public static FunctionClusters clusters(Graph graph, HostEnds ends) {
    return FunctionClusters.of(graph, ends::isHost);
  }

  /** Adds the nodes of {@code graph} that have no integer form to {@code refusals}. */
  public static void check(Graph graph, HostEnds ends, Refusals refusals) {
    FunctionClusters clusters = clusters(graph, ends);
    for (Node node : graph.nodes()) {
      boolean clustered = clusters.of(node).isPresent();
      boolean known =
          OWN.contains(node.opType())
              || passes(node)
              || FunctionClusters.isFunction(node)
              || clusters.isMeeting(node);
      if (!node.domain().isEmpty() || !(known || ends.isHost(node) || clustered)) {
        refusals.add(
            node,
            node.refuse(
                found(node),
                "an operator that docs/quantize.md lists",
                "Replace it, or compute it in the host."));
      } else if (node.is("Add") && !clustered && node.inputs().stream().anyMatch(graph::isStored)) {
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
