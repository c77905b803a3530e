package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.MappingCheck;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.mapper.Mapper;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Max pools with partial results, from the layer to the simulated Verilog: values equal to the
 * golden model, cycles to the prediction, random stalls at both ends. Needs Verilator.
 */
final class RowPoolTest {
  private static final int IMAGES = 5;
  private static final int MVM_CYCLES = 31;

  /** A pool of kernel height x width on a map, {@code lanes} values a beat. */
  private record Case(
      String name, Shape input, int height, int width, int lanes, boolean signed, Next next) {
    Shape output() {
      return new Shape(input.channels(), input.height() / height, input.width() / width);
    }

    Window window() {
      return new Window(height, width, height, width, 0, 0, 0, 0, 1, 1);
    }

    String given() {
      return name + "_x";
    }

    String pooled() {
      return name + "_y";
    }
  }

  /** What takes the results. */
  private enum Next {
    /** The chip's output, which takes a beat whenever there is one. */
    OUTPUT,
    /** A convolution of one tap, slower than the pool, so that results wait. */
    CONVOLUTION
  }

  private static List<Case> cases() {
    return List.of(
        new Case("even_2x2", new Shape(6, 4, 8), 2, 2, 2, true, Next.OUTPUT),
        new Case("one_beat_2x2", new Shape(4, 6, 6), 2, 2, 4, false, Next.OUTPUT),
        new Case("one_lane_2x2", new Shape(3, 4, 4), 2, 2, 1, true, Next.CONVOLUTION),
        new Case("left_over_2x2", new Shape(2, 5, 7), 2, 2, 2, true, Next.CONVOLUTION),
        new Case("left_over_3x3", new Shape(6, 8, 11), 3, 3, 3, false, Next.OUTPUT),
        new Case("rows_3x1", new Shape(2, 7, 4), 3, 1, 2, true, Next.OUTPUT),
        new Case("columns_1x3", new Shape(2, 4, 7), 1, 3, 2, false, Next.CONVOLUTION),
        new Case("columns_1x2_beats", new Shape(6, 3, 6), 1, 2, 2, true, Next.OUTPUT),
        new Case("narrow_2x3", new Shape(1, 6, 3), 2, 3, 1, true, Next.CONVOLUTION),
        new Case("narrow_4x2", new Shape(4, 9, 3), 4, 2, 2, false, Next.OUTPUT),
        new Case("whole_map_4x5", new Shape(3, 4, 5), 4, 5, 3, true, Next.OUTPUT),
        new Case("one_row_1x4", new Shape(2, 1, 9), 1, 4, 1, true, Next.OUTPUT),
        new Case("one_column_3x1", new Shape(1, 7, 1), 3, 1, 1, true, Next.OUTPUT));
  }

  private static HostTensor host(String tensor, Shape shape) {
    return new HostTensor(
        tensor,
        tensor,
        ImmutableList.of(shape.channels(), shape.height(), shape.width()),
        false,
        false,
        Optional.empty());
  }

  /** One chip with a pool for every case, side by side: one simulator to build. */
  private static Network network() {
    ImmutableList.Builder<Tensor> tensors = ImmutableList.builder();
    ImmutableList.Builder<Layer> layers = ImmutableList.builder();
    ImmutableList.Builder<HostTensor> inputs = ImmutableList.builder();
    ImmutableList.Builder<HostTensor> outputs = ImmutableList.builder();
    for (Case pool : cases()) {
      Quantisation quantisation = new Quantisation(0.1f, 3, pool.signed());
      tensors.add(new Tensor(pool.given(), pool.input(), quantisation));
      tensors.add(new Tensor(pool.pooled(), pool.output(), quantisation));
      layers.add(
          new Layer.Pool(
              pool.name(), pool.given(), pool.pooled(), pool.window(), Layer.Pool.Kind.MAX, false));
      inputs.add(host(pool.given(), pool.input()));
      String last = pool.pooled();
      if (pool.next() == Next.CONVOLUTION) {
        last = pool.name() + "_z";
        tensors.add(new Tensor(last, pool.output(), quantisation));
        layers.add(convolution(pool, last, quantisation));
      }
      outputs.add(host(last, pool.output()));
    }
    return new Network(
        "row_pools.onnx",
        "0".repeat(64),
        tensors.build(),
        layers.build(),
        inputs.build(),
        outputs.build());
  }

  private static Layer.Convolution convolution(
      Case pool, String output, Quantisation quantisation) {
    int channels = pool.input().channels();
    byte[] weights = new byte[channels * channels];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (byte) (37 * i + 11);
    }
    return new Layer.Convolution(
        pool.name() + "_conv",
        pool.pooled(),
        output,
        Window.frame(1, 1),
        1,
        Int8Array.copyOf(weights),
        ImmutableList.of(0.01f),
        ImmutableList.copyOf(Collections.nCopies(channels, 0)),
        quantisation.min(),
        quantisation.max());
  }

  /** The mapping of {@code network} with the lanes of the cases and partial results everywhere. */
  private static Mapping mapping(Network network) {
    Mapping mapping =
        Mapper.map(network, Architectures.named(Architectures.DEFAULT).withMvmCycles(MVM_CYCLES));
    Map<String, Integer> lanes = new HashMap<>();
    for (Case pool : cases()) {
      lanes.put(pool.given(), pool.lanes());
      lanes.put(pool.pooled(), pool.lanes());
    }
    ImmutableList.Builder<Link> links = ImmutableList.builder();
    for (Link link : mapping.links()) {
      int values = lanes.getOrDefault(link.tensor(), link.lanes());
      links.add(new Link(link.name(), link.tensor(), link.shape(), values, link.order()));
    }
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    for (Block block : mapping.blocks()) {
      blocks.add(
          block instanceof Block.PoolCore pool
              ? new Block.RowPool(
                  pool.name(), pool.layer(), pool.input(), pool.output(), pool.fetch().window())
              : block);
    }
    return new Mapping(
        mapping.model(),
        mapping.modelSha256(),
        mapping.architecture(),
        mapping.inputs(),
        mapping.outputs(),
        links.build(),
        blocks.build(),
        mapping.prediction(),
        mapping.bound());
  }

  @Test
  void equalsTheGoldenModelAndThePrediction(@TempDir Path folder) {
    Network network = network();
    Mapping mapping = mapping(network);
    assertEquals(
        cases().size(),
        mapping.blocks().stream().filter(Block.RowPool.class::isInstance).count(),
        "blocks with partial results");
    Chain chain = Chain.of(network, mapping, folder);
    assertEquals(List.of(), MappingCheck.broken(network, mapping));
    Lint.assertClean(folder);
    CosimRequest request = chain.request(chain.randomInputs(IMAGES, 5));
    Chain.prove(request);
    for (long seed = 3; seed <= 18; seed += 3) {
      Chain.prove(request.withStalls(Stalls.ofSeed(seed)));
    }
  }
}
