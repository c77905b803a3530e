package io.xbarflow.core.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that do not fit their tensors are named. */
final class NetworkCheckTest {
  private static final Quantisation INT8 = new Quantisation(0.1f, 0, true);
  private static final Quantisation UINT8 = new Quantisation(0.1f, 0, false);
  private static final Window TWO = new Window(2, 2, 2, 2, 0, 0, 0, 0, 1, 1);

  /** One layer from a 2x4x4 map to a map of {@code output}, and what is said of it. */
  record Case(Layer layer, Shape output, Quantisation quantisation, String broken) {}

  private static Network network(Layer layer, Shape output, Quantisation quantisation) {
    Shape input = new Shape(2, 4, 4);
    return new Network(
        "model.onnx",
        "0",
        ImmutableList.of(new Tensor("x", input, INT8), new Tensor("y", output, quantisation)),
        ImmutableList.of(layer),
        ImmutableList.of(host("x", input)),
        ImmutableList.of(host("y", output)));
  }

  private static HostTensor host(String name, Shape shape) {
    return new HostTensor(
        name,
        name,
        ImmutableList.of(shape.channels(), shape.height(), shape.width()),
        false,
        false);
  }

  private static Layer convolution(int weights, int bias, int clampMax) {
    return new Layer.Convolution(
        "c",
        "x",
        "y",
        TWO,
        1,
        Int8Array.copyOf(new byte[weights]),
        ImmutableList.of(0.1f),
        ImmutableList.copyOf(Collections.nCopies(bias, 0)),
        -128,
        clampMax);
  }

  private static Layer pool(Window window, Layer.Pool.Kind kind) {
    return new Layer.Pool("c", "x", "y", window, kind, false);
  }

  private static Layer lookup(int value) {
    return new Layer.Lookup("c", "x", "y", ImmutableList.copyOf(Collections.nCopies(256, value)));
  }

  private static Layer constant(int number, int clampMax) {
    return new Layer.AddConstant(
        "c",
        "x",
        ImmutableList.copyOf(Collections.nCopies(number, 1)),
        INT8,
        false,
        "y",
        -128,
        clampMax);
  }

  static ImmutableList<Case> sound() {
    Shape same = new Shape(2, 4, 4);
    return ImmutableList.of(
        new Case(convolution(24, 3, 127), new Shape(3, 2, 2), INT8, ""),
        new Case(pool(TWO, Layer.Pool.Kind.MAX), new Shape(2, 2, 2), INT8, ""),
        new Case(pool(TWO, Layer.Pool.Kind.AVERAGE), new Shape(2, 2, 2), UINT8, ""),
        new Case(new Layer.GlobalAveragePool("c", "x", "y"), new Shape(2, 1, 1), INT8, ""),
        new Case(new Layer.Add("c", "x", "x", "y", -1, 1), same, INT8, ""),
        new Case(constant(2, 127), same, INT8, ""),
        new Case(lookup(127), same, INT8, ""),
        new Case(concat(), new Shape(4, 4, 4), INT8, ""),
        new Case(new Layer.Reframe("c", "x", "y", 1, 1, 2, 2, 0), new Shape(2, 2, 2), INT8, ""),
        new Case(gather(1), new Shape(3, 4, 4), INT8, ""),
        new Case(tables(127), same, INT8, ""));
  }

  private static Layer concat() {
    return new Layer.Concat("c", ImmutableList.of("x", "x"), "y");
  }

  private static Layer gather(int last) {
    return new Layer.Gather("c", "x", "y", ImmutableList.of(0, -1, last), 0);
  }

  private static Layer tables(int last) {
    return new Layer.ChannelLookup(
        "c",
        "x",
        "y",
        ImmutableList.of(
            ImmutableList.copyOf(Collections.nCopies(256, 1)),
            ImmutableList.copyOf(Collections.nCopies(256, last))),
        ImmutableList.of(0, 1));
  }

