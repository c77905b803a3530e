package io.xbarflow.cli.fuzz;

import static io.xbarflow.cli.fuzz.SeedGraph.FLOAT;
import static io.xbarflow.cli.fuzz.SeedGraph.integer;
import static io.xbarflow.cli.fuzz.SeedGraph.list;

import ai.onnx.proto.OnnxMl.ModelProto;

/** Models that the fuzzer changes: what the host computes before and behind the chip. */
final class HostSeeds {
  private HostSeeds() {}

  /** A prepared float input, and outputs of every operator that only the host computes. */
  static ModelProto ends() {
    return Seeds.convolution()
        .input("z", FLOAT, 1, 72)
        .real("mean", 0.5f)
        .longs("map", 0, 2, 6, 6)
        .node("Sub", "z,mean", "zs")
        .node("Reshape", "zs,map", "zm")
        .quantise("zm", "x", "zq")
        .node("QLinearConv", "zq,x_s,x_z,w,w_s,w_z,y_s,y_z,b", "zy", list("kernel_shape", 3, 3))
        .dequantise("zy", "y", "f")
        .longs("k", 2)
        .longs("axes", 2, 3)
        .node("LogSoftmax", "f", "logs", integer("axis", 1))
        .node("ArgMax", "f", "greatest", integer("axis", 1))
        .node("ArgMin", "logs", "least", integer("axis", 2), integer("keepdims", 0))
        .node("TopK", "f,k", "values,indices", integer("axis", 3))
        .node("com.microsoft.QLinearSoftmax", "y,y_s,y_z,w_s,w_z", "soft", integer("axis", -1))
        .node("ReduceSum", "f,axes", "sums")
        .quantise("sums", "y", "sum")
        .output("greatest", "least", "indices", "soft", "sum")
        .realOutput("values")
        .model();
  }
}
