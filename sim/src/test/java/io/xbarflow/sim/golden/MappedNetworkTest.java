package io.xbarflow.sim.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Place;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.Labels;
import io.xbarflow.sim.Accuracy;
import io.xbarflow.sim.Deviation;
import io.xbarflow.sim.Simulation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Networks of one mapped convolution: ranges of columns, deviation and accuracy. */
final class MappedNetworkTest {
  private static final int DESIGNS = 200;
  private static final CountingCore COUNTING = new CountingCore(true);
  private static final CoreTypes TYPES = CoreTypes.installed().with(COUNTING);

  @Test
  void calibrationFindsTheGreatestSums() {
    Random random = new Random(8);
    int tiled = 0;
    for (int i = 0; i < DESIGNS; i++) {
      ArrayDesign design = ArrayDesign.random(random);
      if (design.permuted()) {
        continue;
      }
      Mapping mapping = mapping(design, COUNTING.name(), true);
      int[][][] images = design.images(random, 1 + random.nextInt(40));
      Mapping calibrated = Calibration.of(network(design), mapping, tensors(design, images));
      List<List<Integer>> expected = new ArrayList<>();
      for (int[] channels : greatestSums(design, images)) {
        expected.add(Arrays.stream(channels).boxed().toList());
      }
      Block.ImcCore core = (Block.ImcCore) calibrated.blocks().get(0);
      assertEquals(expected, core.array().ranges(), design::toString);
      assertEquals(mapping, calibrated.withBlocks(mapping.blocks()));
      tiled += expected.size() > 1 ? 1 : 0;
    }
    assertTrue(tiled > DESIGNS / 10, tiled + " with row tiles");
  }

  @Test
  void onlyCoresThatWantRangesAreMeasured() {
    ArrayDesign design = ArrayDesign.random(new Random(1));
    Mapping mapping = mapping(design, COUNTING.name(), false);
    List<ImmutableMap<String, Image>> images = tensors(design, design.images(new Random(2), 1));
    assertSame(mapping, Calibration.of(network(design), mapping, images));
  }

  @Test
  void deviationsAreThoseOfAllImagesInTheirOrder() {
    Random random = new Random(5);
    ArrayDesign design = ArrayDesign.random(random);
    int[][][] images = design.images(random, 300);
    int[][] actual = operator(design).apply(images, 0, Workers.CALLER);
    int[][] exact =
        new ConvolutionOperator(design.layer(), design.input(), design.output())
            .apply(images, Workers.CALLER);
    long equal = 0;
    double noise = 0;
    double signal = 0;
    int greatest = 0;
    for (int i = 0; i < images.length; i++) {
      for (int k = 0; k < exact[i].length; k++) {
        int difference = actual[i][k] - exact[i][k];
        equal += difference == 0 ? 1 : 0;
        noise += difference * difference;
        signal += Math.pow(exact[i][k] - design.output().quantisation().zeroPoint(), 2);
        greatest = Math.max(greatest, Math.abs(difference));
      }
    }
    long values = 300L * design.output().shape().size();
    assertTrue(equal > 0 && equal < values, equal + " of " + values);
    Simulation simulation =
        Simulation.ofValues(
            network(design),
            mapping(design, COUNTING.name(), false),
            TYPES,
            tensors(design, images));
    Deviation deviation = simulation.deviations().get(0);
    assertEquals("conv", deviation.layer());
    assertEquals(Optional.of("counting"), deviation.core());
    assertEquals(values, deviation.values());
    assertEquals((double) equal / values, deviation.equal());
    assertEquals(Math.sqrt(noise / values), deviation.rms(), 1e-12);
    assertEquals(greatest, deviation.greatest());
    assertEquals(10 * Math.log10(signal / noise), deviation.signalToNoiseDb().orElseThrow(), 1e-9);
    for (int i = 0; i < images.length; i++) {
      assertArrayEquals(actual[i], simulation.images().get(i).get("y").toArray());
      assertArrayEquals(exact[i], simulation.ideal().get(i).get("y").toArray());
    }
    verifyAccuracy(design, simulation, actual, exact);
  }

  private static void verifyAccuracy(
      ArrayDesign design, Simulation simulation, int[][] actual, int[][] exact) {
    List<Integer> labels = new ArrayList<>();
    int right = 0;
    int idealRight = 0;
    for (int i = 0; i < actual.length; i++) {
      int label = i % 5 == 0 ? Labels.NONE : i % 3 == 0 ? first(actual[i]) : 1;
      labels.add(label);
      right += label == first(actual[i]) ? 1 : 0;
      idealRight += label == first(exact[i]) ? 1 : 0;
    }
    assertEquals(
        new Accuracy(240, right, idealRight), simulation.accuracy(network(design), labels));
    assertTrue(right < 240 && right != idealRight, right + ", " + idealRight);
  }

  @Test
  void exactCoresDoNotDeviate() {
    Random random = new Random(6);
    ArrayDesign design = ArrayDesign.random(random);
    int[][][] images = design.images(random, 4);
    Simulation simulation =
        Simulation.ofValues(
            network(design), mapping(design, "digital", false), TYPES, tensors(design, images));
    assertEquals(ImmutableList.of(), simulation.deviations());
    assertEquals(simulation.images(), simulation.ideal());
    Accuracy accuracy = simulation.accuracy(network(design), List.of(0, 1, 2, -1));
    assertEquals(3, accuracy.images());
    assertEquals(accuracy.right(), accuracy.idealRight());
  }

