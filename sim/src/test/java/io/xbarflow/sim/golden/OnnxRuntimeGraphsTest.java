package io.xbarflow.sim.golden;

import static io.xbarflow.sim.golden.OnnxGraph.attribute;
import static io.xbarflow.sim.golden.OnnxGraph.ints;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small graphs, imported and run by the golden model, against ONNX Runtime: rewrites of the
 * importer and operators that become several layers or none. Weights are small, so that ONNX
 * Runtime computes uint8 x int8 alike on every processor.
 */
final class OnnxRuntimeGraphsTest {
  private static final int ROUNDS = 12;

  @TempDir Path folder;

  /** Adds the nodes between x, quantised by x_s and x_z, and y, quantised by y_s and y_z. */
  private interface Body {
    OnnxGraph in(OnnxGraph graph, Random random);
  }

  /**
   * A graph.
   *
   * @param layers kinds of the layers that it becomes: the initials of their classes
   * @param dims dimensions of the input
   * @param body its nodes
   */
  private record Case(String name, String layers, long[] dims, Body body) {}

  private static long[] dims(long... dims) {
    return dims;
  }

  private static final long[] MAP = dims(1, 6, 9, 8);

  private static Case of(String name, String layers, Body body) {
    return new Case(name, layers, MAP, body);
  }

  /** A chain of float operators from f to g between DequantizeLinear and QuantizeLinear. */
  private static Case chain(String name, String layers, Body body) {
    return of(
        name,
        layers,
        (graph, random) ->
            body.in(graph.node("DequantizeLinear", "x,x_s,x_z", "f"), random)
                .node("QuantizeLinear", "g,y_s,y_z", "y"));
  }

