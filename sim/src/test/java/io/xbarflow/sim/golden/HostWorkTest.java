package io.xbarflow.sim.golden;

import static io.xbarflow.sim.golden.OnnxGraph.attribute;
import static io.xbarflow.sim.golden.OnnxGraph.ints;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.NetworkModel;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.sim.onnx.OnnxRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the host computes before and behind the chip, against ONNX Runtime: the graph, the artefact
 * network.json read back, and network.onnx give the same outputs, with the same shape and type.
 */
final class HostWorkTest {
  private static final int ROUNDS = 6;
  private static final int FLOAT = 1;
  private static final int INT32 = 6;
  private static final int INT64 = 7;
  private static final int FLOAT16 = 10;

  /** Exponentials are added in another order than in ONNX Runtime's vector kernels. */
  private static final double OF_EXPONENTIALS = 2e-6;

  @TempDir Path folder;

  /** Adds nodes. */
  private interface Body {
    OnnxGraph in(OnnxGraph graph);
  }

  /**
   * A graph.
   *
   * @param type element type of y
   * @param dims dimensions of x
   * @param floats whether x is float32
   * @param tolerance of the outputs, none but for exponentials
   */
  private record Case(
      String name, int type, long[] dims, boolean floats, double tolerance, Body body) {}

  private static long[] dims(long... dims) {
    return dims;
  }

  /** Behind a max pool of x to p [1, 6, 8, 7], dequantised as f. */
  private static Case tail(String name, int type, Body body) {
    return new Case(
        name,
        type,
        dims(1, 6, 9, 8),
        false,
        name.contains("oftmax") && !name.startsWith("Q") ? OF_EXPONENTIALS : 0,
        graph ->
            body.in(
                graph
                    .node("MaxPool", "x", "p", ints("kernel_shape", 2L, 2L))
                    .node("DequantizeLinear", "p,x_s,x_z", "f")));
  }

  /** From the float32 input x to h, which is quantised and pooled. */
  private static Case head(String name, long[] dims, Body body) {
    return new Case(
        name,
        FLOAT,
        dims,
        true,
        0,
        graph ->
            body.in(graph)
                .node("QuantizeLinear", "h,x_s,x_z", "q")
                .node("MaxPool", "q", "p", ints("kernel_shape", 2L, 2L))
                .node("DequantizeLinear", "p,x_s,x_z", "y"));
  }

