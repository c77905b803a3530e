package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.diagnostic.UserException;

/**
 * Operators that opset 7 gave another meaning: before it broadcasting was an attribute, and Dropout
 * was for training unless it said otherwise.
 */
final class FirstOpsets {
  private static final int WITH_BROADCASTING = 7;

  private static final ImmutableSet<String> BROADCASTING =
      ImmutableSet.of("Add", "Sub", "Mul", "Div", "Pow");

  private FirstOpsets() {}

  /**
   * Refuses nodes of {@code graph} that mean something else than their operator does since opset 7.
   *
   * @throws UserException that names the first one
   */
  static void require(Graph graph) {
    if (graph.opset() >= WITH_BROADCASTING) {
      return;
    }
    for (Node node : graph.nodes()) {
      boolean along =
          BROADCASTING.contains(node.opType())
              && node.intAttribute("broadcast", 0) != 0
              && node.has("axis");
      boolean training = node.opType().equals("Dropout") && node.intAttribute("is_test", 0) == 0;
      if (along || training || node.opType().equals("PRelu")) {
        throw node.refuse(
            "opset "
                + graph.opset()
                + (training
                    ? ", where Dropout without is_test is for training"
                    : ", where constants are broadcast along another axis"),
            "operators that mean the same as in opset 7",
            "Convert it with onnx.version_converter to opset 7 or newer.");
      }
    }
  }
}
