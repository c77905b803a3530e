package io.xbarflow.cli.fuzz;

import static io.xbarflow.cli.fuzz.SeedGraph.FLOAT;
import static io.xbarflow.cli.fuzz.SeedGraph.FLOAT16;
import static io.xbarflow.cli.fuzz.SeedGraph.INT32;
import static io.xbarflow.cli.fuzz.SeedGraph.INT4;
import static io.xbarflow.cli.fuzz.SeedGraph.INT64;
import static io.xbarflow.cli.fuzz.SeedGraph.INT8;
import static io.xbarflow.cli.fuzz.SeedGraph.UINT8;
import static io.xbarflow.cli.fuzz.SeedGraph.integer;
import static io.xbarflow.cli.fuzz.SeedGraph.list;
import static io.xbarflow.cli.fuzz.SeedGraph.tensor;
import static io.xbarflow.cli.fuzz.SeedGraph.text;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.common.collect.ImmutableList;

/** Small models that together have every operator of docs/operators.md, and can be mapped. */
final class Seeds {
  static final ImmutableList<ModelProto> ALL =
      ImmutableList.of(
          pools(),
          quantisedOperators(),
          floatOperators(),
          folded(),
          FunctionSeeds.chain(),
          FunctionSeeds.smooth(),
          FunctionSeeds.branches(),
          HostSeeds.ends(),
          computedShape(),
          rearranged(),
          rows(),
          channelsLast(),
          reduced(),
          formats(),
          missing());

  private Seeds() {}

  /** A QLinearConv of a 2x6x6 input to a 3x4x4 map called y. */
  static SeedGraph convolution() {
    return new SeedGraph()
        .input("x", INT8, 1, 2, 6, 6)
        .scale("x", 0.5f, INT8, 3)
        .weights("w", 3, 2, 3, 3)
        .scale("w", 0.25f, INT8, 0)
        .scale("y", 2, INT8, -7)
        .ints("b", INT32, 100, 3)
        .node(
            "QLinearConv",
            "x,x_s,x_z,w,w_s,w_z,y_s,y_z,b",
            "y",
            list("kernel_shape", 3, 3),
            list("strides", 1, 1),
            list("pads", 0, 0, 0, 0),
            list("dilations", 1, 1),
            integer("group", 1));
  }

  private static ModelProto pools() {
    return convolution()
        .node(
            "com.microsoft.QLinearAveragePool",
            "y,y_s,y_z,y_s,y_z",
            "p",
            list("kernel_shape", 2, 2),
            list("strides", 1, 1),
            list("pads", 1, 1, 0, 0),
            integer("ceil_mode", 0),
            integer("count_include_pad", 1))
        .node(
            "MaxPool",
            "p",
            "m",
            list("kernel_shape", 2, 2),
            list("strides", 2, 2),
            text("auto_pad", "SAME_UPPER"))
        .node("com.microsoft.QLinearGlobalAveragePool", "m,y_s,y_z,y_s,y_z", "g")
        .node("Flatten", "g", "f", integer("axis", 1))
        .weights("k", 5, 3)
        .node("com.microsoft.QGemm", "f,y_s,y_z,k,w_s,w_z,,y_s,y_z", "q", integer("transB", 1))
        .output("q")
        .model();
  }

  private static ModelProto quantisedOperators() {
    return convolution()
        .node("com.microsoft.QLinearLeakyRelu", "y,y_s,y_z,y_s,y_z", "l")
        .node("com.microsoft.QLinearSigmoid", "y,y_s,y_z,x_s,x_z", "s")
        .node("com.microsoft.QLinearAdd", "l,y_s,y_z,s,x_s,x_z,y_s,y_z", "a")
        .ints("k", INT8, 4, 3, 1, 1)
        .node("com.microsoft.QLinearAdd", "a,y_s,y_z,k,w_s,w_z,y_s,y_z", "c")
        .node("com.microsoft.QLinearMul", "c,y_s,y_z,k,w_s,w_z,y_s,y_z", "m")
        .node("com.microsoft.QLinearConcat", "y_s,y_z,m,y_s,y_z,s,x_s,x_z", "j", integer("axis", 1))
        .node("Relu", "j", "r")
        .output("r")
        .model();
  }

