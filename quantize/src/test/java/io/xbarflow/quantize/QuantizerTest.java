package io.xbarflow.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.quantize.calibrate.RangeRule;
import io.xbarflow.quantize.emit.QuantisedGraph;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Stored;
import io.xbarflow.quantize.onnx.OnnxModel;
import io.xbarflow.quantize.runtime.FloatRun;
import io.xbarflow.sim.golden.GoldenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small float models, quantised: the golden model equals ONNX Runtime in every byte of every layer,
 * both forms mean the same network, uint8 is int8 shifted by 128, and the outputs stay close to the
 * float model. With uint8 activations ONNX Runtime saturates sums on processors without VNNI
 * instructions, so it is compared for int8 only.
 */
final class QuantizerTest {
  private static final int IMAGES = 4;
  private static final RangeRule MIN_MAX = new RangeRule(RangeRule.Method.MIN_MAX, 100);

  @TempDir Path folder;

  /**
   * A model.
   *
   * @param layers kinds of the layers that it becomes: the initials of their classes
   * @param decibels signal-to-noise ratio that every output reaches at least
   */
  private record Case(String name, String layers, double decibels, FloatModel model) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static FloatModel model(Integer... image) {
    return new FloatModel(13, 7, image);
  }

  private static Attributes lrn() {
    return new Attributes(ImmutableMap.of("size", 3L, "alpha", 0.3f, "beta", 0.75f, "bias", 1f));
  }

  private static Attributes line() {
    return Attributes.of("kernel_shape", List.of(2)).with("strides", List.of(2));
  }

  private static Attributes clip() {
    return new Attributes(ImmutableMap.of("min", -0.5f, "max", 2f));
  }

  private static Attributes pad() {
    return new Attributes(
        ImmutableMap.of("pads", ImmutableList.of(0L, 0L, 1L, 1L, 0L, 0L, 1L, 1L), "value", 0.5f));
  }