  static ImmutableList<Case> broken() {
    Shape same = new Shape(2, 4, 4);
    Window padded = new Window(1, 1, 3, 3, 2, 2, 0, 0, 1, 1);
    Window huge = new Window(2, 2, 1, 1, 1 << 28, 0, 1 << 28, 0, 1, 1);
    return ImmutableList.of(
        new Case(convolution(12, 3, 127), new Shape(3, 2, 2), INT8, "1 input channels, its input"),
        new Case(convolution(24, 3, 127), new Shape(3, 2, 1), INT8, "what it computes 3x2x2"),
        new Case(convolution(24, 3, 127), new Shape(2, 2, 2), INT8, "what it computes 3x2x2"),
        new Case(convolution(24, 3, 128), new Shape(3, 2, 2), INT8, "clamp 128 is outside"),
        new Case(convolution(24, 3, 127), new Shape(3, 2, 2), UINT8, "clamp -128 is outside"),
        new Case(pool(TWO, Layer.Pool.Kind.MAX), new Shape(2, 2, 2), UINT8, "keeps values"),
        new Case(pool(TWO, Layer.Pool.Kind.MAX), new Shape(2, 3, 2), INT8, "what it computes"),
        new Case(pool(padded, Layer.Pool.Kind.MAX), new Shape(2, 2, 2), INT8, "all its taps"),
        new Case(pool(huge, Layer.Pool.Kind.AVERAGE), new Shape(2, 2, 2), INT8, "more than"),
        new Case(new Layer.GlobalAveragePool("c", "x", "y"), same, INT8, "what it computes 2x1x1"),
        new Case(new Layer.Add("c", "x", "x", "y", -1, 1), new Shape(2, 4, 5), INT8, "2x4x4"),
        new Case(new Layer.Add("c", "x", "x", "y", -1, 300), same, INT8, "clamp 300"),
        new Case(constant(3, 127), same, INT8, "3 constants for 2 channels"),
        new Case(constant(2, 200), same, INT8, "clamp 200"),
        new Case(lookup(-128), same, UINT8, "table entry -128 is outside"),
        new Case(concat(), new Shape(3, 4, 4), INT8, "4 channels together"),
        new Case(concat(), new Shape(4, 4, 4), UINT8, "different quantisations"),
        new Case(
            new Layer.Reframe("c", "x", "y", 1, 1, 2, 2, 200), new Shape(2, 2, 2), INT8, "fill"),
        new Case(
            new Layer.Reframe("c", "x", "y", 1, 1, 1 << 28, 2, 0),
            new Shape(2, 3, 2),
            INT8,
            "its frame has more than"),
        new Case(gather(2), new Shape(3, 4, 4), INT8, "chooses channel 2 of 2"),
        new Case(gather(1), new Shape(2, 4, 4), INT8, "3 channels chosen for 2 channels"),
        new Case(gather(1), new Shape(3, 4, 5), INT8, "a map of 2x4x4 becomes one of 3x4x5"),
        new Case(tables(128), same, INT8, "table entry 128 is outside"));
  }

  @ParameterizedTest
  @MethodSource("sound")
  void soundLayersPass(Case layer) {
    Network network = network(layer.layer(), layer.output(), layer.quantisation());
    assertEquals(ImmutableList.of(), NetworkCheck.broken(network));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void brokenLayersAreNamed(Case layer) {
    Network network = network(layer.layer(), layer.output(), layer.quantisation());
    UserException error =
        assertThrows(UserException.class, () -> NetworkCheck.require(network, "network.json"));
    assertTrue(error.getMessage().contains("layer c"), error::getMessage);
    assertTrue(error.getMessage().contains(layer.broken()), error::getMessage);
  }

  @Test
  void aHostShapeOfOtherSizeIsNamed() {
    Shape same = new Shape(2, 4, 4);
    Network network =
        new Network(
            "model.onnx",
            "0",
            ImmutableList.of(new Tensor("x", same, INT8), new Tensor("y", same, INT8)),
            ImmutableList.of(lookup(1)),
            ImmutableList.of(host("x", new Shape(2, 4, 5))),
            ImmutableList.of(host("y", same)));
    assertEquals(
        ImmutableList.of("input x has shape [2, 4, 5], its tensor 2x4x4"),
        NetworkCheck.broken(network));
  }
}
