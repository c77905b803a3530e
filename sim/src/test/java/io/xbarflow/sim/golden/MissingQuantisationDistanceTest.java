package io.xbarflow.sim.golden;

import static io.xbarflow.sim.golden.OnnxGraph.attribute;
import static io.xbarflow.sim.golden.OnnxGraph.ints;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.ImportSettings;
import io.xbarflow.core.onnx.ImportedModel;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Float results without QuantizeLinear beside ONNX Runtime, which computes them in float32: equal
 * where they commute with the QuantizeLinear behind, and otherwise how far apart. The tables of
 * docs/operators.md are what this prints.
 */
final class MissingQuantisationDistanceTest {
  private static final int NETWORKS = 12;
  private static final int CHANNELS = 16;
  private static final int SIZE = 8;
  private static final long[] DIMS = {1, CHANNELS, SIZE, SIZE};

  @TempDir Path folder;

  /** Adds the nodes from the dequantised map d, of deviation 1, to the float map g. */
  private interface Body {
    OnnxGraph in(OnnxGraph graph, Random random);
  }

  /**
   * A placement.
   *
   * @param steps distance that no value may exceed, in steps of the output
   * @param share values of 1,000 that may differ, with ranges of calibration images
   * @param proven the same with proven ranges
   * @param provenSteps distance with proven ranges
   */
  private record Placement(
      String name, int steps, int share, int provenSteps, int proven, Body body) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** {@code to} is a convolution of {@code from}, which leaves the deviation as it is. */
  private static OnnxGraph conv(
      OnnxGraph graph, Random random, String from, String to, int kernel) {
    int taps = CHANNELS * kernel * kernel;
    int[] weights =
        IntStream.range(0, CHANNELS * taps)
            .map(i -> (int) Math.max(-63, Math.min(63, Math.rint(20 * random.nextGaussian()))))
            .toArray();
    float scale = (float) (1 / (20 * Math.sqrt(taps)));
    int pad = kernel / 2;
    return graph
        .int8(to + "_w", new long[] {CHANNELS, CHANNELS, kernel, kernel}, weights)
        .int8(to + "_wz", new long[0], 0)
        .reals(to + "_ws", new long[0], scale * (0.8f + 0.4f * random.nextFloat()))
        .node("DequantizeLinear", to + "_w," + to + "_ws," + to + "_wz", to + "_wf")
        .node("Conv", from + "," + to + "_wf", to, ints("pads", pad, pad, pad, pad));
  }

  private static OnnxGraph quantised(OnnxGraph graph, String from, String to) {
    return graph
        .node("QuantizeLinear", from + ",k_s,k_z", to + "_q")
        .node("DequantizeLinear", to + "_q,k_s,k_z", to);
  }

  private static Stream<Placement> placements() {
    return Stream.of(
        new Placement(
            "residual, only the skip quantised",
            1,
            130,
            1,
            200,
            (graph, random) ->
                conv(quantised(conv(graph, random, "d", "e", 1), "e", "k"), random, "d", "c", 3)
                    .node("Add", "c,k", "s")
                    .node("Relu", "s", "g")),
        new Placement(
            "residual, nothing quantised",
            2,
            370,
            5,
            850,
            (graph, random) ->
                conv(conv(graph, random, "d", "e", 1), random, "d", "c", 3)
                    .node("Add", "c,e", "g")),
        new Placement(
            "two residual sums in a row",
            2,
            430,
            7,
            930,
            (graph, random) ->
                conv(quantised(conv(graph, random, "d", "e", 1), "e", "k"), random, "d", "c", 3)
                    .node("Add", "c,k", "s")
                    .node("Add", "s,d", "g")),
        new Placement(
            "Conv, Relu, GlobalAveragePool",
            1,
            30,
            1,
            150,
            (graph, random) ->
                conv(graph, random, "d", "c", 3)
                    .node("Relu", "c", "r")
                    .node("GlobalAveragePool", "r", "g")),
        new Placement(
            "Conv, AveragePool 2 x 2",
            1,
            140,
            5,
            780,
            (graph, random) ->
                conv(graph, random, "d", "c", 3)
                    .node("AveragePool", "c", "g", ints("kernel_shape", 2, 2))),
        new Placement(
            "Conv, Conv",
            2,
            250,
            13,
            900,
            (graph, random) -> conv(conv(graph, random, "d", "c", 3), random, "c", "g", 1)),
        new Placement(
            "Conv, SiLU",
            1,
            150,
            2,
            170,
            (graph, random) ->
                conv(graph, random, "d", "c", 3)
                    .node("Sigmoid", "c", "s")
                    .node("Mul", "c,s", "g")));
  }

  private static Stream<Placement> exact() {
    return Stream.of(
        new Placement(
            "Conv, Relu, MaxPool",
            0,
            0,
            0,
            0,
            (graph, random) ->
                conv(graph, random, "d", "c", 3)
                    .node("Relu", "c", "r")
                    .node(
                        "MaxPool",
                        "r",
                        "g",
                        ints("kernel_shape", 3, 3),
                        ints("strides", 2, 2),
                        ints("pads", 1, 1, 1, 1))),
        new Placement(
            "Conv, GlobalMaxPool, Flatten",
            0,
            0,
            0,
            0,
            (graph, random) ->
                conv(graph, random, "d", "c", 3)
                    .node("GlobalMaxPool", "c", "p")
                    .node("Flatten", "p", "g")),
        new Placement(
            "Conv, Slice, Pad, Relu",
            0,
            0,
            0,
            0,
            (graph, random) ->
                conv(graph, random, "d", "c", 3)
                    .list("from", 1)
                    .list("to", 7)
                    .list("axes", 2)
                    .node("Slice", "c,from,to,axes", "t")
                    .list("pads", 0, 2, 0, 1, 0, 0, 1, 0)
                    .reals("fill", new long[0], -0.7f)
                    .node("Pad", "t,pads,fill", "p")
                    .node("Relu", "p", "g")),
        new Placement(
            "two Conv, Split, Concat",
            0,
            0,
            0,
            0,
            (graph, random) ->
                conv(conv(graph, random, "d", "c", 3), random, "d", "e", 1)
                    .list("parts", 4, 12)
                    .node("Split", "c,parts", "a,b", attribute("axis", 1))
                    .node("Concat", "b,e,a", "g", attribute("axis", 1))));
  }

