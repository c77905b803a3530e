package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.MappingCheck;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.mapper.Mapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Max pools with partial results, from the layer to the simulated Verilog: values equal to the
 * golden model, cycles to the prediction, random stalls at both ends. Needs Verilator.
 */
final class RowPoolTest {
  private static final int IMAGES = 5;
  private static final int MVM_CYCLES = 31;

  /** Random pools beside those that are written down. */
  private static final int RANDOM_CASES = 16;

  /** A pool with {@code window} on a map, {@code lanes} values a beat. */
  private record Case(
      String name, Shape input, Window window, int lanes, boolean signed, Next next) {
    Shape output() {
      return new Shape(
          input.channels(),
          (input.height() + window.padTop() + window.padBottom() - window.kernelHeight())
                  / window.strideHeight()
              + 1,
          (input.width() + window.padLeft() + window.padRight() - window.kernelWidth())
                  / window.strideWidth()
              + 1);
    }

    boolean computable() {
      return Block.RowPool.canCompute(layer(), input, output(), StreamOrder.RASTER);
    }

    Layer.Pool layer() {
      return new Layer.Pool(name, given(), pooled(), window, Layer.Pool.Kind.MAX, false);
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

  /** Windows that lie apart, without padding. */
  private static Window apart(int height, int width) {
    return new Window(height, width, height, width, 0, 0, 0, 0, 1, 1);
  }

  /** Square windows, {@code before} pixels of padding above and to the left, then below, right. */
  private static Window square(int kernel, int stride, int before, int behind) {
    return new Window(kernel, kernel, stride, stride, before, before, behind, behind, 1, 1);
  }

  private static Window strided(int height, int width, int down, int across) {
    return new Window(height, width, down, across, 0, 0, 0, 0, 1, 1);
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>(separateCases());
    cases.addAll(overlappingCases());
    Random random = new Random(1);
    for (int i = 0; i < RANDOM_CASES; i++) {
      cases.add(randomCase("random_" + i, random));
    }
    return cases;
  }

  private static List<Case> separateCases() {
    return List.of(
        new Case("even_2x2", new Shape(6, 4, 8), apart(2, 2), 2, true, Next.OUTPUT),
        new Case("one_beat_2x2", new Shape(4, 6, 6), apart(2, 2), 4, false, Next.OUTPUT),
        new Case("one_lane_2x2", new Shape(3, 4, 4), apart(2, 2), 1, true, Next.CONVOLUTION),
        new Case("left_over_2x2", new Shape(2, 5, 7), apart(2, 2), 2, true, Next.CONVOLUTION),
        new Case("left_over_3x3", new Shape(6, 8, 11), apart(3, 3), 3, false, Next.OUTPUT),
        new Case("rows_3x1", new Shape(2, 7, 4), apart(3, 1), 2, true, Next.OUTPUT),
        new Case("columns_1x3", new Shape(2, 4, 7), apart(1, 3), 2, false, Next.CONVOLUTION),
        new Case("columns_1x2_beats", new Shape(6, 3, 6), apart(1, 2), 2, true, Next.OUTPUT),
        new Case("narrow_2x3", new Shape(1, 6, 3), apart(2, 3), 1, true, Next.CONVOLUTION),
        new Case("narrow_4x2", new Shape(4, 9, 3), apart(4, 2), 2, false, Next.OUTPUT),
        new Case("whole_map_4x5", new Shape(3, 4, 5), apart(4, 5), 3, true, Next.OUTPUT),
        new Case("one_row_1x4", new Shape(2, 1, 9), apart(1, 4), 1, true, Next.OUTPUT),
        new Case("one_column_3x1", new Shape(1, 7, 1), apart(3, 1), 1, true, Next.OUTPUT),
        new Case("gaps_2x2", new Shape(4, 8, 9), strided(2, 2, 3, 4), 2, true, Next.OUTPUT),
        new Case("padded_2x2", new Shape(2, 5, 7), square(2, 2, 1, 0), 1, true, Next.OUTPUT));
  }

  private static List<Case> overlappingCases() {
    return List.of(
        new Case("even_3x3_2", new Shape(4, 8, 8), square(3, 2, 1, 1), 2, true, Next.OUTPUT),
        new Case("odd_3x3_2", new Shape(6, 7, 9), square(3, 2, 1, 1), 3, false, Next.OUTPUT),
        new Case("bare_3x3_2", new Shape(2, 7, 11), square(3, 2, 0, 0), 2, true, Next.OUTPUT),
        new Case("ceil_3x3_2", new Shape(2, 8, 6), square(3, 2, 0, 1), 1, false, Next.CONVOLUTION),
        new Case("one_beat_3x3_2", new Shape(4, 9, 6), square(3, 2, 1, 1), 4, true, Next.OUTPUT),
        new Case("slow_3x3_2", new Shape(3, 6, 8), square(3, 2, 1, 1), 1, true, Next.CONVOLUTION),
        new Case("dense_3x3_1", new Shape(4, 6, 7), square(3, 1, 0, 0), 2, true, Next.OUTPUT),
        new Case("dense_2x2_1", new Shape(2, 5, 6), square(2, 1, 1, 0), 2, false, Next.OUTPUT),
        new Case("dense_5x5_1", new Shape(2, 9, 8), square(5, 1, 4, 0), 1, true, Next.OUTPUT),
        new Case("far_5x5_2", new Shape(4, 9, 12), square(5, 2, 2, 1), 2, true, Next.CONVOLUTION),
        new Case("rows_3x1_2", new Shape(2, 7, 4), strided(3, 1, 2, 1), 1, true, Next.OUTPUT),
        new Case("columns_1x3_2", new Shape(6, 3, 9), strided(1, 3, 1, 2), 2, true, Next.OUTPUT),
        new Case("down_3x2_2", new Shape(3, 9, 6), strided(3, 2, 2, 2), 3, false, Next.OUTPUT),
        new Case("across_2x3_2", new Shape(2, 6, 9), strided(2, 3, 2, 2), 1, true, Next.OUTPUT),
        new Case("one_column_3x3", new Shape(2, 7, 3), strided(3, 3, 2, 2), 1, true, Next.OUTPUT),
        new Case("whole_map_3x4", new Shape(2, 3, 4), strided(3, 4, 1, 1), 2, true, Next.OUTPUT),
        new Case("far_padded_5x5", new Shape(2, 3, 2), square(5, 3, 4, 1), 1, true, Next.OUTPUT));
  }

  private static Case randomCase(String name, Random random) {
    while (true) {
      int channels = 1 + random.nextInt(6);
      int lanes = 1 + random.nextInt(channels);
      int height = 1 + random.nextInt(5);
      int width = 1 + random.nextInt(5);
      Case pool =
          new Case(
              name,
              new Shape(channels, 1 + random.nextInt(11), 1 + random.nextInt(11)),
              new Window(
                  height,
                  width,
                  1 + random.nextInt(4),
                  1 + random.nextInt(4),
                  random.nextInt(height),
                  random.nextInt(width),
                  random.nextInt(height),
                  random.nextInt(width),
                  1,
                  1),
              lanes,
              random.nextBoolean(),
              random.nextInt(4) == 0 ? Next.CONVOLUTION : Next.OUTPUT);
      if (channels % lanes == 0
          && pool.input().height() + pool.window().padTop() + pool.window().padBottom() >= height
          && pool.input().width() + pool.window().padLeft() + pool.window().padRight() >= width
          && pool.computable()) {
        return pool;
      }
    }
  }

  private static HostTensor host(String tensor, Shape shape) {
    return new HostTensor(
        tensor,
        tensor,
        ImmutableList.of(shape.channels(), shape.height(), shape.width()),
        false,
        false);
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
      layers.add(pool.layer());
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

  /** Verilator, Icarus and Yosys have nothing to say, and no cell of a pool has a latch. */
  private static void assertReadByEveryTool(Path folder) throws IOException {
    Lint.assertClean(folder);
    assertEquals(
        List.of(),
        Lint.output(folder, "iverilog", "-g2005", "-Wall", "-t", "null", "-c", "rtl/filelist.f"));
    String files = String.join(" ", Files.readAllLines(folder.resolve("syn/filelist.f")));
    assertEquals(
        List.of(),
        Lint.output(
            folder,
            "yosys",
            "-q",
            "-p",
            "read_verilog "
                + files
                + "; hierarchy -check -top xbarflow_top; proc; check -assert;"
                + " select -assert-none *max_pool*/t:$dlatch"));
  }

  @Test
  void equalsTheGoldenModelAndThePrediction(@TempDir Path folder) throws IOException {
    Network network = network();
    Mapping mapping = mapping(network);
    assertEquals(
        cases().size(),
        mapping.blocks().stream().filter(Block.RowPool.class::isInstance).count(),
        "blocks with partial results");
    Chain chain = Chain.of(network, mapping, folder);
    assertEquals(List.of(), MappingCheck.broken(network, mapping));
    assertReadByEveryTool(folder);
    CosimRequest request = chain.request(chain.randomInputs(IMAGES, 5));
    Chain.prove(request);
    for (long seed = 3; seed <= 18; seed += 3) {
      Chain.prove(request.withStalls(Stalls.ofSeed(seed)));
    }
  }
}
