package io.xbarflow.core.onnx;

import static io.xbarflow.core.onnx.TestGraph.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bias of convolutions and products in every form, and what is folded into them. */
final class FoldingTest {
  private static final long[] CHANNELS = {3};
  private static final long[] PER_CHANNEL = {3, 1, 1};
  private static final String ROUNDED = "rounded to steps of input scale * weight scale";
  private static final String FOLDED = "folded into its weight scales and bias";

  @TempDir Path folder;

  /**
   * A graph whose first layer is a convolution.
   *
   * @param weights one weight of every channel
   * @param notes how the notes go on, in order
   */
  private record Case(
      String name,
      TestGraph graph,
      List<Integer> weights,
      List<Float> weightScales,
      List<Integer> bias,
      List<String> notes) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** 1x1 weights 2, -3 and -128 of scale 0.25; input scale 0.5, output scale 2. */
  private static TestGraph start() {
    return new TestGraph()
        .input("x", 1, -1, 1, 4, 4)
        .scale("x", 0.5f, 3, 3)
        .integers("w", 3, new long[] {3, 1, 1, 1}, 2, -3, -128)
        .scale("w", 0.25f, 3, 0)
        .scale("y", 2f, 3, -7)
        .node("QuantizeLinear", "x,x_s,x_z", "xq")
        .node("DequantizeLinear", "xq,x_s,x_z", "xf")
        .node("DequantizeLinear", "w,w_s,w_z", "wf");
  }

  private static TestGraph end(TestGraph graph) {
    return graph.node("QuantizeLinear", "r,y_s,y_z", "q").output("q");
  }

  /** A convolution with bias {@code b}, which {@code stored} stores. */
  private static TestGraph biased(TestGraph stored) {
    return end(stored.node("Conv", "xf,wf,b", "r"));
  }

  /** A convolution c without bias. */
  private static TestGraph conv() {
    return start().node("Conv", "xf,wf", "c");
  }

  /** A QLinearConv with int32 bias {@code bias}, that of the second channel 0. */
  private static TestGraph saturated(int first, int second, int bias) {
    return start()
        .integers("v", 3, new long[] {3, 1, 1, 1}, first, second, 0)
        .integers("bi", 6, CHANNELS, first == 0 ? 0 : bias, 0, bias)
        .node("QLinearConv", "xq,x_s,x_z,v,w_s,w_z,y_s,y_z,bi", "q")
        .output("q");
  }

  /** BatchNormalization of channels with {@code scales}, mean 2, bias 1 and deviation 2. */
  private static TestGraph normalised(TestGraph graph, String from, String to, float... scales) {
    return graph
        .floats("n_s", scales)
        .reals("n_b", 1, 3)
        .reals("n_m", 2, 3)
        .reals("n_v", 3.75f, 3)
        .node("BatchNormalization", from + ",n_s,n_b,n_m,n_v", to, attribute("epsilon", 0.25f));
  }

