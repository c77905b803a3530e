package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Arranged;
import io.xbarflow.core.onnx.Value.Known;
import java.util.Optional;

/**
 * Shape of a feature map, as exporters use it to compute the target of a Reshape. The batch axis
 * counts as 0, which Reshape reads as "the same as before".
 */
final class ShapeOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Shape");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Optional<Arranged> arranged = Arranging.of(assembly.value(node, 0));
    if (arranged.isEmpty()) {
      throw node.refuse(
          "Shape of " + assembly.value(node, 0).describe(),
          "Shape of a feature map",
          "Simplify the model, for example with onnxsim.");
    }
    ImmutableList<Integer> dims =
        ImmutableList.<Integer>builder()
            .add(0)
            .addAll(arranged.get().arrangement().extents())
            .build();
    assembly.define(node.output(), new Known(StoredArrangement.shape(node, dims)));
  }
}
