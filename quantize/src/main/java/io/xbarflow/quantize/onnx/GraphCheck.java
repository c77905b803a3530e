package io.xbarflow.quantize.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.xbarflow.core.diagnostic.UserException;
import java.util.HashSet;
import java.util.Set;

/**
 * What every ONNX graph keeps and the rewrites rely on: values have one source and a name, nodes
 * read what stands before them.
 */
final class GraphCheck {
  /** Nodes of a graph; a rewrite may look at each of them for each. */
  private static final int MAX_NODES = 5000;

  private final Set<String> known = new HashSet<>();

  private GraphCheck() {}

  /**
   * Checks {@code graph}.
   *
   * @throws UserException naming what it does not keep
   */
  static void require(GraphProto graph) {
    new GraphCheck().check(graph);
  }

  private void check(GraphProto graph) {
    if (graph.getNodeCount() > MAX_NODES) {
      throw refuse(graph.getNodeCount() + " nodes", "at most " + MAX_NODES);
    }
    known.add("");
    graph.getInitializerList().forEach(tensor -> add("stored tensor", tensor.getName()));
    Set<String> stored = Set.copyOf(known);
    graph.getInputList().stream()
        .filter(input -> !stored.contains(input.getName()) || input.getName().isEmpty())
        .forEach(input -> add("graph input", input.getName()));
    for (NodeProto node : graph.getNodeList()) {
      for (String input : node.getInputList()) {
        if (!known.contains(input)) {
          throw refuse(
              "node '"
                  + node.getName()
                  + "' ("
                  + node.getOpType()
                  + ") reads '"
                  + input
                  + "', which nothing before it writes",
              "nodes behind those that they read");
        }
      }
      if (node.getOutputCount() == 0 || node.getOutput(0).isEmpty()) {
        throw refuse(
            "node '" + node.getName() + "' (" + node.getOpType() + ") without its first output",
            "a named output of every node");
      }
      node.getOutputList().stream()
          .filter(output -> !output.isEmpty())
          .forEach(output -> add("output of a " + node.getOpType(), output));
    }
    Set<String> outputs = new HashSet<>();
    graph
        .getOutputList()
        .forEach(
            output -> {
              if (output.getName().isEmpty()
                  || !known.contains(output.getName())
                  || !outputs.add(output.getName())) {
                throw refuse(
                    "graph output '" + output.getName() + "'",
                    "graph outputs of different names that the graph computes");
              }
            });
  }

  private void add(String what, String name) {
    if (!known.add(name)) {
      throw refuse(
          name.isEmpty() ? what + " without a name" : "value '" + name + "' twice, as " + what,
          "one stored tensor, graph input or node output of each name");
    }
  }

  private static UserException refuse(String found, String expected) {
    return UserException.badInput(
        "ONNX model",
        found,
        expected,
        "Check the file with onnx.checker.check_model, and export it again.");
  }
}
