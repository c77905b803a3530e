package io.xbarflow.quantize.rewrite;

import io.xbarflow.quantize.graph.Graph;

/** A step that keeps what a graph computes. */
@FunctionalInterface
interface Rewrite {
  Graph apply(Graph graph);
}