  private static ModelProto floatOperators() {
    return new SeedGraph()
        .input("x", FLOAT, 1, 2, 6, 6)
        .scale("x", 0.5f, INT8, 3)
        .weights("w", 3, 2, 3, 3)
        .scale("w", 0.25f, INT8, 0)
        .scale("y", 2, INT8, -7)
        .ints("b", INT32, 100, 3)
        .scale("b", 0.125f, INT32, 0)
        .quantise("x", "x", "xq")
        .dequantise("xq", "x", "xf")
        .dequantise("w", "w", "wf")
        .dequantise("b", "b", "bf")
        .node("Conv", "xf,wf,bf", "c", list("kernel_shape", 3, 3))
        .node("Relu", "c", "r")
        .real("low", 0)
        .real("high", 6)
        .node("Clip", "r,low,high", "cl")
        .quantise("cl", "y", "yq")
        .dequantise("yq", "y", "yf")
        .node("AveragePool", "yf", "av", list("kernel_shape", 2, 2), list("pads", 0, 0, 1, 1))
        .quantise("av", "y", "avq")
        .dequantise("avq", "y", "avf")
        .node("Add", "yf,avf", "sum")
        .quantise("sum", "y", "sumq")
        .dequantise("sumq", "y", "sumf")
        .node("Concat", "sumf,yf", "cat", integer("axis", 1))
        .quantise("cat", "y", "catq")
        .dequantise("catq", "y", "catf")
        .node("GlobalAveragePool", "catf", "gap")
        .quantise("gap", "y", "gapq")
        .dequantise("gapq", "y", "gapf")
        .node("Flatten", "gapf", "flat")
        .weights("k", 6, 5)
        .dequantise("k", "w", "kf")
        .node("Gemm", "flat,kf", "gemm", integer("transB", 0))
        .quantise("gemm", "y", "gq")
        .dequantise("gq", "y", "gf")
        .node("Softmax", "gf", "soft", integer("axis", -1))
        .realOutput("soft")
        .model();
  }

  /** As TensorRT places QuantizeLinear: behind pools, and only on the skip of a sum. */
  static ModelProto missing() {
    return new SeedGraph()
        .input("x", FLOAT, 1, 2, 6, 6)
        .scale("x", 0.5f, INT8, 3)
        .weights("w", 3, 2, 3, 3)
        .scale("w", 0.25f, INT8, 0)
        .scale("y", 2, INT8, -7)
        .quantise("x", "x", "xq")
        .dequantise("xq", "x", "xf")
        .dequantise("w", "w", "wf")
        .node("Conv", "xf,wf", "c", list("kernel_shape", 3, 3))
        .node("Relu", "c", "r")
        .node("MaxPool", "r", "m", list("kernel_shape", 2, 2))
        .quantise("m", "y", "mq")
        .dequantise("mq", "y", "mf")
        .weights("v", 3, 3, 1, 1)
        .dequantise("v", "w", "vf")
        .node("Conv", "mf,vf", "d", list("kernel_shape", 1, 1))
        .node("Add", "d,mf", "sum")
        .quantise("sum", "y", "sumq")
        .dequantise("sumq", "y", "sumf")
        .node("Conv", "sumf,vf", "e", list("kernel_shape", 1, 1))
        .node("Sigmoid", "e", "sig")
        .node("Mul", "e,sig", "silu")
        .node("GlobalAveragePool", "silu", "g")
        .realOutput("g")
        .model();
  }

