package io.xbarflow.sim.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The golden model against ONNX Runtime on single nodes with random quantisation, for the operators
 * that ONNX Runtime computes alike on every processor (on some it saturates uint8 x int8 products).
 */
final class OnnxRuntimeTest {
  private static final int CASES = 300;

  @TempDir Path folder;

  private final Random random = new Random(11);
  private int ceils;

  @Test
  void add() throws OrtException {
    Shape shape = new Shape(1, 256, 256);
    int[] a = new int[shape.size()];
    int[] b = new int[shape.size()];
    for (int i = 0; i < 60; i++) {
      boolean signed = random.nextBoolean();
      Quantisation qa = quantisation(signed, i % 4 == 0);
      Quantisation qb = i % 4 == 1 ? qa : quantisation(signed, i % 4 == 0);
      Quantisation qy = quantisation(signed, i % 4 == 0);
      for (int j = 0; j < a.length; j++) {
        a[j] = qa.min() + j / 256;
        b[j] = qb.min() + j % 256;
      }
      byte[] model =
          new OnnxNode("com.microsoft", "QLinearAdd")
              .input("a", shape, signed)
              .quantisation(qa)
              .input("b", shape, signed)
              .quantisation(qb)
              .quantisation(qy)
              .output("y", shape, signed);
      Network network =
          network(
              List.of(new Tensor("a", shape, qa), new Tensor("b", shape, qb)),
              new Tensor("y", shape, qy),
              new Layer.Add("add", "a", "b", "y", qy.min(), qy.max()));
      compare(model, network, ImmutableMap.of("a", Image.of(shape, a), "b", Image.of(shape, b)));
    }
  }

  @Test
  void addConstant() throws OrtException {
    for (int i = 0; i < CASES; i++) {
      boolean signed = random.nextBoolean();
      boolean first = i % 2 == 0;
      Shape shape = i % 5 == 0 ? new Shape(4096, 1, 1) : new Shape(256, 16, 16);
      Quantisation qx = quantisation(signed, i % 4 == 0);
      Quantisation qc = quantisation(signed, i % 4 == 0);
      Quantisation qy = quantisation(signed, i % 4 == 0);
      Image x = randomImage(shape, qx);
      Image c = randomImage(new Shape(shape.channels(), 1, 1), qc);
      OnnxNode node = new OnnxNode("com.microsoft", "QLinearAdd");
      if (first) {
        node.input("c", c.shape(), signed).quantisation(qc);
      }
      node.input("x", shape, signed).quantisation(qx);
      if (!first) {
        node.input("c", c.shape(), signed).quantisation(qc);
      }
      byte[] model = node.quantisation(qy).output("y", shape, signed);
      Network network =
          network(
              List.of(new Tensor("x", shape, qx)),
              new Tensor("y", shape, qy),
              new Layer.AddConstant(
                  "add",
                  "x",
                  Arrays.stream(c.toArray()).boxed().collect(ImmutableList.toImmutableList()),
                  qc,
                  first,
                  "y",
                  qy.min(),
                  qy.max()));
      Image golden = new GoldenModel(network).run(ImmutableMap.of("x", x)).get("y");
      compare(golden, run(model, ImmutableMap.of("x", x, "c", c), signed), network);
    }
  }

  @Test
  void concat() throws OrtException, IOException {
    Shape shape = new Shape(1, 16, 16); // every value once
    int[] every = new int[shape.size()];
    int unchanged = 0;
    for (int i = 0; i < CASES; i++) {
      boolean signed = random.nextBoolean();
      Quantisation qy = quantisation(signed, i % 4 == 0);
      OnnxNode node = new OnnxNode("com.microsoft", "QLinearConcat").quantisation(qy);
      ImmutableMap.Builder<String, Image> inputs = ImmutableMap.builder();
      int operands = 2 + i % 3;
      for (int operand = 0; operand < operands; operand++) {
        boolean same = random.nextInt(3) == 0;
        Quantisation qx = same ? qy : i % 4 == 0 ? quantisation(signed, true) : near(qy);
        unchanged += same ? 1 : 0;
        for (int j = 0; j < every.length; j++) {
          every[j] = qx.min() + j;
        }
        node.input("x" + operand, shape, signed).quantisation(qx);
        inputs.put("x" + operand, Image.of(shape, every));
      }
      byte[] model =
          node.attribute("axis", i % 2 == 0 ? 1L : -3L)
              .output("y", new Shape(operands, 16, 16), signed);
      Path file = folder.resolve("concat.onnx");
      Files.write(file, model);
      // The importer computes the tables, so the network is the importer's.
      compare(model, OnnxImport.read(file), inputs.buildOrThrow());
    }
    assertTrue(unchanged > CASES / 2, "operands that pass unchanged " + unchanged);
  }

