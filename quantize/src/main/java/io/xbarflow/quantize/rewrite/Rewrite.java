package io.xbarflow.quantize.rewrite;

import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Refusals;

/** A step that keeps what a graph computes, and leaves alone what it refuses. */
@FunctionalInterface
interface Rewrite {
  Graph apply(Graph graph, Refusals refusals);
}