  private static ModelProto folded() {
    return new SeedGraph()
        .input("x", FLOAT, 1, 2, 6, 6)
        .scale("x", 0.5f, INT8, 3)
        .weights("w", 3, 2, 3, 3)
        .scale("w", 0.25f, INT8, 0)
        .scale("y", 2, INT8, -7)
        .reals("b0", 0.5f, 1, -3)
        .reals("n0", 1, 2, 0.5f)
        .longs("each", 3)
        .node("Reshape", "b0,each", "b")
        .node("Reshape", "n0,each", "n")
        .real("f", 0.5f)
        .ints("s", INT8, 7, 3, 1, 1)
        .scale("s", 0.3f, INT8, 1)
        .quantise("x", "x", "xq")
        .dequantise("xq", "x", "xf")
        .dequantise("w", "w", "wf")
        .dequantise("s", "s", "sf")
        .node("Conv", "xf,wf,b", "c", list("kernel_shape", 3, 3))
        .node("Div", "c,f", "d")
        .node("BatchNormalization", "d,n,b,n,n", "m")
        .node("Add", "sf,m", "a")
        .node("Neg", "a", "g")
        .node("Relu", "g", "r")
        .node("Mul", "r,f", "t")
        .quantise("t", "y", "q")
        .dequantise("q", "y", "yf")
        .node("BatchNormalization", "yf,n,b,n,n", "z")
        .quantise("z", "y", "zq")
        .output("zq")
        .model();
  }

  private static ModelProto computedShape() {
    return convolution()
        .longs("zero", 0)
        .longs("one", 1)
        .longs("two", 2)
        .longs("sixteen", 16)
        .longs("minus", -1)
        .node("Shape", "y", "shape")
        .node("Slice", "shape,zero,one", "batch")
        .node("Gather", "shape,one", "channels", integer("axis", 0))
        .node("Squeeze", "channels,zero", "number")
        .node("Unsqueeze", "number,zero", "list")
        .node("Cast", "list", "cast", integer("to", INT64))
        .node("Mul", "cast,sixteen", "size")
        .node("Add", "size,one", "more")
        .node("Sub", "more,one", "less")
        .node("Div", "less,one", "same")
        .node("Max", "same,minus", "most")
        .node("Min", "most,less", "least")
        .node("Concat", "batch,least", "target", integer("axis", 0))
        .node("Split", "target", "first,second", integer("axis", 0))
        .node("Concat", "first,second", "again", integer("axis", 0))
        .node("Reshape", "y,again", "f")
        .weights("k", 48, 5)
        .node("QLinearMatMul", "f,y_s,y_z,k,w_s,w_z,y_s,y_z", "q")
        .output("q")
        .model();
  }

  private static ModelProto rearranged() {
    return new SeedGraph()
        .input("x", INT8, 1, 4, 6, 6)
        .scale("x", 0.5f, INT8, 3)
        .scale("w", 0.25f, INT8, 0)
        .longs("pads", 0, 0, 1, 0, 0, 1, 0, 1)
        .ints("fill", INT8, 3)
        .node("Pad", "x,pads,fill", "padded")
        .longs("starts", 1, 0)
        .longs("ends", 7, 6)
        .longs("axes", 2, 3)
        .longs("steps", 2, 1)
        .node("Slice", "padded,starts,ends,axes,steps", "sliced")
        .longs("parts", 2, 3)
        .node("Split", "sliced,parts", "a,b", integer("axis", 1))
        .node("Concat", "b,a", "joined", integer("axis", 1))
        .longs("order", 3, 1, 2, 0)
        .node("Gather", "joined,order", "chosen", integer("axis", 1))
        .longs("split", 0, 2, 2, 3, 6)
        .longs("whole", 0, 4, 3, 6)
        .node("Reshape", "chosen,split", "r")
        .node("Transpose", "r", "t", list("perm", 0, 2, 1, 3, 4))
        .node("Reshape", "t,whole", "shuffled")
        .node("Identity", "shuffled", "i")
        .node("Dropout", "i", "d")
        .node("GlobalMaxPool", "d", "g")
        .longs("spatial", 2, 3)
        .node("Squeeze", "g,spatial", "vector")
        .weights("k", 4, 5)
        .node("QLinearMatMul", "vector,x_s,x_z,k,w_s,w_z,x_s,x_z", "q")
        .output("q")
        .model();
  }