  @Test
  void globalAveragePool() throws OrtException {
    for (int i = 0; i < CASES; i++) {
      boolean signed = random.nextBoolean();
      Shape shape = new Shape(33, 1 + random.nextInt(9), 1 + random.nextInt(9));
      Quantisation qx = quantisation(signed, i % 4 == 0);
      Quantisation qy = i % 4 == 1 ? qx : near(qx);
      Shape pooled = new Shape(33, 1, 1);
      byte[] model =
          new OnnxNode("com.microsoft", "QLinearGlobalAveragePool")
              .input("x", shape, signed)
              .quantisation(qx)
              .quantisation(qy)
              .output("y", pooled, signed);
      Network network =
          network(
              List.of(new Tensor("x", shape, qx)),
              new Tensor("y", pooled, qy),
              new Layer.GlobalAveragePool("pool", "x", "y"));
      compare(model, network, ImmutableMap.of("x", randomImage(shape, qx)));
    }
  }

  @Test
  void averagePool() throws OrtException {
    for (int i = 0; i < CASES; i++) {
      boolean signed = random.nextBoolean();
      Quantisation qx = quantisation(signed, i % 4 == 0);
      pool(Layer.Pool.Kind.AVERAGE, qx, i % 4 < 2 ? qx : near(qx), i % 3 == 0);
    }
    assertTrue(ceils > CASES / 10, "ceil mode " + ceils);
  }

  @Test
  void maxPool() throws OrtException {
    for (int i = 0; i < CASES; i++) {
      Quantisation qx = quantisation(random.nextBoolean(), false);
      pool(Layer.Pool.Kind.MAX, qx, qx, false);
    }
  }

  @Test
  void comparisonCanFail() throws OrtException {
    Shape shape = new Shape(1, 8, 8);
    Quantisation q = new Quantisation(0.5f, 3, false);
    byte[] model =
        new OnnxNode("com.microsoft", "QLinearGlobalAveragePool")
            .input("x", shape, false)
            .quantisation(q)
            .quantisation(q)
            .output("y", new Shape(1, 1, 1), false);
    int[] tie = new int[64];
    for (int i = 0; i < 64; i++) {
      tie[i] = i % 2 + 4; // Mean 4.5: half to even of 1.5 above the zero point is 2.
    }
    Image image = Image.of(shape, tie);
    Network network =
        network(
            List.of(new Tensor("x", shape, q)),
            new Tensor("y", new Shape(1, 1, 1), q),
            new Layer.GlobalAveragePool("pool", "x", "y"));
    compare(model, network, ImmutableMap.of("x", image));
    int truncated = (int) Math.floor(4.5);
    assertNotEquals(truncated, run(model, ImmutableMap.of("x", image), false).get(0));
  }

  private void pool(Layer.Pool.Kind kind, Quantisation qx, Quantisation qy, boolean includePad)
      throws OrtException {
    int kernelHeight = 1 + random.nextInt(4);
    int kernelWidth = 1 + random.nextInt(4);
    int strideHeight = 1 + random.nextInt(3);
    int strideWidth = 1 + random.nextInt(3);
    int[] pads = new int[4];
    for (int i = 0; i < 4; i++) {
      pads[i] = random.nextInt(i % 2 == 0 ? kernelHeight : kernelWidth);
    }
    int dilation = kind == Layer.Pool.Kind.MAX ? 1 + random.nextInt(2) : 1;
    Window window =
        new Window(
            kernelHeight,
            kernelWidth,
            strideHeight,
            strideWidth,
            pads[0],
            pads[1],
            pads[2],
            pads[3],
            dilation,
            dilation);
    Shape shape = new Shape(3, 7 + random.nextInt(8), 7 + random.nextInt(8));
    int roomHeight = shape.height() + pads[0] + pads[2] - window.extentHeight();
    int roomWidth = shape.width() + pads[1] + pads[3] - window.extentWidth();
    // ONNX Runtime 1.20 keeps windows that start in the end padding, whose mean has no taps.
    boolean ceil =
        kind == Layer.Pool.Kind.AVERAGE
            && (roomHeight / strideHeight + 1) * strideHeight < shape.height() + pads[0]
            && (roomWidth / strideWidth + 1) * strideWidth < shape.width() + pads[1];
    ceils += ceil ? 1 : 0;
    int up = ceil ? 1 : 0;
    Shape pooled =
        new Shape(
            3,
            (roomHeight + up * (strideHeight - 1)) / strideHeight + 1,
            (roomWidth + up * (strideWidth - 1)) / strideWidth + 1);
    boolean max = kind == Layer.Pool.Kind.MAX;
    OnnxNode node =
        new OnnxNode(max ? "" : "com.microsoft", max ? "MaxPool" : "QLinearAveragePool")
            .input("x", shape, qx.signed());
    if (max) {
      node.attribute("dilations", dilation, dilation);
    } else {
      node.quantisation(qx).quantisation(qy);
      node.attribute("count_include_pad", includePad ? 1L : 0L);
    }
    byte[] model =
        node.attribute("kernel_shape", kernelHeight, kernelWidth)
            .attribute("strides", strideHeight, strideWidth)
            .attribute("pads", pads)
            .attribute("ceil_mode", ceil ? 1L : 0L)
            .output("y", pooled, qx.signed());
    Network network =
        network(
            List.of(new Tensor("x", shape, qx)),
            new Tensor("y", pooled, qy),
            new Layer.Pool("pool", "x", "y", window, kind, includePad));
    compare(model, network, ImmutableMap.of("x", randomImage(shape, qx)));
  }

