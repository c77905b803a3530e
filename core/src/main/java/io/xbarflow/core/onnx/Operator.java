package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;

/** Converts the nodes of one family of ONNX operators. */
interface Operator {
  /** Operators of the family, those outside ai.onnx as {@code domain.Operator}. */
  ImmutableSet<String> opTypes();

  /**
   * Converts {@code node}: adds layers to {@code assembly} and says what the node's outputs stand
   * for.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when this form is not supported
   */
  void convert(Node node, Assembly assembly);
}
