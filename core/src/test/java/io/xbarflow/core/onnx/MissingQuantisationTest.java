package io.xbarflow.core.onnx;

import static io.xbarflow.core.onnx.TestGraph.list;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Float results without QuantizeLinear where it is needed, as TensorRT and ModelOpt write them. */
final class MissingQuantisationTest {
  @TempDir Path folder;

  /**
   * A graph.
   *
   * @param layers kinds of the layers: the initials of their classes
   * @param notes how many quantisations were missing
   */
  private record Case(String name, String layers, int notes, TestGraph graph) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** c is the float result of a convolution of xf. */
  private static TestGraph conv() {
    return TestGraph.qdqConv();
  }

  private static TestGraph quantised(TestGraph graph, String value) {
    return graph.node("QuantizeLinear", value + ",y_s,y_z", "y").output("y");
  }

  /** A convolution d of value {@code value} with three channels. */
  private static TestGraph second(TestGraph graph, String value) {
    return graph
        .ints("v", 3, -4, 3, 3, 3, 1, 1)
        .node("DequantizeLinear", "v,w_s,w_z", "vf")
        .node("Conv", value + ",vf", "d");
  }

  /** e is the float result of another convolution of xf, ef it quantised. */
  private static TestGraph skip() {
    return conv()
        .ints("u", 3, 1, 2, 3, 2, 3, 3)
        .node("DequantizeLinear", "u,w_s,w_z", "uf")
        .node("Conv", "xf,uf", "e")
        .node("QuantizeLinear", "e,y_s,y_z", "eq")
        .node("DequantizeLinear", "eq,y_s,y_z", "ef");
  }

