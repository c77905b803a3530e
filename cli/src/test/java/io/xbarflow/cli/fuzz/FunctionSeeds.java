package io.xbarflow.cli.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;

/** Models that the fuzzer changes: functions of one value. */
final class FunctionSeeds {
  private FunctionSeeds() {}

  /** A chain of float operators. */
  static ModelProto chain() {
    return Seeds.convolution()
        .real("one", 1.5f)
        .reals("each", 1, 2, 0.5f)
        .dequantise("y", "y", "f0")
        .node("LeakyRelu", "f0", "f1")
        .node("HardSigmoid", "f1", "f2")
        .node("HardSwish", "f2", "f3")
        .node("Tanh", "f3", "f4")
        .node("Abs", "f4", "f5")
        .node("Neg", "f5", "f6")
        .node("Sub", "f6,one", "f7")
        .node("Div", "f7,one", "f8")
        .node("Min", "f8,one", "f9")
        .node("Max", "f9,one", "f10")
        .node("PRelu", "f10,each", "f11")
        .node("Sigmoid", "f0", "g")
        .node("Mul", "f11,g", "f12")
        .node("Sqrt", "one", "c1")
        .node("Reciprocal", "c1", "c2")
        .longs("point", 1, 1)
        .node("Expand", "c2,point", "c3")
        .node("Mul", "f12,c3", "f14")
        .node("Add", "f14,f0", "f13")
        .quantise("f13", "y", "q")
        .node("Sigmoid", "f0", "s")
        .output("q", "s")
        .model();
  }

  /** Functions that each library approximates, and steps. */
  static ModelProto smooth() {
    SeedGraph graph = Seeds.convolution().real("one", 1.5f).dequantise("y", "y", "f0");
    int number = 0;
    for (String operator :
        new String[] {
          "Elu", "Selu", "Celu", "Gelu", "Mish", "Softplus", "Softsign", "Erf", "Exp", "Reciprocal",
          "Log", "Sqrt", "Sin", "Cos", "Sign", "Floor", "Ceil", "Round", "ThresholdedRelu", "Shrink"
        }) {
      graph.node(operator, "f" + number, "f" + (number + 1));
      number++;
    }
    return graph
        .node("Pow", "f" + number + ",one", "g")
        .quantise("g", "y", "q")
        .output("q")
        .model();
  }

  /** Branches of one map, quantised and not, and choices between them. */
  static ModelProto branches() {
    return Seeds.convolution()
        .real("one", 1.5f)
        .dequantise("y", "y", "f")
        .node("Sigmoid", "f", "s")
        .quantise("s", "x", "a")
        .dequantise("a", "x", "af")
        .node("Mul", "f,af", "c")
        .quantise("c", "y", "d")
        .node("com.microsoft.QLinearMul", "d,y_s,y_z,y,y_s,y_z,y_s,y_z", "e")
        .node("com.microsoft.QLinearAdd", "e,y_s,y_z,a,x_s,x_z,y_s,y_z", "g")
        .dequantise("g", "y", "h")
        .node("Greater", "h,one", "c1")
        .node("GreaterOrEqual", "f,h", "c2")
        .node("Less", "h,one", "c3")
        .node("LessOrEqual", "f,h", "c4")
        .node("Equal", "f,h", "c5")
        .node("And", "c1,c2", "c6")
        .node("Or", "c3,c4", "c7")
        .node("Xor", "c5,c6", "c8")
        .node("Not", "c7", "c9")
        .node("Where", "c8,f,one", "w1")
        .node("Where", "c9,w1,h", "w2")
        .quantise("w2", "y", "q")
        .output("q")
        .model();
  }
}
