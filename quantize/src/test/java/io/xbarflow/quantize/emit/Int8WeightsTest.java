package io.xbarflow.quantize.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Stored;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class Int8WeightsTest {
  private static Stored weights(float... values) {
    return Stored.ofReals(ImmutableList.of(2, values.length / 2, 1, 1), values);
  }

  private static Optional<Stored> bias(float... values) {
    return Optional.of(Stored.ofReals(ImmutableList.of(values.length), values));
  }

  @Test
  void perChannel() {
    Int8Weights quantised =
        Int8Weights.of(weights(1.27f, -0.635f, 0, -12.7f), bias(0.5f, -3), 0.25f, true);
    assertEquals(ImmutableList.of(127, -64, 0, -127), quantised.values().asInts());
    assertEquals(0.01f, quantised.scales().get(0));
    assertEquals(0.1f, quantised.scales().get(1));
    assertEquals(ImmutableList.of(200, -120), quantised.bias().asInts());
    assertEquals(ImmutableList.of(0.0025f, 0.025f), quantised.biasScales(0.25f).asFloats());
    assertEquals(ImmutableList.of(2), quantised.zeroPoints().dims());
  }

  @Test
  void perTensor() {
    Int8Weights quantised =
        Int8Weights.of(weights(1.27f, -0.635f, 0, -12.7f), bias(0.5f, -3), 0.25f, false);
    assertEquals(ImmutableList.of(13, -6, 0, -127), quantised.values().asInts());
    assertEquals(ImmutableList.of(0.1f), quantised.scales());
    assertEquals(ImmutableList.of(20, -120), quantised.bias().asInts());
    assertEquals(ImmutableList.of(), quantised.scaleTensor().dims());
  }

  @Test
  void noBias() {
    Int8Weights quantised = Int8Weights.of(weights(1, 2), Optional.empty(), 1, true);
    assertEquals(ImmutableList.of(0, 0), quantised.bias().asInts());
  }

  /** A channel without weights leaves the scale open; the bias keeps 20 bits. */
  @Test
  void deadChannel() {
    Int8Weights quantised = Int8Weights.of(weights(0, 0, 1, 2), bias(3, 0), 0.5f, true);
    assertEquals(ImmutableList.of(0, 0, 64, 127), quantised.values().asInts());
    assertEquals(3, quantised.bias().integer(0) * 0.5 * quantised.scales().get(0), 1e-5);
    assertEquals(1 << 20, (double) quantised.bias().integer(0), 1.0);
    assertEquals(
        ImmutableList.of(1f, 1f),
        Int8Weights.of(weights(0, 0), Optional.empty(), 1, true).scales());
  }

  /** A bias far beyond the weights makes their scale larger, rather than leaving 32 bits. */
  @Test
  void greatBias() {
    Int8Weights quantised = Int8Weights.of(weights(1e-9f, 1), bias(100, 0), 1e-3f, true);
    long integer = quantised.bias().integer(0);
    assertTrue(integer > 1 << 29 && integer <= (1L << 30) + (1 << 8), String.valueOf(integer));
    assertEquals(100, integer * 1e-3 * quantised.scales().get(0), 1e-4);
  }
}
