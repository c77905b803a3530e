package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A chip whose core makes its windows with a line buffer: exact in values and in cycles. */
final class LineBufferTest {
  @TempDir static Path folder;
  private static CosimRequest request;

  /** A convolution of 3 x 3 windows that stay inside 12 x 12 pixels of 16 channels. */
  static Network insideTheMap() {
    Quantisation quantisation = new Quantisation(0.1f, 3, true);
    Tensor given = new Tensor("x", new Shape(16, 12, 12), quantisation);
    Tensor made = new Tensor("y", new Shape(16, 10, 10), quantisation);
    byte[] weights = new byte[16 * 16 * 9];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (byte) (37 * i + 11);
    }
    return new Network(
        "inside.onnx",
        "0".repeat(64),
        ImmutableList.of(given, made),
        ImmutableList.of(
            new Layer.Convolution(
                "conv",
                "x",
                "y",
                new Window(3, 3, 1, 1, 0, 0, 0, 0, 1, 1),
                1,
                Int8Array.copyOf(weights),
                ImmutableList.of(0.002f),
                ImmutableList.copyOf(Collections.nCopies(16, 0)),
                -128,
                127)),
        ImmutableList.of(RandomDesign.host(given)),
        ImmutableList.of(RandomDesign.host(made)));
  }

  @BeforeAll
  static void generate() {
    Chain chain = Chain.of(insideTheMap(), Architectures.named("default").withMvmCycles(1), folder);
    assertTrue(
        chain.mapping().blocks().stream()
            .anyMatch(block -> block instanceof Block.ImcCore core && core.fetch().lineBuffer()),
        () -> chain.mapping().toString());
    request = chain.request(chain.randomInputs(3, 1));
  }

  @Test
  void isExact() {
    Lint.assertClean(folder);
    Chain.prove(request);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isExactWithStalls(long seed) {
    Chain.prove(request.withStalls(Stalls.ofSeed(seed)));
  }
}