  private static Stream<Case> cases() {
    return Stream.of(
        tail(
            "Softmax over channels", FLOAT, g -> g.node("Softmax", "f", "y", attribute("axis", 1))),
        tail("LogSoftmax over columns", FLOAT, g -> g.node("LogSoftmax", "f", "y")),
        tail(
            "Softmax, then quantised",
            FLOAT,
            g ->
                g.reals("p_s", dims(), 1f / 128)
                    .integers("p_z", dims(), g.signed() ? -100 : 0)
                    .node("Softmax", "f", "s", attribute("axis", 1))
                    .node("QuantizeLinear", "s,p_s,p_z", "q")
                    .node("DequantizeLinear", "q,p_s,p_z", "y")),
        tail("QLinearSoftmax over channels", FLOAT, g -> quantisedSoftmax(g, 1, 1f / 256)),
        tail("QLinearSoftmax over columns, coarse", FLOAT, g -> quantisedSoftmax(g, -1, 0.013f)),
        tail("ArgMax", INT64, g -> g.node("ArgMax", "f", "y", attribute("axis", 1))),
        tail(
            "last ArgMin without its axis",
            INT64,
            g ->
                g.node(
                    "ArgMin",
                    "f",
                    "y",
                    attribute("axis", -1),
                    attribute("keepdims", 0),
                    attribute("select_last_index", 1))),
        tail(
            "ArgMax of integers, as int32",
            INT32,
            g ->
                g.node("ArgMax", "p", "a", attribute("axis", 2))
                    .node("Cast", "a", "y", attribute("to", INT32))),
        tail(
            "values of TopK",
            FLOAT,
            g -> g.list("k", 3).node("TopK", "f,k", "y,i", attribute("axis", 1))),
        tail(
            "indices of the least by TopK",
            INT64,
            g ->
                g.list("k", 2)
                    .node("TopK", "f,k", "v,y", attribute("axis", 2), attribute("largest", 0))),
        tail("Tanh", FLOAT, g -> g.node("Tanh", "f", "y")),
        tail("Sigmoid", FLOAT, g -> g.node("Sigmoid", "f", "y")),
        tail(
            "factors per channel, and Relu",
            FLOAT,
            g ->
                g.reals("k", dims(6, 1, 1), 0.1f, 0.2f, -0.3f, 0.4f, 1, 1.7f)
                    .node("Mul", "f,k", "m")
                    .node("Relu", "m", "y")),
        tail(
            "functions per channel with channels last",
            FLOAT,
            g ->
                g.reals("k", dims(6, 1, 1), 0.1f, 0.2f, -0.3f, 0.4f, 1, 1.7f)
                    .node("Add", "f,k", "m")
                    .node("Transpose", "m", "y", ints("perm", 0L, 2L, 3L, 1L))),
        tail(
            "detection head: boxes of anchors",
            FLOAT,
            g ->
                g.list("split", 0, 2, 3, 8, 7)
                    .list("join", 0, -1, 3)
                    .node("Reshape", "f,split", "a")
                    .node("Transpose", "a", "t", ints("perm", 0L, 1L, 3L, 4L, 2L))
                    .node("Reshape", "t,join", "y")),
        tail(
            "detection head: Softmax of classes, then transposed",
            FLOAT,
            g ->
                g.list("split", 0, 2, 3, 56)
                    .node("Reshape", "f,split", "a")
                    .node("Transpose", "a", "t", ints("perm", 0L, 1L, 3L, 2L))
                    .node("Softmax", "t", "s")
                    .node("Transpose", "s", "y", ints("perm", 0L, 3L, 1L, 2L))),
        tail(
            "Softmax times a number",
            FLOAT,
            g ->
                g.reals("k", dims(), 100)
                    .node("Softmax", "f", "s", attribute("axis", 1))
                    .node("Mul", "k,s", "m")
                    .node("Clip", "m", "y")),
        tail(
            "rows and columns exchanged",
            FLOAT,
            g -> g.node("Transpose", "f", "y", ints("perm", 0L, 1L, 3L, 2L))),
        tail("float16", FLOAT16, g -> g.node("Cast", "f", "y", attribute("to", FLOAT16))),
        tail("integers as int32", INT32, g -> g.node("Cast", "p", "y", attribute("to", INT32))),
        head(
            "mean and deviation per channel",
            dims(1, 3, 6, 5),
            g ->
                g.reals("m", dims(1, 3, 1, 1), 0.485f, 0.456f, 0.406f)
                    .reals("d", dims(3, 1, 1), 0.229f, 0.224f, 0.225f)
                    .node("Sub", "x,m", "c")
                    .node("Div", "c,d", "h")),
        head(
            "number less the input, bounded",
            dims(1, 3, 6, 5),
            g ->
                g.reals("one", dims(), 1)
                    .reals("half", dims(), 0.5f)
                    .node("Sub", "one,x", "c")
                    .node("Mul", "c,half", "m")
                    .node("Relu", "m", "h")),
        head(
            "flat input",
            dims(1, 90),
            g -> g.list("map", 0, 3, 6, 5).node("Reshape", "x,map", "h")),
        head(
            "channels last, transposed before QuantizeLinear",
            dims(1, 6, 5, 3),
            g -> g.node("Transpose", "x", "h", ints("perm", 0L, 3L, 1L, 2L))),
        head(
            "scaled, with channels last",
            dims(1, 6, 5, 3),
            g ->
                g.reals("k", dims(3), 0.5f, 0.25f, 2)
                    .node("Mul", "x,k", "s")
                    .node("Transpose", "s", "h", ints("perm", 0L, 3L, 1L, 2L))),
        head(
            "rows and columns exchanged",
            dims(1, 3, 6, 5),
            g -> g.node("Transpose", "x", "h", ints("perm", 0L, 1L, 3L, 2L))),
        new Case(
            "uint8 image divided by 255",
            FLOAT,
            dims(1, 3, 6, 5),
            false,
            0,
            g ->
                g.reals("k", dims(), 255)
                    .reals("c_s", dims(), 1f / 128)
                    .integers("c_z", dims(), 3)
                    .node("Cast", "x", "r", attribute("to", FLOAT))
                    .node("Div", "r,k", "h")
                    .node("QuantizeLinear", "h,c_s,c_z", "q")
                    .node("MaxPool", "q", "p", ints("kernel_shape", 2L, 2L))
                    .node("DequantizeLinear", "p,c_s,c_z", "y")));
  }