  private static Stream<Case> cases() {
    return Stream.of(
        // Operators that commute with QuantizeLinear need none.
        new Case(
            "MaxPool before QuantizeLinear",
            "CP",
            0,
            quantised(
                conv().node("Relu", "c", "r").node("MaxPool", "r", "p", list("kernel_shape", 2, 2)),
                "p")),
        new Case(
            "GlobalMaxPool and Relu before QuantizeLinear",
            "CP",
            0,
            quantised(conv().node("GlobalMaxPool", "c", "p").node("Relu", "p", "r"), "r")),
        new Case(
            "Slice and Flatten before QuantizeLinear",
            "CG",
            0,
            quantised(
                conv()
                    .longs("from", 1)
                    .longs("to", 3)
                    .longs("axes", 1)
                    .node("Slice", "c,from,to,axes", "s")
                    .node("Flatten", "s", "f"),
                "f")),
        new Case(
            "Pad before QuantizeLinear",
            "CR",
            0,
            quantised(
                conv().longs("pads", 0, 0, 1, 0, 0, 0, 0, 2).node("Pad", "c,pads", "p"), "p")),
        new Case(
            "Concat of two float results before QuantizeLinear",
            "CCCC",
            0,
            quantised(
                skip()
                    .node("Conv", "xf,uf", "g")
                    .node("Concat", "c,g,ef", "j", TestGraph.attribute("axis", 1)),
                "j")),
        new Case(
            "two QuantizeLinear of one scale share the layer",
            "CL",
            0,
            quantised(
                conv()
                    .node("QuantizeLinear", "c,y_s,y_z", "q1")
                    .node("QuantizeLinear", "c,y_s,y_z", "q2")
                    .node("DequantizeLinear", "q1,y_s,y_z", "f1")
                    .node("DequantizeLinear", "q2,y_s,y_z", "f2")
                    .node("Add", "f1,f2", "s"),
                "s")),
        // Others are given one.
        new Case(
            "residual with only the skip quantised",
            "CCA",
            1,
            quantised(skip().node("Add", "c,ef", "s").node("Relu", "s", "r"), "r")),
        new Case(
            "residual with nothing quantised",
            "CCA",
            2,
            quantised(conv().node("Conv", "xf,wf", "g").node("Add", "g,c", "s"), "s")),
        new Case(
            "chain of residual sums",
            "CCAA",
            2,
            quantised(skip().node("Add", "ef,c", "s").node("Add", "s,ef", "t"), "t")),
        new Case(
            "residual of a value that is quantised elsewhere too",
            "CCA",
            2,
            quantised(
                second(
                        conv()
                            .node("QuantizeLinear", "c,y_s,y_z", "q")
                            .node("DequantizeLinear", "q,y_s,y_z", "qf"),
                        "qf")
                    .node("Add", "d,c", "s"),
                "s")),
        new Case(
            "mean over the map",
            "CG",
            1,
            quantised(conv().node("Relu", "c", "r").node("GlobalAveragePool", "r", "g"), "g")),
        new Case(
            "AveragePool",
            "CP",
            1,
            quantised(conv().node("AveragePool", "c", "g", list("kernel_shape", 2, 2)), "g")),
        new Case("convolution behind a convolution", "CC", 1, quantised(second(conv(), "c"), "d")),
        new Case("Sigmoid", "CL", 1, quantised(conv().node("Sigmoid", "c", "s"), "s")),
        new Case(
            "x * sigmoid(x)",
            "CL",
            1,
            quantised(conv().node("Sigmoid", "c", "s").node("Mul", "c,s", "m"), "m")),
        new Case(
            "x + sigmoid(x)",
            "CL",
            1,
            quantised(conv().node("Sigmoid", "c", "s").node("Add", "s,c", "m"), "m")),
        new Case(
            "convolution behind a function",
            "CLC",
            2,
            quantised(second(conv().node("Sigmoid", "c", "h"), "h"), "d")),
        new Case("graph output", "C", 1, conv().output("c")),
        new Case("graph output behind Relu", "C", 1, conv().node("Relu", "c", "r").output("r")),
        new Case(
            "Softmax behind a layer",
            "C",
            1,
            conv().node("Flatten", "c", "f").node("Softmax", "f", "s").output("s")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isGiven(Case graph) throws IOException {
    ImportedModel model = read(graph.graph(), ImmutableMap.of());
    assertEquals(
        graph.layers(),
        model.network().layers().stream()
            .map(layer -> layer.getClass().getSimpleName().substring(0, 1))
            .collect(Collectors.joining()));
    assertEquals(
        graph.notes(),
        model.notes().stream()
            .filter(note -> note.text().contains("no QuantizeLinear behind it for"))
            .count(),
        model.notes()::toString);
  }

  @Test
  void coversAllThatTheIntegersCanBe() throws IOException {
    Network network = read(conv().output("c"), ImmutableMap.of()).network();
    Layer.Convolution layer = (Layer.Convolution) network.layers().get(0);
    Quantisation from = network.tensor(layer.input()).quantisation();
    double least = 0;
    double greatest = 0;
    for (int output = 0; output < layer.outputChannels(); output++) {
      double low = layer.bias().get(output);
      double high = low;
      for (int input = 0; input < layer.inputChannels(); input++) {
        for (int tap = 0; tap < 9; tap++) {
          int weight = layer.weight(output, input, tap / 3, tap % 3);
          low += weight * (weight > 0 ? from.min() - from.zeroPoint() : 127 - from.zeroPoint());
          high += weight * (weight < 0 ? from.min() - from.zeroPoint() : 127 - from.zeroPoint());
        }
      }
      least = Math.min(least, low * from.scale() * layer.weightScale(output));
      greatest = Math.max(greatest, high * from.scale() * layer.weightScale(output));
    }
    Quantisation to = network.tensor(layer.output()).quantisation();
    Interval covered = Interval.of(to.min(), to.max(), to);
    double half = to.scale() / 2;
    assertTrue(
        covered.low() - half <= least && covered.high() + half >= greatest, covered::toString);
    assertTrue(to.scale() <= (greatest - least) / 254 * 1.001, to::toString);
  }

  @Test
  void leavesOutWhatTheSumSaturatesAnyway() throws IOException {
    // 0 to 268 behind Relu, and a skip of -242 to 268.
    ImportedModel model =
        read(
            quantised(skip().node("Add", "c,ef", "s").node("Relu", "s", "r"), "r"),
            ImmutableMap.of());
    GivenQuantisation given = Iterables.getOnlyElement(model.given());
    assertEquals("c", given.value());
    assertEquals(new Interval(-268, 268 + 242), given.possible());
    assertTrue(
        model.notes().get(0).text().contains("what follows can tell apart"),
        model.notes()::toString);
  }

  @Test
  void leavesOutWhatAFunctionDoesNotTellApart() throws IOException {
    // In steps of 2 up to 268 SiLU is 0 below 1.24, where it is 0.96, and its argument far above.
    ImportedModel model =
        read(
            quantised(conv().node("Sigmoid", "c", "s").node("Mul", "c,s", "m"), "m"),
            ImmutableMap.of());
    Interval possible = Iterables.getOnlyElement(model.given()).possible();
    assertEquals(1.28, possible.low(), 0.1);
    assertEquals(267, possible.high(), 1);
  }

  @Test
  void takesTheScaleOfAnotherReader() throws IOException {
    ImportedModel model =
        read(
            quantised(skip().node("QuantizeLinear", "c,y_s,y_z", "q").node("Add", "c,ef", "s"), "s")
                .output("q"),
            ImmutableMap.of());
    assertTrue(model.given().isEmpty());
    assertTrue(
        model.notes().get(0).text().endsWith("as another QuantizeLinear quantises the same result"),
        model.notes()::toString);
    Layer.Add add = (Layer.Add) Iterables.getLast(model.network().layers());
    Tensor operand = model.network().tensor(add.a());
    assertEquals(new Quantisation(2, -7, true), operand.quantisation());
  }

  @Test
  void takesTheRangeThatWasObserved() throws IOException {
    ImportedModel model = read(conv().output("c"), ImmutableMap.of("c", new Interval(-3, 251)));
    Quantisation quantisation = Iterables.getOnlyElement(model.given()).quantisation();
    assertEquals(1, quantisation.scale(), 1e-6);
    assertEquals(-125, quantisation.zeroPoint());
    assertTrue(
        model.notes().get(0).text().endsWith("which the calibration images have"),
        model.notes()::toString);
  }

  /**
   * A graph that is refused.
   *
   * @param message a part of the message
   */
  private record Refusal(String name, TestGraph graph, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Refusal> refusals() {
    TestGraph nested = conv();
    String value = "c";
    for (int i = 0; i < 17; i++) {
      nested.node("Concat", value + ",c", "n" + i, TestGraph.attribute("axis", 1));
      value = "n" + i;
    }
    return Stream.of(
        new Refusal(
            "infinite results",
            second(
                    conv()
                        .real("zero", 0)
                        .node("Div", "xf,zero", "i")
                        .longs("pads", 0, 0, 0, 0, 0, 1, 0, 0),
                    "i")
                .output("d"),
            "without QuantizeLinear; expected values within float32"),
        new Refusal(
            "nested concatenations",
            quantised(nested, value),
            "17 concatenations of float results within one another"),
        new Refusal(
            "sum of maps of different dimensions",
            quantised(
                skip()
                    .node("MaxPool", "c", "p", list("kernel_shape", 2, 2))
                    .node("Add", "p,ef", "s"),
                "s"),
            "two feature maps of equal dimensions"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(Refusal refusal) {
    UserException error =
        assertThrows(UserException.class, () -> read(refusal.graph(), ImmutableMap.of()));
    assertTrue(error.getMessage().contains(refusal.message()), error.getMessage());
  }

  @Test
  void aLongChainOfPoolsIsWalkedWithoutRecursion() throws IOException {
    TestGraph graph = conv();
    String value = "c";
    for (int i = 0; i < 1500; i++) {
      graph.node("MaxPool", value, "p" + i, list("kernel_shape", 1, 1));
      value = "p" + i;
    }
    Network network = read(quantised(graph, value), ImmutableMap.of()).network();
    assertEquals(1501, network.layers().size());
  }

  private ImportedModel read(TestGraph graph, ImmutableMap<String, Interval> observed)
      throws IOException {
    Path file = folder.resolve("test.onnx");
    Files.write(file, graph.bytes());
    return OnnxImport.read(file, ImportSettings.NONE, observed);
  }
}
