package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Graph;

/** All rewrites that keep what a graph computes, in order. */
public final class Rewrites {
  private static final ImmutableList<Rewrite> IN_ORDER =
      ImmutableList.of(
          new DropIdentities(),
          new PlainPools(),
          new PlainProducts(),
          new PadIntoConvolution(),
          new ClampBeforePool(),
          new Folding());

  private Rewrites() {}

  /**
   * {@code graph}, whose constants are stored and whose shapes are known, in operators that have an
   * integer form.
   */
  public static Graph apply(Graph graph) {
    Graph result = graph;
    for (Rewrite rewrite : IN_ORDER) {
      result = rewrite.apply(result);
    }
    return result;
  }
}