  private static OnnxGraph quantisedSoftmax(OnnxGraph graph, long axis, float scale) {
    return graph
        .reals("p_s", dims(), scale)
        .integers("p_z", dims(), graph.signed() ? -128 : 0)
        .node(
            "com.microsoft.QLinearSoftmax",
            "p,x_s,x_z,p_s,p_z",
            "q",
            attribute("axis", axis),
            attribute("opset", 13))
        .node("DequantizeLinear", "q,p_s,p_z", "y");
  }

  @TestFactory
  Stream<DynamicTest> equalsOnnxRuntime() {
    return cases().map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c)));
  }

  private void check(Case c) throws OrtException, IOException {
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(31 * round + c.name().hashCode());
      boolean signed = round % 2 == 0;
      Quantisation x =
          new Quantisation(
              (float) Math.exp(-3 + random.nextGaussian()),
              (signed ? -128 : 0) + random.nextInt(256),
              signed);
      OnnxGraph graph = new OnnxGraph(signed, c.dims()).quantisation("x", x).outputType(c.type());
      byte[] model = c.body().in(c.floats() ? graph.real("x") : graph).bytes();
      Path file = folder.resolve("graph.onnx");
      Files.write(file, model);
      Network read = OnnxImport.read(file);
      Artefacts.write(folder.resolve("network.json"), read);
      Network network = Artefacts.read(folder.resolve("network.json"), Network.class);
      assertEquals(read, network);
      ImageBatch input = input(c, signed, random);
      ImmutableMap<String, ImageBatch> inputs = ImmutableMap.of("x", input);
      ImageBatch want = OnnxRuntime.run(model, inputs, OptLevel.NO_OPT).get("y");
      HostTensor in = network.inputs().get(0);
      HostTensor out = network.outputs().get(0);
      Image image = NetworkImages.toImages(network, in, input, "x").get(0);
      Image result =
          new GoldenModel(network).run(ImmutableMap.of(in.tensor(), image)).get(out.tensor());
      assertSame(c, want, NetworkImages.fromImages(network, out, List.of(result)));
      assertSame(
          c, want, OnnxRuntime.run(NetworkModel.of(network), inputs, OptLevel.NO_OPT).get("y"));
    }
  }

  private static ImageBatch input(Case c, boolean signed, Random random) {
    ImmutableList<Integer> shape =
        Longs.asList(c.dims()).stream()
            .map(Long::intValue)
            .collect(ImmutableList.toImmutableList());
    int size = shape.stream().reduce(1, (a, b) -> a * b);
    float[] reals = new float[size];
    int[] integers = new int[size];
    for (int i = 0; i < size; i++) {
      reals[i] = (float) (5 * random.nextGaussian());
      integers[i] = (signed ? -128 : 0) + random.nextInt(256);
    }
    return c.floats()
        ? ImageBatch.ofFloats(shape, reals)
        : ImageBatch.ofIntegers(signed, shape, integers);
  }

  private static void assertSame(Case c, ImageBatch want, ImageBatch got) {
    assertEquals(want.shape(), got.shape(), "shape");
    assertEquals(want.type(), got.type(), "type");
    for (int i = 0; i < want.size(); i++) {
      int index = i;
      float wanted = want.get(i);
      float found = got.get(i);
      assertTrue(
          wanted == found
              || Math.abs(wanted - found) <= c.tolerance() * Math.max(1, Math.abs(wanted)),
          () -> "value " + index + " is " + found + ", ONNX Runtime's " + wanted);
    }
  }
}