  /** A network of {@code placement} from the float map x to the quantised map y. */
  private static byte[] model(Placement placement, Random random, boolean signed) {
    Quantisation map =
        signed ? new Quantisation(0.031f, 0, true) : new Quantisation(0.034f, 119, false);
    OnnxGraph graph =
        new OnnxGraph(signed, DIMS)
            .real("x")
            .quantisation("x", map)
            .quantisation("k", map)
            .quantisation("y", new Quantisation(0.043f, map.zeroPoint(), signed))
            .node("QuantizeLinear", "x,x_s,x_z", "xq")
            .node("DequantizeLinear", "xq,x_s,x_z", "d");
    return placement.body().in(graph, random).node("QuantizeLinear", "g,y_s,y_z", "y").bytes();
  }

  private static float[] image(Random random) {
    float[] image = new float[CHANNELS * SIZE * SIZE];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    return image;
  }

  /** How many values of how many differ, and by how many steps at most. */
  private static final class Distance {
    private long values;
    private long differ;
    private int steps;

    void add(OnnxRuntimeRun.Output theirs, OnnxRuntimeRun.Output ours) {
      assertEquals(theirs.dims(), ours.dims());
      values += theirs.values().length;
      differ += theirs.differences(ours);
      for (int i = 0; i < theirs.values().length; i++) {
        steps = Math.max(steps, (int) Math.abs(theirs.values()[i] - ours.values()[i]));
      }
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%d of %d values differ, by %d steps at most", differ, values, steps);
    }
  }

  @ParameterizedTest
  @MethodSource("placements")
  void staysNear(Placement placement) throws OrtException, IOException {
    Distance proven = new Distance();
    Distance calibrated = new Distance();
    for (int seed = 0; seed < NETWORKS; seed++) {
      Random random = new Random(seed);
      boolean signed = seed % 2 == 0;
      byte[] model = model(placement, random, signed);
      Path file = folder.resolve("model.onnx");
      Files.write(file, model);
      float[] image = image(random);
      OnnxRuntimeRun.Output theirs =
          OnnxRuntimeRun.inOnnxRuntime(model, image, DIMS, signed, OptLevel.NO_OPT);
      Network ours = OnnxImport.read(file);
      proven.add(theirs, OnnxRuntimeRun.inGoldenModel(ours, image, DIMS));
      List<float[]> images = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        images.add(image(random));
      }
      ImportedModel seen =
          CalibratedImport.of(
              ranges -> OnnxImport.read(file, ImportSettings.NONE, ranges),
              network -> inputs(network, images));
      assertTrue(!seen.given().isEmpty(), "nothing was missing");
      calibrated.add(theirs, OnnxRuntimeRun.inGoldenModel(seen.network(), image, DIMS));
    }
    System.err.println(placement + ": calibrated " + calibrated + "; proven " + proven);
    assertTrue(
        calibrated.steps <= placement.steps()
            && calibrated.differ * 1000 <= placement.share() * calibrated.values,
        () -> "calibrated: " + calibrated);
    assertTrue(
        proven.steps <= placement.provenSteps()
            && proven.differ * 1000 <= placement.proven() * proven.values,
        () -> "proven: " + proven);
  }

  @ParameterizedTest
  @MethodSource("exact")
  void isEqual(Placement placement) throws OrtException, IOException {
    for (int seed = 0; seed < NETWORKS; seed++) {
      Random random = new Random(seed);
      boolean signed = seed % 2 == 0;
      byte[] model = model(placement, random, signed);
      Path file = folder.resolve("model.onnx");
      Files.write(file, model);
      float[] image = image(random);
      ImportedModel ours = OnnxImport.read(file, ImportSettings.NONE);
      assertTrue(ours.given().isEmpty() && ours.notes().isEmpty(), "something was missing");
      OnnxRuntimeRun.Output golden = OnnxRuntimeRun.inGoldenModel(ours.network(), image, DIMS);
      OnnxRuntimeRun.Output theirs =
          OnnxRuntimeRun.inOnnxRuntime(model, image, DIMS, signed, OptLevel.NO_OPT);
      assertEquals("", theirs.difference(golden), "seed " + seed);
    }
  }

  private static ImmutableList<ImmutableMap<String, Image>> inputs(
      Network network, List<float[]> images) {
    HostTensor input = network.inputs().get(0);
    ImmutableList<Integer> dims = ImmutableList.of(1, CHANNELS, SIZE, SIZE);
    return images.stream()
        .map(image -> ImageBatch.ofFloats(dims, image))
        .map(batch -> NetworkImages.toImages(network, input, batch, "x").get(0))
        .map(image -> ImmutableMap.of(input.tensor(), image))
        .collect(ImmutableList.toImmutableList());
  }
}
