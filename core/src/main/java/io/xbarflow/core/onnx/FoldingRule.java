package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;

/** Evaluates an operator on stored tensors. */
interface FoldingRule {
  /**
   * The outputs of {@code node} in order.
   *
   * @param operands of the node, {@link Constant#OMITTED} for those it leaves out
   * @throws io.xbarflow.core.diagnostic.UserException when ONNX does not define the result, or it
   *     takes too much memory
   */
  ImmutableList<Constant> evaluate(Node node, Assembly assembly, ImmutableList<Constant> operands);
}
