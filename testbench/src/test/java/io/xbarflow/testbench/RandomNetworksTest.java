package io.xbarflow.testbench;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.network.Network;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random networks on random architectures: linted without a warning, bit-exact at every link,
 * cycle-exact without stalls, bit-exact with stalls.
 *
 * <p>{@code -Dxbarflow.campaign=N} runs N seeds, {@code -Dxbarflow.seed=S} starts with seed S;
 * without them a few seeds run, and those that once failed.
 */
final class RandomNetworksTest {
  private static final long SEEDS = 8;

  static LongStream seeds() {
    if (Long.getLong("xbarflow.campaign") == null) {
      // 38: a branch stands before the convolution whose ring it reads. 141: register stages
      // between a ring and the addition that waits in it.
      return LongStream.concat(LongStream.rangeClosed(1, SEEDS), LongStream.of(38, 141));
    }
    long first = Long.getLong("xbarflow.seed", 1);
    return LongStream.range(first, first + Long.getLong("xbarflow.campaign"));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void isExact(long seed, @TempDir Path folder) {
    prove(RandomDesign.network(seed), seed, folder);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void isExactWithConcatenations(long seed, @TempDir Path folder) {
    prove(RandomDesign.networkWithConcatenations(seed), seed, folder);
  }

  private static void prove(Network network, long seed, Path folder) {
    Architecture architecture = RandomDesign.architecture(seed, network);
    try {
      Chain chain = Chain.of(network, architecture, folder);
      Lint.assertClean(folder);
      CosimRequest request = chain.request(chain.randomInputs(3 + (int) (seed % 3), seed));
      Chain.prove(request);
      Chain.prove(request.withStalls(Stalls.ofSeed(seed)));
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          String.format(
              "seed %d (%s, %d layers, macros %d x %d, mvmCycles %d, reach %d): %s%nrerun with"
                  + " ./mvnw test -pl testbench -am -Dtest=RandomNetworksTest -Dxbarflow.seed=%d"
                  + " -Dxbarflow.campaign=1 -Dsurefire.failIfNoSpecifiedTests=false",
              seed,
              network.model(),
              network.layers().size(),
              architecture.crossbarRows(),
              architecture.crossbarColumns(),
              architecture.mvmCycles(),
              architecture.reach(),
              e.getMessage(),
              seed),
          e);
    }
  }
}
