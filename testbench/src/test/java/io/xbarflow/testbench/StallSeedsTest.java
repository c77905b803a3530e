package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.tensor.Image;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gaps at the input and back-pressure at the output change no output. */
final class StallSeedsTest {
  private static final int IMAGES = 3;
  private static final int SEEDS = 20;

  @TempDir static Path folder;
  private static CosimRequest request;
  private static ImmutableMap<String, ImmutableList<Image>> outputs;

  @BeforeAll
  static void simulateWithoutStalls() {
    Chain chain =
        Chain.of(
            Chain.example("residual_cnn"), Architectures.named("default").withMvmCycles(8), folder);
    request = chain.request(chain.randomInputs(IMAGES, 1));
    outputs = Chain.prove(request).outputs();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void outputsStayTheSame(long seed) {
    assertEquals(outputs, Chain.prove(request.withStalls(Stalls.ofSeed(seed))).outputs());
  }
}