  private static ModelProto rows() {
    return new SeedGraph()
        .input("x", FLOAT, 1, 5, 4)
        .scale("x", 0.5f, INT8, 3)
        .scale("w", 0.25f, INT8, 0)
        .longs("shape", 6, 4)
        .node(
            "ConstantOfShape",
            "shape",
            "stored",
            tensor("value", tensor("", INT8, 1).addInt32Data(2)))
        .node("Transpose", "stored", "k", list("perm", 1, 0))
        .node("Constant", "", "y_s", tensor("value", tensor("", FLOAT).addFloatData(4)))
        .ints("y_z", INT8, 1)
        .quantise("x", "x", "xq")
        .dequantise("xq", "x", "xf")
        .dequantise("k", "w", "kf")
        .node("MatMul", "xf,kf", "p")
        .quantise("p", "y", "q")
        .dequantise("q", "y", "f")
        .output("f")
        .model();
  }

  private static ModelProto channelsLast() {
    return new SeedGraph()
        .input("x", FLOAT, 1, 6, 5, 4)
        .scale("x", 0.5f, INT8, 3)
        .scale("w", 0.25f, INT8, 0)
        .quantise("x", "x", "xq")
        .dequantise("xq", "x", "xf")
        .node("Transpose", "xf", "t", list("perm", 0, 3, 1, 2))
        .weights("w", 4, 1, 3, 2)
        .dequantise("w", "w", "wf")
        .node(
            "Conv",
            "t,wf",
            "c",
            list("kernel_shape", 3, 2),
            integer("group", 4),
            text("auto_pad", "SAME_LOWER"),
            list("strides", 2, 1))
        .quantise("c", "x", "cq")
        .dequantise("cq", "x", "cf")
        .reals("each", 1, 2, 3, 4)
        .node("Mul", "cf,each", "m")
        .quantise("m", "x", "mq")
        .output("mq")
        .model();
  }

  private static ModelProto reduced() {
    return convolution()
        .dequantise("y", "y", "f")
        .node("ReduceMean", "f", "mean", list("axes", 2, 3), integer("keepdims", 0))
        .quantise("mean", "y", "q")
        .longs("axes", 2)
        .node("Unsqueeze", "q,axes", "u")
        .output("u")
        .model();
  }

  /** Element types and blocks of scales that docs/operators.md lists under formats. */
  private static ModelProto formats() {
    return new SeedGraph()
        .input("x", FLOAT, 1, 5, 6, 4)
        .stored(tensor("x_s", FLOAT16).addInt32Data(0x3800))
        .ints("x_z", INT8, 3)
        .quantise("x", "x", "xq")
        .scale("w", 0.25f, UINT8, 200)
        .ints("w", UINT8, 17, 4, 4, 1, 1)
        .node(
            "com.microsoft.QLinearConv",
            "xq,x_s,x_z,w,w_s,w_z,x_s,x_z",
            "c",
            integer("channels_last", 1))
        .node(
            "com.microsoft.QLinearAveragePool",
            "c,x_s,x_z,x_s,x_z",
            "p",
            integer("channels_last", 1),
            list("kernel_shape", 2, 2))
        .node("Transpose", "p", "t", list("perm", 0, 3, 1, 2))
        .dequantise("t", "x", "f")
        .stored(
            tensor("v", INT4, 2, 4, 1, 1)
                .addInt32Data(0x21)
                .addInt32Data(0x7F)
                .addInt32Data(0x80)
                .addInt32Data(0x11))
        .stored(
            tensor("v_s", FLOAT, 2, 2, 1, 1)
                .addFloatData(0.5f)
                .addFloatData(0.25f)
                .addFloatData(1)
                .addFloatData(1))
        .node("DequantizeLinear", "v,v_s", "vf", integer("axis", 1), integer("block_size", 2))
        .node("Conv", "f,vf", "k")
        .quantise("k", "x", "q")
        .output("q")
        .model();
  }
}
