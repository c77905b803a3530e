package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.MappingCheck;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks that move values without computing: bytes, cycles and stalls in the simulated Verilog. */
final class RearrangementTest {
  private static final int IMAGES = 4;
  private static final Architecture ARCHITECTURE =
      Architectures.named("default").withMvmCycles(3).withCrossbar(64, 32).withReach(1);

  private static final Quantisation QUANTISATION = new Quantisation(0.1f, -5, true);

  /** A network that grows tensor by tensor. */
  private static final class Growing {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final List<Layer> layers = new ArrayList<>();
    private final List<HostTensor> inputs = new ArrayList<>();
    private final List<HostTensor> outputs = new ArrayList<>();

    private String write(Shape shape) {
      String name = "t" + tensors.size();
      tensors.put(name, new Tensor(name, shape, QUANTISATION));
      return name;
    }

    private Shape shape(String tensor) {
      return tensors.get(tensor).shape();
    }

    String input(int channels, int height, int width) {
      String name = write(new Shape(channels, height, width));
      inputs.add(RandomDesign.host(tensors.get(name)));
      return name;
    }

    void output(String tensor) {
      outputs.add(RandomDesign.host(tensors.get(tensor)));
    }

    /** A 3 x 3 convolution that keeps the map's size. */
    String convolution(String from, int channels) {
      Shape map = shape(from);
      byte[] weights = new byte[channels * map.channels() * 9];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (byte) (37 * i + 11);
      }
      String name = write(new Shape(channels, map.height(), map.width()));
      layers.add(
          new Layer.Convolution(
              "conv_" + name,
              from,
              name,
              new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1),
              1,
              Int8Array.copyOf(weights),
              ImmutableList.of(0.002f),
              ImmutableList.copyOf(Collections.nCopies(channels, 0)),
              -128,
              127));
      return name;
    }

    String reframe(
        String from, int firstRow, int firstColumn, int height, int width, int rows, int columns) {
      String name = write(new Shape(shape(from).channels(), height, width));
      layers.add(
          new Layer.Reframe("frame_" + name, from, name, firstRow, firstColumn, rows, columns, 77));
      return name;
    }

    String concat(Layer.Concat.Axis axis, String... operands) {
      int height = 0;
      int width = 0;
      for (String operand : operands) {
        height += shape(operand).height();
        width += shape(operand).width();
      }
      Shape first = shape(operands[0]);
      String name =
          write(
              axis == Layer.Concat.Axis.ROWS
                  ? new Shape(first.channels(), height, first.width())
                  : new Shape(first.channels(), first.height(), width));
      layers.add(new Layer.Concat("join_" + name, ImmutableList.copyOf(operands), name, axis));
      return name;
    }

    String gather(String from, Integer... channels) {
      Shape map = shape(from);
      String name = write(new Shape(channels.length, map.height(), map.width()));
      layers.add(new Layer.Gather("gather_" + name, from, name, ImmutableList.copyOf(channels), 9));
      return name;
    }

    /** Functions that differ from each other in every entry. */
    String channelLookup(String from, Integer... tableOfChannel) {
      int count = Collections.max(Arrays.asList(tableOfChannel)) + 1;
      ImmutableList.Builder<ImmutableList<Integer>> tables = ImmutableList.builder();
      for (int table = 0; table < count; table++) {
        int step = 2 * table + 3;
        tables.add(
            IntStream.range(0, 256)
                .mapToObj(x -> (int) (byte) (step * x + step))
                .collect(ImmutableList.toImmutableList()));
      }
      String name = write(shape(from));
      layers.add(
          new Layer.ChannelLookup(
              "functions_" + name,
              from,
              name,
              tables.build(),
              ImmutableList.copyOf(tableOfChannel)));
      return name;
    }

    Network network() {
      return new Network(
          "rearrangements.onnx",
          "0".repeat(64),
          ImmutableList.copyOf(tensors.values()),
          ImmutableList.copyOf(layers),
          ImmutableList.copyOf(inputs),
          ImmutableList.copyOf(outputs));
    }
  }

  @Test
  void channelsAreChosenAndReordered(@TempDir Path folder) {
    Growing grow = new Growing();
    String x = grow.input(6, 3, 4);
    grow.output(grow.gather(x, 0, 2, 4, 1, 3, 5));
    String y = grow.input(4, 5, 3);
    grow.output(grow.gather(y, 3, -1, 3, 0, -1, 1, 1));
    String z = grow.convolution(grow.input(1, 6, 6), 8);
    grow.output(grow.gather(z, 5));
    grow.output(grow.convolution(grow.gather(z, 0, 4, 1, 5, 2, 6, 3, 7), 3));
    prove(grow.network(), Block.Gather.class, 4, folder);
  }

  @Test
  void everyChannelHasItsFunction(@TempDir Path folder) {
    Growing grow = new Growing();
    String x = grow.convolution(grow.input(1, 6, 6), 6);
    grow.output(grow.channelLookup(x, 0, 1, 2, 1, 0, 0));
    grow.output(grow.channelLookup(grow.input(5, 3, 4), 0, 1, 2, 3, 4));
    grow.output(grow.channelLookup(grow.input(12, 2, 2), 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0));
    prove(grow.network(), Block.ChannelLookup.class, 3, folder);
  }

  /** A network with each of these blocks, behind one another. */
  static Network everyBlock() {
    Growing grow = new Growing();
    String x = grow.input(4, 6, 6);
    String frame = grow.reframe(x, -1, 1, 8, 5, 1, 1);
    String tall = grow.concat(Layer.Concat.Axis.ROWS, frame, frame);
    String wide = grow.concat(Layer.Concat.Axis.COLUMNS, tall, tall);
    grow.output(grow.channelLookup(grow.gather(wide, 3, 1, -1, 0, 2, 2), 0, 1, 2, 0, 1, 2));
    return grow.network();
  }

  private static void prove(Network network, Class<? extends Block> kind, int count, Path folder) {
    Chain chain = Chain.of(network, ARCHITECTURE, folder);
    assertEquals(
        count, chain.mapping().blocks().stream().filter(kind::isInstance).count(), "blocks");
    assertEquals(List.of(), MappingCheck.broken(network, chain.mapping()));
    Lint.assertClean(folder);
    CosimRequest request = chain.request(chain.randomInputs(IMAGES, 5));
    Chain.prove(request);
    for (long seed = 1; seed <= 12; seed++) {
      Chain.prove(request.withStalls(Stalls.ofSeed(seed)));
    }
  }

  @Test
  void pixelsAreDroppedAndPutIn(@TempDir Path folder) {
    prove(droppingPixels(), Block.Reframe.class, 8, folder);
  }

  /** Inputs side by side, each cropped or padded; some outputs end before their inputs do. */
  static Network droppingPixels() {
    Growing grow = new Growing();
    String plain = grow.input(2, 5, 6);
    grow.output(grow.reframe(plain, -2, -1, 7, 9, 1, 1)); // padded on three sides
    String crop = grow.input(6, 7, 5);
    grow.output(grow.reframe(crop, 2, 1, 3, 3, 1, 1));
    String steps = grow.input(3, 9, 8);
    grow.output(grow.reframe(steps, 1, 0, 4, 3, 2, 3));
    String mixed = grow.input(1, 4, 4);
    grow.output(grow.reframe(mixed, 1, -2, 5, 4, 1, 1)); // cropped above and right, padded else
    String sparse = grow.input(2, 5, 4);
    grow.output(grow.reframe(sparse, -3, -1, 4, 4, 3, 2)); // steps over the padding too
    String outside = grow.input(1, 3, 3);
    grow.output(grow.reframe(outside, -4, 0, 3, 3, 1, 1)); // nothing of the input is left
    String patched = grow.convolution(grow.input(1, 8, 8), 4);
    grow.output(grow.convolution(grow.reframe(patched, -1, -1, 11, 10, 1, 1), 3));
    // The convolution is slower than the crop, which drops pixels while its output is not taken.
    String slow = grow.input(2, 9, 9);
    grow.output(grow.convolution(grow.reframe(slow, 2, 2, 4, 4, 1, 1), 3));
    return grow.network();
  }

  @Test
  void rowsAndColumnsAreJoined(@TempDir Path folder) {
    Growing grow = new Growing();
    String x = grow.input(4, 5, 6);
    String y = grow.input(4, 2, 6);
    grow.output(grow.concat(Layer.Concat.Axis.ROWS, x, y, grow.convolution(x, 4)));
    String z = grow.input(3, 5, 1);
    String w = grow.input(3, 5, 7);
    grow.output(grow.convolution(grow.concat(Layer.Concat.Axis.COLUMNS, w, z, w), 2));
    // Overlapping tiles of one map, as networks that were cut for small memories have them.
    String map = grow.input(2, 12, 6);
    String top = grow.convolution(grow.reframe(map, 0, 0, 6, 6, 1, 1), 2);
    String bottom = grow.convolution(grow.reframe(map, 4, 0, 8, 6, 1, 1), 2);
    grow.output(grow.convolution(grow.concat(Layer.Concat.Axis.ROWS, top, bottom), 3));
    prove(grow.network(), Block.Concat.class, 3, folder);
  }
}
