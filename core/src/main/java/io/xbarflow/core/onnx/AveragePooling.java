package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.stream.IntStream;

/**
 * AveragePool and GlobalAveragePool, also as ReduceMean over rows and columns, between
 * DequantizeLinear and QuantizeLinear.
 */
final class AveragePooling implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("AveragePool", "GlobalAveragePool", "ReduceMean");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Stream input = operand(node, assembly);
    Pooling pooling =
        node.opType().equals("AveragePool")
            ? Pooling.ofWindow(node, assembly, input, AverageArithmetic.of(node, assembly, input))
            : Pooling.ofFrame(node, assembly, input);
    View view = pooling.output();
    if (node.opType().equals("ReduceMean")) {
      requireWholeMap(node, assembly, input.view());
      view = node.intAttribute("keepdims", 1) == 0 ? View.ofVector(view.shape().channels()) : view;
    }
    assembly.define(node.output(), new Pending(node, view, pooling.maker()));
  }

  /** The map; of a float result only what can be in a mean that the next quantisation shows. */
  private static Stream operand(Node node, Assembly assembly) {
    if (!(assembly.value(node, 0) instanceof Unsettled result)) {
      return assembly.dequantised(node, 0);
    }
    int values =
        node.opType().equals("AveragePool")
            ? (int) Limits.product(node.intsAttribute("kernel_shape"))
            : result.view().shape().pixels();
    MissingQuantisation missing = assembly.missing();
    Interval range = missing.proven().of(result).union(new Interval(0, 0));
    Interval means = missing.behind().distinguished(node.output());
    Interval told = missing.byAllReaders(node.input(0), means.ofMean(values, range));
    return missing.give(node, node.input(0), result, told);
  }

  /** Refuses a ReduceMean over other axes than rows and columns. */
  private static void requireWholeMap(Node node, Assembly assembly, View view) {
    ImmutableList<Integer> axes =
        node.hasInput(1) ? assembly.integers(node, 1, Limits.RANK) : node.intsAttribute("axes");
    int rank = view.dims().size() + 1;
    ImmutableSet<Integer> reduced =
        axes.stream()
            .map(axis -> axis < 0 ? axis + rank : axis)
            .collect(ImmutableSet.toImmutableSet());
    ImmutableSet<Integer> spatial =
        IntStream.range(2, rank).boxed().collect(ImmutableSet.toImmutableSet());
    if (!reduced.equals(spatial)) {
      throw node.refuse(
          "the mean over axes " + axes + " of " + rank,
          "the mean over all rows and columns, axes " + spatial,
          "Use GlobalAveragePool.");
    }
  }
}