  private static Stream<Case> cases() {
    return Stream.of(
        of(
            "pad taken over by a convolution",
            "C",
            (graph, random) ->
                convolution(
                    graph.list("pads", 0, 0, 1, 2, 0, 0, 0, 1).node("Pad", "x,pads,x_z", "p"),
                    random,
                    "p",
                    6,
                    1)),
        of(
            "pad with another value before a convolution",
            "RC",
            (graph, random) ->
                convolution(
                    graph
                        .list("pads", 0, 0, 1, 2, 0, 0, 0, 1)
                        .integers("v", dims(), 11)
                        .node("Pad", "x,pads,v", "p"),
                    random,
                    "p",
                    6,
                    1)),
        of(
            "slice of a padded map: crop, then padding in the window",
            "RC",
            (graph, random) ->
                convolution(
                    graph
                        .list("pads", 0, 0, 1, 2, 0, 0, 2, 1)
                        .node("Pad", "x,pads,x_z", "p")
                        .list("from", 0, 0)
                        .list("to", 7, 12)
                        .list("axes", 2, 3)
                        .node("Slice", "p,from,to,axes", "s"),
                    random,
                    "s",
                    6,
                    1)),
        of(
            "pad with the least value taken over by a max pool",
            "PL",
            (graph, random) ->
                graph
                    .list("pads", 0, 0, 1, 1, 0, 0, 1, 0)
                    .integers("v", dims(), graph.signed() ? -128 : 0)
                    .node("Pad", "x,pads,v", "p")
                    .node("MaxPool", "p", "m", ints("kernel_shape", 3L, 2L))
                    .node("DequantizeLinear", "m,x_s,x_z", "f")
                    .node("QuantizeLinear", "f,y_s,y_z", "y")),
        of(
            "pad with another value before a max pool",
            "RPL",
            (graph, random) ->
                graph
                    .list("pads", 0, 0, 1, 1, 0, 0, 1, 0)
                    .integers("v", dims(), 100)
                    .node("Pad", "x,pads,v", "p")
                    .node("MaxPool", "p", "m", ints("kernel_shape", 3L, 2L))
                    .node("DequantizeLinear", "m,x_s,x_z", "f")
                    .node("QuantizeLinear", "f,y_s,y_z", "y")),
        of(
            "pad taken over by an average pool",
            "P",
            (graph, random) ->
                graph
                    .list("pads", 0, 0, 1, 1, 0, 0, 2, 1)
                    .node("Pad", "x,pads,x_z", "p")
                    .node(
                        "QLinearAveragePool",
                        "p,x_s,x_z,y_s,y_z",
                        "y",
                        ints("kernel_shape", 3L, 3L),
                        ints("strides", 2L, 1L))),
        of(
            "negative pads, channels and steps",
            "GRL",
            (graph, random) ->
                requantised(
                    graph
                        .list("pads", 0, 1, -2, 3, 0, 2, 1, -1)
                        .integers("v", dims(), 5)
                        .node("Pad", "x,pads,v", "p")
                        .list("from", 8, 1)
                        .list("to", 1000, -1)
                        .list("axes", -1, 2)
                        .list("steps", 1, 2)
                        .list("from2", 0)
                        .list("to2", 7)
                        .list("axes2", 3)
                        .node("Slice", "p,from2,to2,axes2", "s1")
                        .list("from3", 1)
                        .list("to3", 8)
                        .list("axes3", 2)
                        .list("steps3", 2)
                        .node("Slice", "s1,from3,to3,axes3,steps3", "s"),
                    "s")),
        of(
            "parts of the channels, joined in another order",
            "GGGJL",
            (graph, random) ->
                requantised(
                    graph
                        .list("parts", 1, 3, 2)
                        .node("Split", "x,parts", "a,b,c", attribute("axis", 1L))
                        .node("Concat", "c,a,b", "j", attribute("axis", 1L)),
                    "j")),
        of(
            "tiles of rows, each convolved, joined",
            "RRCCJ",
            (graph, random) ->
                convolution(
                        convolution(
                            graph
                                .list("parts", 4, 5)
                                .node("Split", "x,parts", "a,b", attribute("axis", 2L)),
                            random,
                            "a",
                            6,
                            1,
                            "p"),
                        random,
                        "b",
                        6,
                        1,
                        "q")
                    .node("Concat", "p,q", "y", attribute("axis", 2L))),
        of(
            "columns joined behind tables",
            "LLJ",
            (graph, random) ->
                graph.node(
                    "QLinearConcat", "y_s,y_z,x,x_s,x_z,x,x_s,x_z", "y", attribute("axis", 3L))),
        of(
            "channel shuffle",
            "GL",
            (graph, random) -> requantised(shuffled(graph, "x", "s", 3), "s")),
        of(
            "channel shuffle taken over by a convolution",
            "C",
            (graph, random) -> convolution(shuffled(graph, "x", "s", 2), random, "s", 5, 1)),
        of(
            "channel shuffle before a grouped convolution",
            "GC",
            (graph, random) -> convolution(shuffled(graph, "x", "s", 2), random, "s", 4, 2)),
        of(
            "two shuffles that cancel",
            "L",
            (graph, random) ->
                requantised(shuffled(shuffled(graph, "x", "s", 2), "s", "t", 3), "t")),
        of(
            "channels gathered",
            "GL",
            (graph, random) ->
                requantised(
                    graph
                        .list("which", 5, 0, -2, 0)
                        .node("Gather", "x,which", "s", attribute("axis", 1L)),
                    "s")),
        new Case(
            "channels last at both ends",
            "C",
            dims(1, 9, 8, 6),
            (graph, random) ->
                convolution(
                        graph.node("Transpose", "x", "n", ints("perm", 0L, 3L, 1L, 2L)),
                        random,
                        "n",
                        5,
                        1,
                        "c")
                    .node("Transpose", "c", "y", ints("perm", 0L, 2L, 3L, 1L))),
        new Case(
            "one dimension",
            "CP",
            dims(1, 6, 40),
            (graph, random) ->
                convolution1d(graph, random)
                    .node(
                        "MaxPool",
                        "c",
                        "y",
                        ints("kernel_shape", 3L),
                        ints("strides", 2L),
                        ints("pads", 1L, 1L))),
        of(
            "shape computed from the map",
            "L",
            (graph, random) ->
                requantised(
                    graph
                        .node("Shape", "x", "shape")
                        .number("zero", 0)
                        .node("Gather", "shape,zero", "batch")
                        .list("axis", 0)
                        .node("Unsqueeze", "batch,axis", "batches")
                        .list("from", 1)
                        .list("to", 4)
                        .node("Slice", "shape,from,to", "rest")
                        .node("Split", "rest", "c,h,w", attribute("num_outputs", 3L))
                        .node("Mul", "h,w", "hw")
                        .node("Mul", "hw,c", "all")
                        .node("Concat", "batches,all", "target", attribute("axis", 0L))
                        .node("Reshape", "x,target", "r"),
                    "r")),
        of("table of one factor", "L", (graph, random) -> times(graph, random, dims(), true)),
        of("a factor a channel", "M", (graph, random) -> times(graph, random, dims(6, 1, 1), true)),
        of(
            "a factor a channel, the factors first",
            "M",
            (graph, random) -> times(graph, random, dims(1, 6, 1, 1), false)),
        of(
            "a factor a channel, stated for every pixel",
            "M",
            (graph, random) -> times(graph, random, dims(6, 9, 8), true)),
        of(
            "a summand a channel, stated for every pixel",
            "A",
            (graph, random) ->
                constants(graph, random, dims(1, 6, 9, 8))
                    .node("QLinearAdd", "x,x_s,x_z,k,k_s,k_z,y_s,y_z", "y")),
        of(
            "QLinearSigmoid",
            "L",
            (graph, random) -> graph.node("QLinearSigmoid", "x,x_s,x_z,y_s,y_z", "y")),
        of(
            "QLinearLeakyRelu",
            "L",
            (graph, random) ->
                graph.node("QLinearLeakyRelu", "x,x_s,x_z,y_s,y_z", "y", attribute("alpha", 0.3f))),
        chain(
            "greatest of the map", "PL", (graph, random) -> graph.node("GlobalMaxPool", "f", "g")),
        chain("Sigmoid", "L", (graph, random) -> graph.node("Sigmoid", "f", "g")),
        chain("Tanh", "L", (graph, random) -> graph.node("Tanh", "f", "g")),
        chain("HardSwish", "L", (graph, random) -> graph.node("HardSwish", "f", "g")),
        chain("LeakyRelu", "L", (graph, random) -> graph.node("LeakyRelu", "f", "g")),
        chain(
            "HardSigmoid",
            "L",
            (graph, random) -> graph.node("HardSigmoid", "f", "g", attribute("alpha", 0.17f))),
        chain(
            "x * sigmoid(x)",
            "L",
            (graph, random) -> graph.node("Sigmoid", "f", "s").node("Mul", "f,s", "g")),
        chain(
            "x * clip(x + 3, 0, 6) / 6",
            "L",
            (graph, random) ->
                graph
                    .reals("three", dims(), 3)
                    .reals("zero", dims(), 0)
                    .reals("six", dims(1), 6)
                    .node("Add", "f,three", "a")
                    .node("Clip", "a,zero,", "c1")
                    .node("Min", "c1,six", "c")
                    .node("Mul", "f,c", "m")
                    .node("Div", "m,six", "g")),
        chain(
            "1 - |x|, then the greatest with x",
            "L",
            (graph, random) ->
                graph
                    .reals("one", dims(), 1)
                    .node("Abs", "f", "a")
                    .node("Sub", "one,a", "s")
                    .node("Neg", "s", "n")
                    .node("Max", "n,f", "g")),
        chain(
            "PRelu",
            "M",
            (graph, random) ->
                graph
                    .reals("slope", dims(6, 1, 1), 0.1f, 0.2f, -0.3f, 0.1f, 0, 1.7f)
                    .node("PRelu", "f,slope", "g")),
        chain(
            "a * x + b a channel",
            "M",
            (graph, random) ->
                graph
                    .reals("a", dims(6, 1, 1), 0.1f, 0.2f, -0.3f, 0.4f, 1, 1.7f)
                    .reals("b", dims(1, 6, 1, 1), 1, 2, 3, -1, 0.5f, -0.25f)
                    .node("Mul", "f,a", "m")
                    .node("Add", "m,b", "g")),
        of(
            "weights beyond int8 without their zero point",
            "GC",
            (graph, random) -> wide(graph, random, 5, 1)),
        of(
            "grouped weights beyond int8 without their zero point",
            "GC",
            (graph, random) -> wide(graph, random, 6, 3)),
        of(
            "depthwise weights beyond int8 without their zero point",
            "GC",
            (graph, random) -> wide(graph, random, 6, 6)),
        of(
            "matrix beyond int8 without its zero point",
            "GC",
            (graph, random) ->
                wideWeights(graph, random, 432, 3)
                    .node("Flatten", "x", "f")
                    .node("QLinearMatMul", "f,x_s,x_z,w,w_s,w_z,y_s,y_z", "y")),
        new Case(
            "average pool with channels last",
            "P",
            dims(1, 9, 8, 6),
            (graph, random) ->
                graph.node(
                    "QLinearAveragePool",
                    "x,x_s,x_z,y_s,y_z",
                    "y",
                    attribute("channels_last", 1),
                    ints("kernel_shape", 3L, 2L),
                    ints("strides", 2L, 1L),
                    ints("pads", 1L, 0L, 0L, 1L))),
        new Case(
            "global average pool with channels last",
            "G",
            dims(1, 9, 8, 6),
            (graph, random) ->
                graph.node(
                    "QLinearGlobalAveragePool",
                    "x,x_s,x_z,y_s,y_z",
                    "y",
                    attribute("channels_last", 1))),
        of(
            "channels last between transpositions",
            "P",
            (graph, random) ->
                graph
                    .node("Transpose", "x", "t", ints("perm", 0L, 2L, 3L, 1L))
                    .node(
                        "QLinearAveragePool",
                        "t,x_s,x_z,y_s,y_z",
                        "p",
                        attribute("channels_last", 1),
                        ints("kernel_shape", 2L, 2L))
                    .node("Transpose", "p", "y", ints("perm", 0L, 3L, 1L, 2L))),
        new Case(
            "convolution with channels last",
            "C",
            dims(1, 9, 8, 6),
            (graph, random) ->
                graph
                    .int8("w", dims(4, 6, 3, 3), random.ints(216, -20, 21).toArray())
                    .reals("w_s", dims(), 0.02f)
                    .int8("w_z", dims(), 0)
                    .node(
                        "com.microsoft.QLinearConv",
                        "x,x_s,x_z,w,w_s,w_z,y_s,y_z",
                        "y",
                        attribute("channels_last", 1),
                        ints("pads", 1L, 1L, 0L, 2L))),
        chain(
            "Relu and MaxPool between",
            "PL",
            (graph, random) ->
                graph
                    .node("Relu", "f", "r")
                    .node("MaxPool", "r", "g", ints("kernel_shape", 2L, 2L))));
  }