  /** Index of the first of the greatest values. */
  private static int first(int[] values) {
    int greatest = Arrays.stream(values).max().orElseThrow();
    int index = 0;
    while (values[index] != greatest) {
      index++;
    }
    return index;
  }

  private static ArrayOperator operator(ArrayDesign design) {
    return new ArrayOperator(
        design.layer(),
        design.input(),
        design.output(),
        design.fetch(),
        use(design, COUNTING.name(), false),
        COUNTING,
        design.copies(),
        ImmutableList.of());
  }

  private static CoreUse use(ArrayDesign design, String type, boolean calibrated) {
    boolean exact = !type.equals(COUNTING.name());
    return new CoreUse(
        type,
        ImmutableSortedMap.of(),
        new MacroSpec(
            design.macroRows(), design.macroColumns(), 1, exact, !exact, true, true, calibrated));
  }

  private static Network network(ArrayDesign design) {
    return new Network(
        "model.onnx",
        "0",
        ImmutableList.of(design.input(), design.output()),
        ImmutableList.of(design.layer()),
        ImmutableList.of(host(design.input())),
        ImmutableList.of(host(design.output())));
  }

  private static HostTensor host(Tensor tensor) {
    ImmutableList<Integer> shape =
        ImmutableList.of(
            tensor.shape().channels(), tensor.shape().height(), tensor.shape().width());
    return new HostTensor(tensor.name(), tensor.name(), shape, false, false);
  }

  private static Mapping mapping(ArrayDesign design, String type, boolean calibrated) {
    Tiling tiling =
        Tiling.of(
            design.layer(), design.fetch().patch(), design.macroRows(), design.macroColumns());
    CrossbarArray array =
        new CrossbarArray(
            use(design, type, calibrated),
            design.copies(),
            ImmutableList.of(),
            ImmutableList.copyOf(
                Collections.nCopies((int) tiling.macros() * design.copies(), new Place(0, 0))));
    Block.ImcCore core =
        new Block.ImcCore("conv", "conv", "in", "out", Optional.empty(), design.fetch(), array);
    Link in = new Link("in", "x", design.input().shape(), 1, design.fetch().order());
    Link out = new Link("out", "y", design.output().shape(), 1, design.fetch().outputOrder());
    Figures figures = new Figures(array.macros(), Optional.empty(), 0, 0);
    return new Mapping(
        "model.onnx",
        "0",
        new Architecture(
            "test", 256, 256, CoreSelection.IDEAL, 3, 100, 0, 0, 1, ActivationMemoryPolicy.RING),
        ImmutableList.of(new Port("in", "x")),
        ImmutableList.of(new Port("out", "y")),
        ImmutableList.of(in, out),
        ImmutableList.of(core),
        figures,
        figures);
  }

  private static List<ImmutableMap<String, Image>> tensors(ArrayDesign design, int[][][] images) {
    List<ImmutableMap<String, Image>> tensors = new ArrayList<>();
    for (int[][] image : images) {
      tensors.add(ImmutableMap.of("x", Image.of(design.input().shape(), image[0])));
    }
    return tensors;
  }

  /** For every row tile and channel the greatest magnitude of a sum, from the definition. */
  private static int[][] greatestSums(ArrayDesign design, int[][][] images) {
    Patch patch = design.fetch().patch();
    Tiling tiling = Tiling.of(design.layer(), patch, design.macroRows(), design.macroColumns());
    int channels = design.layer().outputChannels();
    int[][] greatest = new int[tiling.rowTiles(0)][channels];
    for (int[][] image : images) {
      for (int channel = 0; channel < channels; channel++) {
        for (int row = 0; row < patch.down(design.output().shape()) * patch.height(); row++) {
          int columns = patch.across(design.output().shape()) * patch.width();
          for (int column = 0; column < columns; column++) {
            int[] sums = tileSums(design, tiling, image[0], channel, row, column);
            for (int tile = 0; tile < sums.length; tile++) {
              greatest[tile][channel] = Math.max(greatest[tile][channel], Math.abs(sums[tile]));
            }
          }
        }
      }
    }
    return greatest;
  }

  /** The sum of every row tile for one output pixel, which may lie beyond the map. */
  private static int[] tileSums(
      ArrayDesign design, Tiling tiling, int[] x, int channel, int row, int column) {
    Window window = design.layer().window();
    Window reads = design.fetch().reads();
    Patch patch = design.fetch().patch();
    int block = channel / tiling.outputs(0);
    int[] sums = new int[tiling.rowTiles(0)];
    for (int c = 0; c < tiling.inputs(block); c++) {
      for (int p = 0; p < window.kernelHeight(); p++) {
        for (int q = 0; q < window.kernelWidth(); q++) {
          int down = row % patch.height() * window.strideHeight() + p * window.dilationHeight();
          int across = column % patch.width() * window.strideWidth() + q * window.dilationWidth();
          int slot =
              down / reads.dilationHeight() * reads.kernelWidth() + across / reads.dilationWidth();
          int input = tiling.firstInput(block) + c;
          int value =
              design.centred(
                  x,
                  input,
                  row * window.strideHeight() - window.padTop() + p * window.dilationHeight(),
                  column * window.strideWidth() - window.padLeft() + q * window.dilationWidth());
          sums[(slot * tiling.inputs(block) + c) / tiling.macroRows()] +=
              value * design.layer().weight(channel, input, p, q);
        }
      }
    }
    return sums;
  }
}
