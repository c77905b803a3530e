package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Refusals;

/** All rewrites that keep what a graph computes, in order. */
public final class Rewrites {
  private static final ImmutableList<Rewrite> IN_ORDER =
      ImmutableList.of(
          new DropIdentities(),
          new PlainPools(),
          new GatherIntoSlice(),
          new LastAxisProducts(),
          new PlainTransposes(),
          new PlainProducts(),
          new PadIntoConvolution(),
          new SliceIntoConvolution(),
          new ClampBeforeMoves(),
          new Folding());

  private Rewrites() {}

  /**
   * {@code graph}, whose constants are stored and whose shapes are known, in operators that have an
   * integer form, but for what is added to {@code refusals}.
   */
  public static Graph apply(Graph graph, Refusals refusals) {
    Graph result = graph;
    for (Rewrite rewrite : IN_ORDER) {
      result = rewrite.apply(result, refusals);
    }
    return result;
  }
}
