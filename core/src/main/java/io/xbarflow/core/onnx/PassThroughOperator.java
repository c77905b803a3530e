package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;

/** Identity, and Dropout, which does nothing at inference. */
final class PassThroughOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Identity", "Dropout");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    if (node.outputs().size() > 1 && !node.outputs().get(1).isEmpty()) {
      boolean maskRead =
          !assembly.graph().readers().get(node.outputs().get(1)).isEmpty()
              || assembly.graph().outputs().contains(node.outputs().get(1));
      if (maskRead) {
        throw node.refuse("the mask output", "the values only", "Export for inference.");
      }
    }
    assembly.define(node.output(), assembly.value(node, 0));
  }
}