  private static OnnxGraph requantised(OnnxGraph graph, String from) {
    return graph
        .node("DequantizeLinear", from + ",x_s,x_z", "real")
        .node("QuantizeLinear", "real,y_s,y_z", "y");
  }

  private static OnnxGraph shuffled(OnnxGraph graph, String from, String to, int groups) {
    return graph
        .list(to + "_split", 0, groups, 6 / groups, 9, 8)
        .list(to + "_join", 0, -1, 9, 8)
        .node("Reshape", from + "," + to + "_split", to + "_5d")
        .node("Transpose", to + "_5d", to + "_t", ints("perm", 0L, 2L, 1L, 3L, 4L))
        .node("Reshape", to + "_t," + to + "_join", to);
  }

  private static OnnxGraph constants(OnnxGraph graph, Random random, long... dims) {
    int count = 1;
    for (long dim : dims) {
      count *= (int) dim;
    }
    int pixels = Math.max(1, count / 6);
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          i % pixels == 0 ? (graph.signed() ? -128 : 0) + random.nextInt(256) : values[i - 1];
    }
    float scale = (float) Math.exp(-3 + random.nextGaussian());
    int zero = (graph.signed() ? -128 : 0) + random.nextInt(256);
    return graph
        .integers("k", dims, values)
        .quantisation("k", new Quantisation(scale, zero, graph.signed()));
  }

  private static OnnxGraph times(OnnxGraph graph, Random random, long[] dims, boolean mapFirst) {
    return constants(graph, random, dims)
        .node(
            "QLinearMul",
            mapFirst ? "x,x_s,x_z,k,k_s,k_z,y_s,y_z" : "k,k_s,k_z,x,x_s,x_z,y_s,y_z",
            "y");
  }

  private static OnnxGraph convolution(
      OnnxGraph graph, Random random, String from, int outputs, int groups) {
    return convolution(graph, random, from, outputs, groups, "y");
  }

  private static OnnxGraph convolution(
      OnnxGraph graph, Random random, String from, int outputs, int groups, String to) {
    return graph
        .int8(
            to + "_w",
            dims(outputs, 6 / groups, 3, 3),
            random.ints(outputs * 54 / groups, -20, 21).toArray())
        .reals(to + "_ws", dims(), 0.02f)
        .int8(to + "_wz", dims(), 0)
        .node(
            "QLinearConv",
            from + ",x_s,x_z," + to + "_w," + to + "_ws," + to + "_wz,y_s,y_z",
            to,
            attribute("group", groups),
            ints("strides", 1L, 2L));
  }

  /** A convolution with weights of the input's type that leave int8 without their zero point. */
  private static OnnxGraph wide(OnnxGraph graph, Random random, int outputs, int groups) {
    return wideWeights(graph, random, outputs, 6 / groups, 3, 2)
        .node(
            "QLinearConv",
            "x,x_s,x_z,w,w_s,w_z,y_s,y_z",
            "y",
            attribute("group", groups),
            ints("pads", 1L, 0L, 0L, 2L));
  }

  private static OnnxGraph wideWeights(OnnxGraph graph, Random random, long... dims) {
    int count = 1;
    for (long dim : dims) {
      count *= (int) dim;
    }
    int least = graph.signed() ? -128 : 0;
    // One extreme value at an extreme zero point, which takes three parts, and others around it.
    boolean low = random.nextBoolean();
    int[] values = random.ints(count, least, least + 256).toArray();
    values[random.nextInt(count)] = low ? least + 255 : least;
    return graph
        .integers("w", dims, values)
        .quantisation("w", new Quantisation(0.02f, low ? least : least + 255, graph.signed()));
  }

  private static OnnxGraph convolution1d(OnnxGraph graph, Random random) {
    return graph
        .int8("w", dims(4, 6, 5), random.ints(120, -20, 21).toArray())
        .reals("w_s", dims(), 0.02f)
        .int8("w_z", dims(), 0)
        .node(
            "QLinearConv",
            "x,x_s,x_z,w,w_s,w_z,y_s,y_z",
            "c",
            ints("dilations", 2L),
            ints("pads", 3L, 4L));
  }

  /** Maps seen in another order, before matrix products, Q/DQ pairs and graph outputs. */
  private static Stream<Case> layouts() {
    return Stream.of(
        of(
            "channels last, flattened, before QLinearMatMul",
            "C",
            (graph, random) ->
                weights(graph, random, 432, 5)
                    .node("Transpose", "x", "t", ints("perm", 0L, 2L, 3L, 1L))
                    .list("flat", 0, -1)
                    .node("Reshape", "t,flat", "v")
                    .node("QLinearMatMul", "v,x_s,x_z,w,w_s,w_z,y_s,y_z", "y")),
        of(
            "columns, rows, channels flattened before QLinearMatMul",
            "C",
            (graph, random) ->
                weights(graph, random, 432, 5)
                    .node("Transpose", "x", "t", ints("perm", 0L, 3L, 2L, 1L))
                    .node("Flatten", "t", "v")
                    .node("QLinearMatMul", "v,x_s,x_z,w,w_s,w_z,y_s,y_z", "y")),
        chain(
            "channels last, flattened, with other scales and a Relu between, before Gemm",
            "LLC",
            (graph, random) ->
                weights(graph, random, 432, 5)
                    .node("Transpose", "f", "t", ints("perm", 0L, 2L, 3L, 1L))
                    .node("Relu", "t", "r")
                    .node("QuantizeLinear", "r,y_s,y_z", "q")
                    .node("DequantizeLinear", "q,y_s,y_z", "d")
                    .list("flat", 1, 432)
                    .node("Reshape", "d,flat", "v")
                    .node("QuantizeLinear", "v,x_s,x_z", "q2")
                    .node("DequantizeLinear", "q2,x_s,x_z", "d2")
                    .node("DequantizeLinear", "w,w_s,w_z", "wf")
                    .node("Gemm", "d2,wf", "g")),
        chain(
            "matrix product over the channels of every pixel",
            "C",
            (graph, random) ->
                weights(graph, random, 6, 5)
                    .node("Transpose", "f", "t", ints("perm", 0L, 2L, 3L, 1L))
                    .node("DequantizeLinear", "w,w_s,w_z", "wf")
                    .node("MatMul", "t,wf", "g")),
        chain(
            "matrix product over a flattened map with a further axis",
            "C",
            (graph, random) ->
                weights(graph, random, 432, 5)
                    .list("flat", 0, 1, -1)
                    .node("Reshape", "f,flat", "v")
                    .node("DequantizeLinear", "w,w_s,w_z", "wf")
                    .node("MatMul", "v,wf", "g")),
        chain(
            "channels last, flattened, at the end",
            "L",
            (graph, random) ->
                graph
                    .node("Transpose", "f", "t", ints("perm", 0L, 2L, 3L, 1L))
                    .node("Flatten", "t", "g")),
        chain(
            "channel shuffle with Q/DQ pairs around every operator",
            "GL",
            (graph, random) ->
                graph
                    .list("split", 0, 2, 3, 9, 8)
                    .list("join", 0, 6, 9, 8)
                    .node("Reshape", "f,split", "a")
                    .node("QuantizeLinear", "a,x_s,x_z", "aq")
                    .node("DequantizeLinear", "aq,x_s,x_z", "ad")
                    .node("Transpose", "ad", "t", ints("perm", 0L, 2L, 1L, 3L, 4L))
                    .node("QuantizeLinear", "t,x_s,x_z", "tq")
                    .node("DequantizeLinear", "tq,x_s,x_z", "td")
                    .node("Reshape", "td,join", "g")),
        chain(
            "concatenation of one map",
            "L",
            (graph, random) -> graph.node("Concat", "f", "g", attribute("axis", 1))));
  }

  /** Single rows, columns and channels, and sums over the map. */
  private static Stream<Case> parts() {
    return Stream.of(
        of(
            "one row",
            "RL",
            (graph, random) ->
                requantised(
                    graph.number("i", 4).node("Gather", "x,i", "g", attribute("axis", 2)), "g")),
        of(
            "one column, before a matrix product",
            "RC",
            (graph, random) ->
                weights(graph, random, 54, 5)
                    .number("i", -2)
                    .node("Gather", "x,i", "g", attribute("axis", 3))
                    .node("Flatten", "g", "v")
                    .node("QLinearMatMul", "v,x_s,x_z,w,w_s,w_z,y_s,y_z", "y")),
        new Case(
            "the last time step of channels in order",
            "RC",
            dims(1, 6, 9),
            (graph, random) ->
                weights(graph, random, 6, 5)
                    .number("i", -1)
                    .node("Gather", "x,i", "g", attribute("axis", 2))
                    .node("QLinearMatMul", "g,x_s,x_z,w,w_s,w_z,y_s,y_z", "y")),
        of(
            "rows at equal distances",
            "RL",
            (graph, random) ->
                requantised(
                    graph.list("i", 1, 4, -2).node("Gather", "x,i", "g", attribute("axis", 2)),
                    "g")),
        chain(
            "one channel of a function",
            "GL",
            (graph, random) ->
                graph
                    .number("i", 3)
                    .node("Tanh", "f", "t")
                    .node("Gather", "t,i", "r", attribute("axis", 1))
                    .list("map", 0, 1, 9, 8)
                    .node("Reshape", "r,map", "g")),
        chain(
            "a mean for each axis",
            "G",
            (graph, random) ->
                graph
                    .list("columns", 3)
                    .list("rows", -2)
                    .node("ReduceMean", "f,columns", "r", attribute("keepdims", 1))
                    .node("ReduceMean", "r,rows", "g", attribute("keepdims", 0))),
        chain(
            "a mean for each axis, dropped at once",
            "G",
            (graph, random) ->
                graph
                    .list("axis", 2)
                    .node("ReduceMean", "f,axis", "r", attribute("keepdims", 0))
                    .node("ReduceMean", "r,axis", "g", attribute("keepdims", 0))),
        chain(
            "mean with channels last",
            "G",
            (graph, random) ->
                graph
                    .node("Transpose", "f", "t", ints("perm", 0L, 2L, 3L, 1L))
                    .list("axes", 1, 2)
                    .node("ReduceMean", "t,axes", "g", attribute("keepdims", 0))),
        chain(
            "sum over the map",
            "GL",
            (graph, random) ->
                graph
                    .list("axes", 2, 3)
                    .node("ReduceSum", "f,axes", "g", attribute("keepdims", 0))),
        of(
            "quantised concatenation of one map",
            "L",
            (graph, random) ->
                graph.node(
                    "com.microsoft.QLinearConcat",
                    "y_s,y_z,x,x_s,x_z",
                    "y",
                    attribute("axis", 1))));
  }

  /** Weights w, of {@code inputs} x {@code outputs}. */
  private static OnnxGraph weights(OnnxGraph graph, Random random, int inputs, int outputs) {
    return graph
        .int8("w", dims(inputs, outputs), random.ints((long) inputs * outputs, -20, 21).toArray())
        .reals("w_s", dims(), 0.02f)
        .int8("w_z", dims(), 0);
  }

  @TestFactory
  Stream<DynamicTest> equalsOnnxRuntime() {
    return Stream.of(cases(), layouts(), parts())
        .flatMap(part -> part)
        .map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c)));
  }

  private void check(Case c) throws OrtException, IOException {
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(31 * round + c.name().hashCode());
      boolean signed = round % 2 == 0;
      Quantisation x = quantisation(random, signed);
      Quantisation y = quantisation(random, signed);
      byte[] model =
          c.body()
              .in(new OnnxGraph(signed, c.dims()).quantisation("x", x).quantisation("y", y), random)
              .bytes();
      Path file = folder.resolve("graph.onnx");
      Files.write(file, model);
      Network network = OnnxImport.read(file);
      assertEquals(c.layers(), kinds(network), "layers");
      compare(model, network, random, c.dims());
    }
  }

  private static String kinds(Network network) {
    return network.layers().stream()
        .map(
            layer ->
                layer instanceof Layer.Concat
                    ? "J"
                    : layer instanceof Layer.ChannelLookup
                        ? "M"
                        : layer.getClass().getSimpleName().substring(0, 1))
        .collect(Collectors.joining());
  }

  private static Quantisation quantisation(Random random, boolean signed) {
    float scale = (float) Math.exp(-3 + random.nextGaussian());
    return new Quantisation(scale, (signed ? -128 : 0) + random.nextInt(256), signed);
  }

  private static void compare(byte[] model, Network network, Random random, long[] dims)
      throws OrtException {
    HostTensor input = network.inputs().get(0);
    HostTensor output = network.outputs().get(0);
    Shape shape = network.tensor(input.tensor()).shape();
    boolean signed = network.tensor(input.tensor()).quantisation().signed();
    byte[] bytes = new byte[shape.size()];
    random.nextBytes(bytes);
    for (int i = 0; i < Math.min(256, bytes.length); i++) {
      bytes[i] = (byte) i; // every value once
    }
    int[] values = new int[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = signed ? bytes[i] : bytes[i] & 255;
    }
    ImageBatch batch =
        ImageBatch.ofIntegers(
            signed,
            Longs.asList(dims).stream()
                .map(Long::intValue)
                .collect(ImmutableList.toImmutableList()),
            values);
    Image image = NetworkImages.toImages(network, input, batch, "x").get(0);
    Image result =
        new GoldenModel(network).run(ImmutableMap.of(input.tensor(), image)).get(output.tensor());
    ImageBatch golden = NetworkImages.fromImages(network, output, List.of(result));
    byte[] want = run(model, bytes, dims, signed);
    assertEquals(want.length, golden.size(), "values");
    for (int i = 0; i < want.length; i++) {
      int wanted = signed ? want[i] : want[i] & 255;
      assertEquals(wanted, (int) golden.get(i), "value " + i + " of " + network.layers());
    }
  }

  private static byte[] run(byte[] model, byte[] input, long[] dims, boolean signed)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    ByteBuffer buffer = ByteBuffer.allocateDirect(input.length).put(input).rewind();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(model, options);
        OnnxTensor x =
            OnnxTensor.createTensor(
                environment, buffer, dims, signed ? OnnxJavaType.INT8 : OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of("x", x))) {
      ByteBuffer y = ((OnnxTensor) result.get(0)).getByteBuffer();
      byte[] bytes = new byte[y.remaining()];
      y.get(bytes);
      return bytes;
    }
  }
}
