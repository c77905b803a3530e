package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import io.xbarflow.quantize.graph.Stored;

/**
 * MatMul and Gemm of a vector per image become {@code y = x * transpose(B) + C} with B of
 * dimensions [outputs, inputs], C of [outputs], and alpha and beta multiplied in.
 */
final class PlainProducts implements Rewrite {
  @Override
  public Graph apply(Graph graph, Refusals refusals) {
    Graph result = graph;
    for (Node node : graph.nodes()) {
      if (node.is("Gemm") || node.is("MatMul")) {
        result = refusals.attempt(result, node, last -> product(last, node));
      }
    }
    return result;
  }

  private static Graph product(Graph graph, Node node) {
    boolean gemm = node.is("Gemm");
    boolean transposed = gemm && node.attributes().integer("transB", 0) != 0;
    if (gemm && node.attributes().integer("transA", 0) != 0) {
      throw node.refuse("transA 1", "transA 0", "Export the model again.");
    }
    Stored weights = Weights.of(graph, node);
    int rank = graph.isStored(node.input(0)) ? 0 : graph.shape(node.input(0)).size();
    if (rank != 2 || weights.dims().size() != 2) {
      throw node.refuse(
          "operands of " + rank + " and " + weights.dims().size() + " axes",
          "a vector per image ([N, K]) and a stored matrix",
          "Flatten the map first, or use a 1x1 convolution.");
    }
    int outputs = weights.dims().get(transposed ? 0 : 1);
    int inputs = weights.dims().get(transposed ? 1 : 0);
    float alpha = gemm ? node.attributes().real("alpha", 1) : 1;
    float beta = gemm ? node.attributes().real("beta", 1) : 1;
    Graph result = graph;
    if (!transposed || alpha != 1) {
      result =
          result.storing(
              node.name() + "_b",
              Stored.ofReals(
                  ImmutableList.of(outputs, inputs),
                  i -> alpha * weights.real(transposed ? i : i % inputs * outputs + i / inputs)));
    }
    ImmutableList.Builder<String> operands = ImmutableList.builder();
    operands.add(node.input(0), !transposed || alpha != 1 ? node.name() + "_b" : node.input(1));
    if (gemm && node.hasInput(2)) {
      Stored bias = Weights.stored(graph, node, 2, "bias");
      if (bias.size() != 1 && bias.size() != outputs) {
        throw node.refuse(
            "a bias of dimensions " + bias.dims(),
            "one value, or one per output",
            "Export the model again.");
      }
      result =
          result.storing(
              node.name() + "_c",
              Stored.ofReals(
                  ImmutableList.of(outputs), i -> beta * bias.real(bias.size() == 1 ? 0 : i)));
      operands.add(node.name() + "_c");
    }
    return result.replacing(
        node,
        Node.of(node.name(), "Gemm", operands.build(), node.output(), Attributes.of("transB", 1)));
  }
}