  private void compare(byte[] model, Network network, Map<String, Image> inputs)
      throws OrtException {
    Image golden = new GoldenModel(network).run(inputs).get("y");
    boolean signed = network.tensor("y").quantisation().signed();
    compare(golden, run(model, inputs, signed), network);
  }

  private static void compare(Image golden, List<Integer> expected, Network network) {
    assertEquals(expected.size(), golden.shape().size());
    int differences = 0;
    String first = "";
    for (int i = 0; i < expected.size(); i++) {
      if (expected.get(i) != golden.get(i)) {
        if (differences == 0) {
          first = "value " + i + " is " + expected.get(i) + ", golden " + golden.get(i);
        }
        differences++;
      }
    }
    assertEquals(0, differences, first + ": " + network.layers() + " " + network.tensors());
  }

  private static List<Integer> run(byte[] model, Map<String, Image> inputs, boolean signed)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options)) {
        Map<String, OnnxTensor> tensors = new HashMap<>();
        for (Map.Entry<String, Image> input : inputs.entrySet()) {
          Shape shape = input.getValue().shape();
          ByteBuffer bytes = ByteBuffer.allocateDirect(shape.size());
          for (int value : input.getValue().toArray()) {
            bytes.put((byte) value);
          }
          bytes.rewind();
          tensors.put(
              input.getKey(),
              OnnxTensor.createTensor(
                  environment,
                  bytes,
                  new long[] {1, shape.channels(), shape.height(), shape.width()},
                  signed ? OnnxJavaType.INT8 : OnnxJavaType.UINT8));
        }
        try (OrtSession.Result result = session.run(tensors)) {
          OnnxTensor y = (OnnxTensor) result.get("y").orElseThrow();
          ByteBuffer bytes = y.getByteBuffer();
          return Stream.generate(bytes::get)
              .limit(bytes.remaining())
              .map(value -> signed ? (int) value : value & 255)
              .toList();
        } finally {
          tensors.values().forEach(OnnxTensor::close);
        }
      }
    }
  }

  private static Network network(List<Tensor> inputs, Tensor output, Layer layer) {
    ImmutableList.Builder<Tensor> tensors = ImmutableList.builder();
    tensors.addAll(inputs).add(output);
    return new Network(
        "test",
        "",
        tensors.build(),
        ImmutableList.of(layer),
        inputs.stream().map(OnnxRuntimeTest::host).collect(ImmutableList.toImmutableList()),
        ImmutableList.of(host(output)));
  }

  private static HostTensor host(Tensor tensor) {
    Shape shape = tensor.shape();
    return new HostTensor(
        tensor.name(),
        tensor.name(),
        ImmutableList.of(shape.channels(), shape.height(), shape.width()),
        false,
        false);
  }

  private Quantisation quantisation(boolean signed, boolean powerOfTwo) {
    float scale = (float) Math.exp(-3 + random.nextGaussian());
    return new Quantisation(
        powerOfTwo ? Math.scalb(1f, Math.getExponent(scale)) : scale,
        (signed ? -128 : 0) + random.nextInt(256),
        signed);
  }

  private Quantisation near(Quantisation q) {
    float scale = (float) (q.scale() * Math.exp(0.4 * random.nextGaussian()));
    return new Quantisation(scale, q.min() + random.nextInt(256), q.signed());
  }

  private Image randomImage(Shape shape, Quantisation quantisation) {
    int[] values = new int[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = quantisation.min() + random.nextInt(256);
    }
    return Image.of(shape, values);
  }
}
