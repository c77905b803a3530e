package io.xbarflow.quantize.graph;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The nodes that stop a network, each with the first reason that was found; grows. */
public final class Refusals {
  private final Map<String, UserException> byResult = new LinkedHashMap<>();

  /** What {@code rewrite} makes of {@code graph}; the graph itself when it refuses {@code node}. */
  public Graph attempt(Graph graph, Node node, UnaryOperator<Graph> rewrite) {
    try {
      return rewrite.apply(graph);
    } catch (UserException refusal) {
      add(node, refusal);
      return graph;
    }
  }

  /** Takes the reason against {@code node}. */
  public void add(Node node, UserException refusal) {
    byResult.putIfAbsent(node.output(), refusal);
  }

  /** The reasons by first result of the node. */
  public ImmutableMap<String, UserException> byResult() {
    return ImmutableMap.copyOf(byResult);
  }
}