  private static final Attributes WINDOW =
      Attributes.of("kernel_shape", List.of(2, 2)).with("strides", List.of(2, 2));

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "residual",
            "C C C A G C",
            42,
            model(3, 12, 12)
                .conv("x", "a", 3, 8, 3, 1)
                .normalise("a", "b", 8)
                .node("Relu", "b", "c")
                .conv("c", "d", 8, 8, 3, 1)
                .normalise("d", "e", 8)
                .node("Relu", "e", "f")
                .conv("f", "g", 8, 8, 3, 1)
                .normalise("g", "h", 8)
                .node("Add", "h,c", "i")
                .node("Relu", "i", "j")
                .node("GlobalAveragePool", "j", "k")
                .node("Flatten", "k", "l")
                .gemm("l", "y", 8, 10)
                .output("y")),
        new Case(
            "depthwise",
            "C C C",
            34,
            model(4, 9, 9)
                .conv("x", "a", 4, 8, 1, 1)
                .node("Clip", "a,low,high", "b")
                .conv("b", "c", 8, 8, 3, 2, 8)
                .normalise("c", "d", 8)
                .node("Relu", "d", "e")
                .conv("e", "y", 8, 4, 1, 1)
                .output("y")
                .withReals("low", 0)
                .withReals("high", 6)),
        new Case(
            "a dense block: one scale, a clamp of integers, no table for an operand",
            "C C C C C C C C",
            30,
            model(3, 8, 8)
                .conv("x", "a", 3, 6, 3, 1)
                .node("Relu", "a", "b")
                .node("Concat", "b", "c", Attributes.of("axis", 1))
                .conv("c", "d", 6, 4, 3, 1)
                .node("Concat", "b,d", "e", Attributes.of("axis", 1))
                .conv("e", "f", 10, 4, 3, 1)
                .node("Concat", "b,d,f", "g", Attributes.of("axis", 1))
                .conv("g", "h", 14, 4, 3, 1)
                .node("Concat", "b,d,f,h", "i", Attributes.of("axis", 1))
                .conv("i", "y", 18, 5, 1, 1)
                .output("y")),
        new Case(
            "concat of a Relu and an unclamped map",
            "C C L C C",
            34,
            model(3, 8, 8)
                .conv("x", "a", 3, 6, 3, 1)
                .node("Relu", "a", "b")
                .conv("x", "c", 3, 6, 1, 1)
                .node("Concat", "b,c", "d", Attributes.of("axis", 1))
                .conv("d", "y", 12, 5, 3, 1)
                .output("y")),
        new Case(
            "concat of two Relus, one through a pool",
            "C P C R C C",
            36,
            model(3, 8, 8)
                .conv("x", "a", 3, 6, 3, 1)
                .node("Relu", "a", "b")
                .node("MaxPool", "b", "p", WINDOW)
                .conv("x", "c", 3, 6, 2, 2)
                .node("Relu", "c", "d")
                .node("Slice", "d,from,to,axes", "s")
                .node("Concat", "p,s", "e", Attributes.of("axis", 1))
                .conv("e", "y", 12, 5, 3, 1)
                .output("y")
                .with("from", 0, 0)
                .with("to", 4, 4)
                .with("axes", 2, 3)),
        new Case(
            "products",
            "P C C",
            43,
            model(2, 8, 8)
                .node("AveragePool", "x", "a", WINDOW)
                .node("Reshape", "a,shape", "b")
                .matmul("b", "c", 32, 16)
                .node("Add", "c,bias", "d")
                .node("Relu", "d", "e")
                .gemm("e", "f", 16, 6)
                .node("Softmax", "f", "y", Attributes.of("axis", -1))
                .output("y")
                .with("shape", 1, -1)
                .withWeights("bias", 1, 16)),
        new Case(
            "functions",
            "C L C L C L C L C L",
            42,
            model(3, 6, 6)
                .conv("x", "a", 3, 6, 3, 1)
                .node("LeakyRelu", "a", "b", Attributes.NONE)
                .conv("b", "c", 6, 6, 3, 1)
                .node("Sigmoid", "c", "d")
                .conv("d", "e", 6, 6, 3, 1)
                .node("Tanh", "e", "f")
                .conv("f", "g", 6, 6, 3, 1)
                .node("HardSigmoid", "g", "h")
                .conv("h", "i", 6, 6, 3, 1)
                .node("Sigmoid", "i", "j")
                .node("Mul", "i,j", "y")
                .output("y")),
        new Case(
            "functions of several operators",
            "C L C L C L C L",
            31,
            model(3, 6, 6)
                .conv("x", "a", 3, 6, 3, 1)
                .node("Div", "a,root", "b")
                .node("Erf", "b", "c")
                .node("Add", "c,one", "d")
                .node("Mul", "a,d", "e")
                .node("Mul", "e,half", "f")
                .conv("f", "g", 6, 6, 3, 1)
                .node("Add", "g,three", "h")
                .node("Clip", "h,zero,six", "i")
                .node("Mul", "g,i", "j")
                .node("Div", "j,six", "k")
                .conv("k", "l", 6, 6, 3, 1)
                .node("Greater", "l,half", "m")
                .node("Sub", "l,half", "n")
                .node("Where", "m,n,zero", "o")
                .conv("o", "p", 6, 6, 3, 1)
                .node("Softplus", "p", "q")
                .node("Tanh", "q", "r")
                .node("Mul", "p,r", "y")
                .output("y")
                .withReals("root", (float) Math.sqrt(2))
                .withReals("one", 1)
                .withReals("half", 0.5f)
                .withReals("three", 3)
                .withReals("six", 6)
                .withReals("zero", 0)),
        new Case(
            "functions of float64",
            "C L C L C L C L",
            36,
            model(3, 6, 6)
                .conv("x", "a", 3, 6, 3, 1)
                .node("Elu", "a", "b", new Attributes(ImmutableMap.of("alpha", 0.7f)))
                .conv("b", "c", 6, 6, 3, 1)
                .node("Softplus", "c", "d")
                .conv("d", "e", 6, 6, 3, 1)
                .node("Sigmoid", "e", "f")
                .node("Log", "f", "g")
                .conv("g", "h", 6, 6, 3, 1)
                .node("Erf", "h", "i")
                .node("Selu", "i", "y")
                .output("y")),
        new Case(
            "a branch that another operator reads too",
            "C L L C A",
            30,
            model(3, 6, 6)
                .conv("x", "a", 3, 6, 3, 1)
                .node("Sigmoid", "a", "b")
                .node("Mul", "a,b", "c")
                .conv("b", "d", 6, 6, 3, 1)
                .node("Add", "c,d", "y")
                .output("y")),
        new Case(
            "arithmetic with constants",
            "C C C",
            35,
            model(3, 8, 8)
                .node("Sub", "x,mean", "a")
                .node("Div", "a,deviation", "b")
                .conv("b", "c", 3, 6, 3, 1)
                .node("Mul", "c,two", "d")
                .node("Relu", "d", "e")
                .normalise("e", "y", 6)
                .output("y")
                .withWeights("mean", 1, 3, 1, 1)
                .withReals("deviation", 0.5f)
                .withReals("two", 2)),
        new Case(
            "clamp behind a pool, and one on a map with two readers",
            "C P C L",
            34,
            model(3, 8, 8)
                .conv("x", "a", 3, 6, 3, 1)
                .node("MaxPool", "a", "b", WINDOW)
                .node("Relu", "b", "c")
                .conv("c", "d", 6, 6, 3, 1)
                .node("Relu", "d", "e")
                .node("Add", "d,e", "y")
                .output("y")),
        new Case(
            "LRN behind a Relu and alone",
            "C P C",
            15,
            model(6, 8, 8)
                .conv("x", "a", 6, 6, 3, 1)
                .node("Relu", "a", "b")
                .node("LRN", "b", "c", lrn())
                .node("MaxPool", "c", "d", WINDOW)
                .node("LRN", "d", "e", lrn())
                .conv("e", "y", 6, 5, 3, 1)
                .output("y")),
        new Case(
            "several outputs, one of them inside, one a pool's",
            "C C P",
            30,
            model(3, 8, 8)
                .conv("x", "y", 3, 6, 3, 1)
                .conv("y", "a", 6, 6, 3, 1)
                .node("MaxPool", "a", "z", WINDOW)
                .output("y")
                .output("a")
                .output("z")),
        new Case(
            "one dimension",
            "C P C C",
            30,
            model(4, 16)
                .node("Conv", "x,w,b", "a", Attributes.of("pads", List.of(1, 1)))
                .normalise("a", "b1", 6)
                .node("Relu", "b1", "c")
                .node("MaxPool", "c", "d", line())
                .normalise("d", "e", 6)
                .node("Flatten", "e", "f")
                .gemm("f", "y", 48, 5)
                .output("y")
                .withWeights("w", 6, 4, 3)
                .withWeights("b", 6)),
        new Case(
            "parts of the channels",
            "C G G C C C",
            30,
            model(3, 8, 8)
                .conv("x", "a", 3, 8, 3, 1)
                .node("Split", "a,parts", "b,c", Attributes.of("axis", 1))
                .conv("b", "d", 3, 4, 3, 1)
                .conv("c", "e", 5, 4, 3, 1)
                .node("Concat", "d,e", "y", Attributes.of("axis", 1))
                .output("y")
                .with("parts", 3, 5)),
        new Case(
            "channels last",
            "C C",
            30,
            model(8, 8, 3)
                .node("Transpose", "x", "a", Attributes.of("perm", List.of(0, 3, 1, 2)))
                .conv("a", "b", 3, 6, 3, 1)
                .node("Relu", "b", "c")
                .conv("c", "d", 6, 5, 3, 1)
                .node("Transpose", "d", "y", Attributes.of("perm", List.of(0, 2, 3, 1)))
                .output("y")),
        new Case(
            "attributes of old operators",
            "C R P C",
            30,
            new FloatModel(9, 7, 3, 8, 8)
                .conv("x", "a", 3, 6, 3, 1)
                .node("Clip", "a", "b", clip())
                .node("Pad", "b", "c", pad())
                .node("MaxPool", "c", "d", WINDOW)
                .node("Dropout", "d", "e")
                .node("Flatten", "e", "f")
                .gemm("f", "g", 150, 6)
                .node("Softmax", "g", "y")
                .output("y")),
        new Case(
            "slopes by channel, and what is kept in floats",
            "C C C L",
            28,
            model(3, 8, 8)
                .conv("x", "a", 3, 6, 3, 1)
                .node("PRelu", "a,slopes", "b")
                .conv("b", "c", 6, 6, 3, 1)
                .node("HardSigmoid", "c", "d")
                .node("Mul", "d,c", "y")
                .output("y")
                .withWeights("slopes", 6, 1, 1)),
        new Case(
            "padding, identities, mean over the map",
            "C C G",
            34,
            model(3, 8, 8)
                .node("Pad", "x,pads", "a")
                .plainConv("a", "b", 3, 6, 3)
                .node("Identity", "b", "c")
                .node("Dropout", "c", "d")
                .conv("d", "e", 6, 6, 3, 2)
                .node(
                    "ReduceMean",
                    "e",
                    "y",
                    Attributes.of("axes", List.of(2, 3)).with("keepdims", 0))
                .output("y")
                .with("pads", 0, 0, 1, 0, 0, 0, 0, 1)));
  }

  private Quantizer.Result quantise(Case test, boolean signed, boolean qdq, boolean perChannel)
      throws IOException {
    return quantizer(test, signed, qdq, perChannel).run();
  }

  private Quantizer quantizer(Case test, boolean signed, boolean qdq, boolean perChannel)
      throws IOException {
    return Quantizer.of(
        test.model().write(folder.resolve("float.onnx")),
        test.model().images(folder.resolve("images.npy"), IMAGES),
        IMAGES,
        new Settings(
            MIN_MAX,
            signed,
            new QuantisedGraph.Style(qdq, false, perChannel),
            true,
            Optional.empty()),
        (what, done, total) -> {});
  }

  private Network imported(Quantizer.Result result) throws IOException {
    return OnnxImport.read(Files.write(folder.resolve("quantised.onnx"), result.file()));
  }

  private static String initials(Network network) {
    return network.layers().stream()
        .map(layer -> layer.getClass().getSimpleName().substring(0, 1))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void staysCloseToTheFloatModel(Case test) throws IOException {
    Quantizer quantizer = quantizer(test, true, false, true);
    Quantizer.Result result = quantizer.run();
    Network network = imported(result);
    QuantisationReport report = SignalToNoise.report("test", quantizer, result, network);
    report
        .outputs()
        .forEach(
            row ->
                assertTrue(
                    row.signalToNoiseDecibels().orElseThrow() > test.decibels(), row.toString()));
    assertEquals(test.layers(), initials(network));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void goldenModelEqualsOnnxRuntime(Case test) throws IOException {
    for (boolean perChannel : new boolean[] {true, false}) {
      Quantizer quantizer = quantizer(test, true, false, perChannel);
      Quantizer.Result result = quantizer.run();
      OnnxRuntimeComparison.compare(
          folder.resolve("quantised.onnx"), quantizer.images(), result, imported(result));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothFormsMeanTheSameNetwork(Case test) throws IOException {
    for (boolean signed : new boolean[] {true, false}) {
      Network integer = imported(quantise(test, signed, false, true));
      Network qdq = imported(quantise(test, signed, true, true));
      assertEquals(integer.tensors(), qdq.tensors());
      assertEquals(integer.outputs(), qdq.outputs());
      assertEquals(integer.layers().size(), qdq.layers().size());
      for (int i = 0; i < qdq.layers().size(); i++) {
        Layer a = integer.layers().get(i);
        Layer b = qdq.layers().get(i);
        if (a instanceof Layer.Lookup one && b instanceof Layer.Lookup other) {
          // ONNX Runtime rounds QLinearLeakyRelu and QLinearSigmoid in another order.
          assertNear(one.table(), other.table());
        } else if (a instanceof Layer.Pool one && b instanceof Layer.Pool other) {
          // ONNX Runtime leaves an average pool of one pair in float32: docs/adr/0035.
          assertEquals(one.window(), other.window(), a.name());
          assertEquals(one.kind() == Layer.Pool.Kind.MAX, other.kind() == Layer.Pool.Kind.MAX);
        } else {
          assertEquals(a, b, a.name());
        }
      }
    }
  }

  private static void assertNear(List<Integer> expected, List<Integer> found) {
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), found.get(i), 1, "place " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void unsignedIsSignedShifted(Case test) throws IOException {
    Quantizer quantizer = quantizer(test, false, false, true);
    Network unsigned = imported(quantizer.run());
    Network signed = imported(quantise(test, true, false, true));
    for (int i = 0; i < IMAGES; i++) {
      ImmutableMap<String, Image> a =
          new GoldenModel(unsigned)
              .run(OnnxRuntimeComparison.input(unsigned, quantizer.images(), i));
      ImmutableMap<String, Image> b =
          new GoldenModel(signed).run(OnnxRuntimeComparison.input(signed, quantizer.images(), i));
      assertEquals(a.keySet(), b.keySet());
      b.forEach(
          (name, image) -> {
            int[] shifted = image.toArray();
            for (int j = 0; j < shifted.length; j++) {
              shifted[j] += 128;
            }
            assertEquals(Ints.asList(shifted), Ints.asList(a.get(name).toArray()), name);
          });
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void integerPortsHaveTheSameLayers(Case test) throws IOException {
    Network floats = imported(quantise(test, true, false, true));
    Quantizer.Result result =
        Quantizer.of(
                folder.resolve("float.onnx"),
                folder.resolve("images.npy"),
                IMAGES,
                new Settings(
                    MIN_MAX,
                    true,
                    new QuantisedGraph.Style(false, true, true),
                    true,
                    Optional.empty()),
                (what, done, total) -> {})
            .run();
    Network integers = imported(result);
    assertEquals(
        ImmutableList.of(false), integers.inputs().stream().map(HostTensor::floating).toList());
    assertEquals(initials(floats), initials(integers));
    assertEquals(
        floats.tensors().stream().map(Tensor::quantisation).toList(),
        integers.tensors().stream().map(Tensor::quantisation).toList());
  }

  /** An open batch axis stays open: several images at once give what they give one by one. */
  @Test
  void severalImagesAtOnce() throws IOException {
    Case test = cases().filter(c -> c.name().equals("residual")).findFirst().orElseThrow();
    test.model().openBatch();
    Quantizer quantizer = quantizer(test, true, false, true);
    Quantizer.Result result = quantizer.run();
    assertEquals(-1, result.graph().graph().inputs().get(0).dims().get(0));
    CalibrationImages images = quantizer.images();
    float[][] all = new float[IMAGES][];
    for (int i = 0; i < IMAGES; i++) {
      all[i] = images.image(i);
    }
    ImmutableList<Integer> dims = ImmutableList.of(IMAGES, 3, 12, 12);
    try (FloatRun run = FloatRun.open(result.file(), "x")) {
      List<Float> together = run.run(dims, Floats.concat(all)).get("y").asFloats();
      assertEquals(IMAGES * 10, together.size());
      for (int i = 0; i < IMAGES; i++) {
        assertEquals(
            run.run(images.dims(), all[i]).get("y").asFloats(),
            together.subList(10 * i, 10 * i + 10));
      }
    }
  }

  /** What ONNX Runtime gives for the QDQ form is within a few steps of the golden model. */
  @ParameterizedTest
  @MethodSource("cases")
  void qdqFormRuns(Case test) throws IOException {
    Quantizer quantizer = quantizer(test, true, true, true);
    Quantizer.Result result = quantizer.run();
    Network network = imported(result);
    HostTensor output = network.outputs().get(0);
    float step = network.tensor(output.tensor()).quantisation().scale();
    GoldenModel golden = new GoldenModel(network);
    try (FloatRun run = FloatRun.open(result.file(), "x")) {
      for (int i = 0; i < IMAGES; i++) {
        Stored expected =
            run.run(quantizer.images().dims(), quantizer.images().image(i)).get(output.name());
        Image image =
            golden
                .run(OnnxRuntimeComparison.input(network, quantizer.images(), i))
                .get(output.tensor());
        ImageBatch found = NetworkImages.fromImages(network, output, List.of(image));
        for (int j = 0; j < found.size(); j++) {
          assertEquals(expected.real(j), found.get(j), 3 * step, output.name() + " " + j);
        }
      }
    }
  }

  @Test
  void fewerImagesThanThereAre() throws IOException {
    Case test = cases().findFirst().orElseThrow();
    Path model = test.model().write(folder.resolve("float.onnx"));
    Path some = folder.resolve("some");
    Files.createDirectory(some);
    test.model().images(some.resolve("a.npy"), 2);
    test.model().images(some.resolve("b.npy"), 3);
    test.model().images(some.resolve("c.npy"), 4);
    Graph.Port input = OnnxModel.read(model).graph().inputs().get(0);
    CalibrationImages all = CalibrationImages.read(some, input, 100);
    CalibrationImages four = CalibrationImages.read(some, input, 4);
    assertEquals(9, all.count());
    assertEquals(4, four.count());
    for (int i = 0; i < 4; i++) {
      assertArrayEquals(all.image(i), four.image(i));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> four.image(4));
  }
}
