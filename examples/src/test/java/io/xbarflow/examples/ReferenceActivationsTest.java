package io.xbarflow.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.RandomImages;
import io.xbarflow.sim.golden.GoldenModel;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On a random image no tensor of a reference network is constant, nor saturated to a large part.
 */
final class ReferenceActivationsTest {
  private static final double LEAST_DEVIATION = 5;
  private static final double MOST_SATURATED = 0.25;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet8",
        "resnet50",
        "mobilenet_v1",
        "mobilenet_v2",
        "squeezenet",
        "densenet121",
        "inception_v1"
      })
  void useTheirRange(String name) throws IOException {
    Network network = Imported.reference(name);
    HostTensor input = network.inputs().get(0);
    Image image = RandomImages.of(network, 1, 1).get(input.name()).get(0);
    new GoldenModel(network)
        .run(ImmutableMap.of(input.tensor(), image))
        .forEach((tensor, values) -> assertSpread(network, tensor, values.toArray()));
  }

  private static void assertSpread(Network network, String tensor, int[] values) {
    Quantisation quantisation = network.tensor(tensor).quantisation();
    double mean = IntStream.of(values).average().orElseThrow();
    double deviation =
        Math.sqrt(
            IntStream.of(values).mapToDouble(v -> (v - mean) * (v - mean)).average().orElseThrow());
    assertTrue(deviation >= LEAST_DEVIATION, () -> tensor + ": standard deviation " + deviation);
    double saturated =
        (double) IntStream.of(values).filter(v -> v == quantisation.max()).count() / values.length;
    assertTrue(saturated <= MOST_SATURATED, () -> tensor + ": saturated " + saturated);
  }
}
