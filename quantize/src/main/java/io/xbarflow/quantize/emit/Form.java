package io.xbarflow.quantize.emit;

import io.xbarflow.quantize.graph.Node;

/** How operators with weights, and those that give their results another quantisation, are put. */
interface Form {
  /** Conv or Gemm. */
  void product(Output output, Node node, Int8Weights weights);

  /** Add, Concat, average pools, functions of one value: all operands are maps. */
  void operator(Output output, Node node);
}
