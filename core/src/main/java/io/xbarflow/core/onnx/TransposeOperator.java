package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Arranged;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import java.util.stream.IntStream;

/**
 * Transpose of a stored tensor; of a feature map where it exchanges the axes of one image so that
 * channels stand first or last, or reorders channels between two Reshapes (channel shuffle).
 */
final class TransposeOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Transpose");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Value value = assembly.value(node, 0);
    if (value instanceof QuantisedConstant constant) {
      ImmutableList<Integer> permutation = permutation(node, constant.values().dims().size());
      assembly.define(
          node.output(),
          new QuantisedConstant(
              constant.values().transposed(node, assembly, permutation),
              constant.scales(),
              constant.zeroPoints(),
              constant.scales().size() == 1 ? 0 : permutation.indexOf(constant.axis())));
    } else {
      Arranged arranged = Arranging.of(value).orElseThrow(() -> Assembly.unquantised(node, value));
      ImmutableList<Integer> permutation =
          permutation(node, arranged.arrangement().dims().size() + 1);
      if (permutation.get(0) != 0) {
        throw node.refuse(
            "Transpose " + permutation + " of " + value.describe(),
            "a permutation that leaves the batch axis first",
            "Transpose in the host.");
      }
      Arranging.define(
          node,
          assembly,
          arranged.values(),
          arranged
              .arrangement()
              .transposed(
                  permutation.stream()
                      .skip(1)
                      .map(axis -> axis - 1)
                      .collect(ImmutableList.toImmutableList())));
    }
  }

  /** The permutation that {@code node} states, of {@code rank} axes. */
  static ImmutableList<Integer> permutation(Node node, int rank) {
    ImmutableList<Integer> stated = node.intsAttribute("perm");
    ImmutableList<Integer> permutation =
        stated.isEmpty()
            ? IntStream.range(0, rank)
                .mapToObj(axis -> rank - 1 - axis)
                .collect(ImmutableList.toImmutableList())
            : stated;
    if (permutation.size() != rank
        || !ImmutableSet.copyOf(permutation)
            .equals(IntStream.range(0, rank).boxed().collect(ImmutableSet.toImmutableSet()))) {
      throw node.refuse(
          "perm " + permutation + " of " + rank + " axes",
          "every axis once",
          "Export the model again.");
    }
    return permutation;
  }
}