  static Stream<Case> cases() {
    List<Integer> weights = List.of(2, -3, -128);
    List<Float> scale = List.of(0.25f);
    return Stream.of(
        new Case(
            "float bias, rounded half to even",
            biased(start().floats("b", 0.3f, -0.3125f, 0.4375f)),
            weights,
            scale,
            List.of(2, -2, 4),
            List.of(ROUNDED + ", which moves results by less than 0.1 steps")),
        new Case(
            "float bias in whole steps",
            biased(start().floats("b", 0.25f, -0.375f, 1e6f)),
            weights,
            scale,
            List.of(2, -3, 8_000_000),
            List.of()),
        new Case(
            "computed float bias",
            biased(start().floats("b0", 1, 2, 3).real("f", 0.125f).node("Mul", "b0,f", "b")),
            weights,
            scale,
            List.of(1, 2, 3),
            List.of()),
        new Case(
            "int8 bias with zero point and a scale of its own",
            biased(
                start()
                    .integers("bi", 3, CHANNELS, 2, 3, -128)
                    .scale("bi", 0.25f, 3, 2)
                    .node("DequantizeLinear", "bi,bi_s,bi_z", "b")),
            weights,
            scale,
            List.of(0, 2, -260),
            List.of()),
        new Case(
            "int32 bias whose scale is a multiple",
            biased(
                start()
                    .integers("bi", 6, CHANNELS, 1, -33_554_433, 7)
                    .scale("bi", 1, 6, 0)
                    .node("DequantizeLinear", "bi,bi_s,bi_z", "b")),
            weights,
            scale,
            List.of(8, -268_435_464, 56),
            List.of()),
        new Case(
            "int32 bias whose scale is another one",
            biased(
                start()
                    .integers("bi", 6, CHANNELS, 100, -10_000, 7)
                    .scale("bi", 0.1250125f, 6, 0)
                    .node("DequantizeLinear", "bi,bi_s,bi_z", "b")),
            weights,
            scale,
            List.of(100, -10_001, 7),
            List.of(ROUNDED + ", which moves results by less than 0.001 steps")),
        new Case(
            "int32 bias whose scale is one rounding off",
            biased(
                start()
                    .integers("bi", 6, CHANNELS, 100, -2_000_000_000, 7)
                    .scale("bi", Math.nextUp(0.125f), 6, 0)
                    .node("DequantizeLinear", "bi,bi_s,bi_z", "b")),
            weights,
            scale,
            List.of(100, -2_000_000_000, 7),
            List.of()),
        new Case(
            "constant of each channel behind it, first operand",
            end(
                conv()
                    .integers("bi", 6, PER_CHANNEL, 5, 6, 7)
                    .scale("bi", 0.125f, 6, 0)
                    .node("DequantizeLinear", "bi,bi_s,bi_z", "b")
                    .node("Add", "b,c", "r")),
            weights,
            scale,
            List.of(5, 6, 7),
            List.of()),
        new Case(
            "one float behind it, and a bias before",
            end(
                start()
                    .floats("b", 0.5f, 0.5f, 1)
                    .node("Conv", "xf,wf,b", "c")
                    .real("f", 0.125f)
                    .node("Sub", "c,f", "r")),
            weights,
            scale,
            List.of(3, 3, 7),
            List.of()),
        new Case(
            "bias behind a product",
            end(
                new TestGraph()
                    .input("x", 3, 1, 2)
                    .scale("x", 0.5f, 3, 3)
                    .integers("w", 3, new long[] {2, 3}, 2, -3, 4, 5, 6, 7)
                    .scale("w", 0.25f, 3, 0)
                    .scale("y", 2f, 3, -7)
                    .node("DequantizeLinear", "x,x_s,x_z", "xf")
                    .node("DequantizeLinear", "w,w_s,w_z", "wf")
                    .node("MatMul", "xf,wf", "c")
                    .reals("b", 0.25f, 1, 3)
                    .node("Add", "c,b", "r")),
            List.of(2, -3, 4),
            scale,
            List.of(2, 2, 2),
            List.of()),
        new Case(
            "factors of each channel, one of them negative, one 0",
            end(
                start()
                    .floats("b", 0.25f, 0.5f, 0.5f)
                    .node("Conv", "xf,wf,b", "c")
                    .floats("f0", 0.5f, -2, 0)
                    .longs("dims", 3, 1, 1)
                    .node("Reshape", "f0,dims", "f")
                    .node("Mul", "c,f", "r")),
            List.of(2, 3, 0),
            List.of(0.125f, 0.5f, 0x1p-11f),
            List.of(2, -4, 0),
            List.of(FOLDED)),
        new Case(
            "division, normalisation and Relu",
            end(
                normalised(conv().real("f", 0.5f).node("Div", "c,f", "d"), "d", "n", 1, -1, 0.5f)
                    .node("Relu", "n", "r")),
            List.of(2, 3, -128),
            List.of(0.25f, 0.25f, 0.125f),
            List.of(0, 16, 8),
            List.of(FOLDED)),
        new Case(
            "alpha and beta of Gemm, bias of one row",
            end(
                new TestGraph()
                    .input("x", 3, 1, 1)
                    .scale("x", 0.5f, 3, 3)
                    .integers("w", 3, new long[] {1, 3}, 2, -3, 4)
                    .scale("w", 0.25f, 3, 0)
                    .scale("y", 2f, 3, -7)
                    .integers("bi", 6, new long[] {1, 3}, 1, 2, 3)
                    .node("DequantizeLinear", "x,x_s,x_z", "xf")
                    .node("DequantizeLinear", "w,w_s,w_z", "wf")
                    .node("DequantizeLinear", "bi,w_s", "b")
                    .node("Gemm", "xf,wf,b", "r", attribute("alpha", 0.5f), attribute("beta", 2f))),
            List.of(2, -3, 4),
            List.of(0.125f),
            List.of(8, 16, 24),
            List.of(FOLDED)),
        new Case(
            "quantised bias that is reshaped",
            end(
                conv()
                    .integers("bi", 6, CHANNELS, 5, 6, 7)
                    .scale("bi", 0.125f, 6, 0)
                    .longs("dims", 1, 3, 1, 1)
                    .node("DequantizeLinear", "bi,bi_s,bi_z", "b0")
                    .node("Reshape", "b0,dims", "b")
                    .node("Add", "c,b", "r")),
            weights,
            scale,
            List.of(5, 6, 7),
            List.of()),
        new Case(
            "bias quantised by channel that is reshaped",
            end(
                conv()
                    .integers("bi", 6, CHANNELS, 5, 6, 7)
                    .floats("bi_s", 0.125f, 0.25f, 0.375f)
                    .longs("dims", 1, 3, 1, 1)
                    .node("DequantizeLinear", "bi,bi_s", "b0")
                    .node("Reshape", "b0,dims", "b")
                    .node("Add", "c,b", "r")),
            weights,
            scale,
            List.of(5, 12, 21),
            List.of()),
        new Case(
            "constant minus product",
            end(
                new TestGraph()
                    .input("x", 3, 1, 1)
                    .scale("x", 0.5f, 3, 3)
                    .integers("w", 3, new long[] {1, 3}, 2, -3, 4)
                    .scale("w", 0.25f, 3, 0)
                    .scale("y", 2f, 3, -7)
                    .node("DequantizeLinear", "x,x_s,x_z", "xf")
                    .node("DequantizeLinear", "w,w_s,w_z", "wf")
                    .node("MatMul", "xf,wf", "c")
                    .real("b", 1)
                    .node("Sub", "b,c", "r")),
            List.of(-2, 3, -4),
            scale,
            List.of(8, 8, 8),
            List.of(FOLDED)),
        new Case(
            "least int32 of a dead channel",
            saturated(0, 0, Integer.MIN_VALUE),
            List.of(0, 0, 0),
            scale,
            List.of(0, 0, Integer.MIN_VALUE),
            List.of()),
        new Case(
            "sums that wrap around",
            saturated(2, 3, Integer.MAX_VALUE),
            List.of(2, 3, 0),
            scale,
            List.of(Integer.MAX_VALUE, 0, Integer.MAX_VALUE),
            List.of("can leave int32; they wrap around")),
        new Case(
            "scalar factor behind a Clip",
            end(
                conv()
                    .real("lo", -4)
                    .real("hi", 6)
                    .node("Clip", "c,lo,hi", "k")
                    .real("f", 0.5f)
                    .node("Mul", "k,f", "r")),
            weights,
            List.of(0.125f),
            List.of(0, 0, 0),
            List.of(FOLDED)),
        new Case(
            "bias beyond int32, of which every result saturates",
            biased(start().floats("b", 0, 1e12f, 0)),
            weights,
            scale,
            List.of(0, 16_384 + 3 * 131, 0),
            List.of()),
        new Case(
            "bias beyond int32 of a channel whose weights make no difference",
            end(
                start()
                    .floats("v_s", 0.25f, 0x1p-60f, 0.25f)
                    .node("DequantizeLinear", "w,v_s", "vf", attribute("axis", 0L))
                    .floats("b", 0, 2, 0)
                    .node("Conv", "xf,vf,b", "r")),
            List.of(2, 0, -128),
            List.of(0.25f, 0x1p-11f, 0.25f),
            List.of(0, 8192, 0),
            List.of()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void folds(Case test) throws IOException {
    Path file = folder.resolve("test.onnx");
    Files.write(file, test.graph().bytes());
    ImportedModel imported = OnnxImport.read(file, ImportSettings.NONE);
    Layer.Convolution layer =
        (Layer.Convolution) imported.network().layers().get(imported.network().layers().size() - 1);
    int perOutput = layer.weights().length() / layer.outputChannels();
    List<Integer> weights =
        List.of(
            layer.weights().get(0),
            layer.weights().get(perOutput),
            layer.weights().get(2 * perOutput));
    assertEquals(test.weights(), weights);
    assertEquals(test.weightScales(), layer.weightScales());
    assertEquals(test.bias(), layer.bias());
    ImmutableList<ImportNote> notes = imported.notes();
    assertEquals(test.notes().size(), notes.size(), notes::toString);
    for (int i = 0; i < notes.size(); i++) {
      assertTrue(notes.get(i).text().contains(test.notes().get(i)), notes.get(i).text());
    }
  }

  @Test
  void boundsBeforeAFactorFollowIt() throws IOException {
    TestGraph graph =
        end(
            conv()
                .real("lo", -4)
                .real("hi", 6)
                .node("Clip", "c,lo,hi", "k")
                .real("f", -2)
                .real("g", 1)
                .integers("w2", 3, new long[] {3, 1, 1, 1}, 1, 2, 3)
                .node("DequantizeLinear", "w2,w_s,w_z", "v2")
                .node("Conv", "xf,v2", "c2")
                .node("Clip", "c2,lo,hi", "k2")
                .node("Mul", "f,k2", "m")
                .node("Add", "m,g", "r"));
    Layer.Convolution layer = (Layer.Convolution) graph.read(folder).layers().get(0);
    // From -2 * 6 + 1 to -2 * -4 + 1, in steps of 2 from -7 on.
    assertEquals(-7 - 6, layer.clampMin());
    assertEquals(-7 + 4, layer.clampMax());
  }

  @Test
  void functionsThatKeepToTheValuesNeedNoQuantisation() throws IOException {
    TestGraph graph =
        end(
            conv()
                .node("QuantizeLinear", "c,y_s,y_z", "cq")
                .node("DequantizeLinear", "cq,y_s,y_z", "cf")
                .node("Relu", "cf", "rf")
                .integers("u", 3, new long[] {2, 3, 1, 1}, 1, 2, 3, 4, 5, 6)
                .node("DequantizeLinear", "u,w_s,w_z", "uf")
                .node("Conv", "rf,uf", "r"));
    ImmutableList<Layer> layers = graph.read(folder).layers();
    assertEquals(2, layers.size());
    assertEquals(-7, ((Layer.Convolution) layers.get(0)).clampMin());
  }

  private record Refused(String name, TestGraph graph, String found) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refused> refusals() {
    return Stream.of(
        new Refused(
            "bias that is no number",
            biased(start().floats("b", 0, Float.NaN, 0)),
            "value NaN in float [3] 'b'"),
        new Refused(
            "bias of other channels",
            biased(start().floats("b", 1, 2)),
            "bias is stored tensor float [2] 'b' for 3 output channels"),
        new Refused(
            "bias that is computed of the input",
            end(start().node("Conv", "xf,wf,xf", "r")),
            "bias is dequantised tensor"),
        new Refused(
            "int64 bias", biased(start().longs("b", 1, 2, 3)), "bias is stored tensor int64 [3]"),
        new Refused(
            "weight -128 before a factor that matters",
            end(conv().real("f", -100).node("Mul", "c,f", "r")),
            "weight -128 of output channel 2"),
        new Refused(
            "bias beyond int32 of a channel that matters",
            end(
                new TestGraph()
                    .input("x", 3, 1, 40_000)
                    .scale("x", 1, 3, 3)
                    .ints("w", 3, 127, 0, 40_000, 1)
                    .scale("w", 0x1p-21f, 3, 0)
                    .scale("y", 2, 3, 0)
                    .node("DequantizeLinear", "x,x_s,x_z", "xf")
                    .node("DequantizeLinear", "w,w_s,w_z", "wf")
                    .floats("b", 2000)
                    .node("Gemm", "xf,wf,b", "r")),
            "beyond 32 bits in steps of input scale * weight scale"),
        new Refused(
            "division by 0", end(conv().real("f", 0).node("Div", "c,f", "r")), "a division by 0"),
        new Refused(
            "factors of each pixel",
            end(conv().reals("f", 2, 4, 4).ints("g", 7, 1, 1, 4).node("Mul", "c,g", "r")),
            "a float32 constant"),
        new Refused(
            "factors of each channel behind a Clip",
            end(
                conv()
                    .real("lo", 0)
                    .real("hi", 6)
                    .node("Clip", "c,lo,hi", "k")
                    .floats("f0", 0.5f, 2, 1)
                    .longs("dims", 3, 1, 1)
                    .node("Reshape", "f0,dims", "f")
                    .node("Mul", "k,f", "r")),
            "another value in every channel"),
        new Refused(
            "normalisation in training",
            end(
                conv()
                    .opset(14)
                    .reals("n", 1, 3)
                    .node("BatchNormalization", "c,n,n,n,n", "r", attribute("training_mode", 1L))),
            "training mode"),
        new Refused(
            "normalisation of each value",
            end(
                conv()
                    .opset(8)
                    .reals("n", 1, 3)
                    .node("BatchNormalization", "c,n,n,n,n", "r", attribute("spatial", 0L))),
            "spatial 0"),
        new Refused(
            "negative variance",
            end(
                conv()
                    .reals("n", 1, 3)
                    .reals("v", -1, 3)
                    .node("BatchNormalization", "c,n,n,n,v", "r")),
            "factor NaN"),
        new Refused(
            "normalisation of other channels",
            end(conv().reals("n", 1, 2).node("BatchNormalization", "c,n,n,n,n", "r")),
            "input 1 is float [2] 'n' for 3 channels"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(Refused test) {
    UserException refused =
        assertThrows(UserException.class, () -> test.graph().read(folder), test::name);
    assertTrue(refused.getMessage().contains(test.found()), refused.getMessage());
  }
}
