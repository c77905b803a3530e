package io.xbarflow.quantize;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NpyFile;
import io.xbarflow.quantize.calibrate.RangeRule;
import io.xbarflow.quantize.emit.QuantisedGraph;
import io.xbarflow.quantize.graph.Attributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be quantised is refused with its place, what was found and what helps. */
final class BadInputTest {
  @TempDir Path folder;

  /** Makes the two files. */
  private interface Writer {
    void write(Path model, Path images) throws IOException;
  }

  /**
   * Bad input.
   *
   * @param says parts of the message
   */
  private record Case(String name, Writer files, Optional<String> end, String... says) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static FloatModel model() {
    return new FloatModel(13, 3, 4, 6, 6);
  }

  private static Case node(String name, FloatModel model, String... says) {
    return new Case(
        name,
        (file, images) -> {
          model.write(file);
          model.images(images, 1);
        },
        Optional.empty(),
        says);
  }

  private static FloatModel deep() {
    FloatModel model = model();
    String from = "x";
    for (int i = 0; i <= 5000; i++) {
      model.node("Relu", from, "r" + i);
      from = "r" + i;
    }
    return model.output(from);
  }

  private static Case images(String name, Writer write, String... says) {
    return new Case(
        name,
        (file, images) -> {
          model().conv("x", "y", 4, 3, 1, 1).output("y").write(file);
          write.write(file, images);
        },
        Optional.empty(),
        says);
  }

  private static ImageBatch batch(float value, Integer... dims) {
    ImmutableList<Integer> shape = ImmutableList.copyOf(dims);
    float[] values = new float[shape.stream().reduce(1, (a, b) -> a * b)];
    Arrays.fill(values, value);
    return ImageBatch.ofFloats(shape, values);
  }

  static Stream<Case> cases() {
    return Stream.of(
        node(
            "operator",
            model().conv("x", "a", 4, 3, 1, 1).node("Atan", "a", "y").output("y"),
            "node atan_1 (Atan)",
            "no integer form",
            "--end"),
        node(
            "several operators, and the nearest end before them",
            model()
                .conv("x", "a", 4, 4, 1, 1)
                .node("Relu", "a", "b")
                .node("Atan", "b", "c")
                .node("Mul", "c,b", "y")
                .output("y"),
            "2 operators stop the network",
            "node atan_2 (Atan)",
            "node mul_3 (Mul): Mul of two feature maps",
            "--end b,"),
        node(
            "what the importer refuses is known before calibration",
            model()
                .conv("x", "a", 4, 4, 1, 1)
                .node("Slice", "a,from,to,axes,steps", "y")
                .with("from", -1)
                .with("to", -100)
                .with("axes", 3)
                .with("steps", -1)
                .output("y"),
            "(Slice)",
            "--end a,"),
        node(
            "product of two maps",
            model().conv("x", "a", 4, 4, 1, 1).node("Mul", "a,x", "y").output("y"),
            "node mul_1 (Mul)",
            "Mul of two feature maps"),
        node(
            "softmax inside",
            model()
                .conv("x", "a", 4, 3, 1, 1)
                .node("Softmax", "a", "b", Attributes.of("axis", 1))
                .conv("b", "y", 3, 3, 1, 1)
                .output("y"),
            "node softmax_1 (Softmax)",
            "inside the network"),
        node(
            "constant per pixel",
            model().node("Add", "x,c", "y").withWeights("c", 6, 6).output("y"),
            "node add_0 (Add)",
            "[6, 6]",
            "one per channel"),
        node(
            "constant added to a vector alone",
            model().node("Flatten", "x", "a").node("Mul", "a,c", "y").withReals("c", 3).output("y"),
            "node mul_1 (Mul)",
            "[1, 144]"),
        node(
            "weights from the image",
            model().node("Conv", "x,x", "y").output("y"),
            "node conv_0 (Conv)",
            "not stored"),
        node(
            "mean over channels",
            model().node("ReduceMean", "x", "y", Attributes.of("axes", List.of(1))).output("y"),
            "node reducemean_0 (ReduceMean)",
            "axes [1]"),
        node(
            "bounds the wrong way round",
            model()
                .conv("x", "a", 4, 3, 1, 1)
                .node("Clip", "a,low,high", "y")
                .withReals("low", 2)
                .withReals("high", 1)
                .output("y"),
            "node clip_1 (Clip)",
            "2.0 and 1.0"),
        node(
            "weights that are no numbers",
            model().node("Mul", "x,c", "y").withReals("c", Float.NaN).output("y"),
            "node mul_0 (Mul)",
            "not a number"),
        node(
            "quantised already",
            model()
                .node("QuantizeLinear", "x,c", "a")
                .node("DequantizeLinear", "a,c", "y")
                .withReals("c", 3)
                .output("y"),
            "(QuantizeLinear)",
            "quantised already"),
        node(
            "what ONNX Runtime does not take",
            model().node("Conv", "x,w", "y").withWeights("w", 3, 5, 1, 1).output("y"),
            "ONNX Runtime"),
        node(
            "cycle",
            model().node("Add", "x,b", "a").node("Relu", "a", "b").output("b"),
            "reads 'b'",
            "nothing before it writes"),
        node(
            "value written twice",
            model().node("Relu", "x", "y").node("Relu", "x", "y").output("y"),
            "value 'y' twice"),
        node("value without a name", model().node("Relu", "x", "").output("x"), "first output"),
        node("output twice", model().node("Relu", "x", "y").output("y").output("y"), "'y'"),
        node(
            "constant of a huge shape",
            model()
                .node("ConstantOfShape", "d", "c")
                .with("d", 1L << 40, 1L << 40)
                .node("Add", "x,c", "y")
                .output("y"),
            "dimension 1099511627776",
            "at most 536,870,912 values"),
        node("chain without end", deep(), "5001 nodes", "at most 5000"),
        images(
            "stored tensor of a negative size",
            (file, images) -> {
              model().conv("x", "y", 4, 3, 1, 1).output("y").write(file);
              ModelProto.Builder damaged =
                  ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
              damaged.getGraphBuilder().getInitializerBuilder(0).setDims(0, -1);
              Files.write(file, damaged.build().toByteArray());
              model().images(images, 1);
            },
            "dimension -1"),
        images(
            "shape",
            (file, images) -> NpyFile.write(images, batch(1, 3, 4, 6, 7)),
            "[3, 4, 6, 7]",
            "float32 of shape [4, 6, 6], or [images, 4, 6, 6], for input x"),
        images(
            "no image",
            (file, images) -> NpyFile.write(images, batch(1, 0, 4, 6, 6)),
            "[0, 4, 6, 6]"),
        images(
            "not a number",
            (file, images) -> NpyFile.write(images, batch(Float.NaN, 4, 6, 6)),
            "NaN at place 0"),
        images(
            "integers",
            (file, images) ->
                NpyFile.write(
                    images, ImageBatch.ofIntegers(true, ImmutableList.of(4, 6, 6), new int[144])),
            "INT8 values"),
        images(
            "an empty folder",
            (file, images) -> Files.createDirectory(images),
            "a folder without .npy files"),
        images("no file", (file, images) -> {}, "cannot be read"),
        images(
            "overflow inside",
            (file, images) -> {
              model()
                  .node("Mul", "x,c", "a")
                  .node("Mul", "a,c", "y")
                  .withReals("c", 1e30f)
                  .output("y")
                  .write(file);
              NpyFile.write(images, batch(1, 4, 6, 6));
            },
            "value y",
            "Infinity"),
        images(
            "no model",
            (file, images) -> {
              Files.writeString(file, "text");
              NpyFile.write(images, batch(1, 4, 6, 6));
            },
            "not an ONNX model"),
        new Case(
            "end that there is not",
            (file, images) -> {
              model().conv("x", "a", 4, 3, 1, 1).node("Relu", "a", "y").output("y").write(file);
              model().images(images, 1);
            },
            Optional.of("b"),
            "--end",
            "one of a, y"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refused(Case test) throws IOException {
    Path model = folder.resolve("float.onnx");
    Path images = folder.resolve("images.npy");
    test.files().write(model, images);
    Settings settings =
        new Settings(
            new RangeRule(RangeRule.Method.MIN_MAX, 100),
            true,
            new QuantisedGraph.Style(false, false, true),
            true,
            test.end());
    UserException error =
        assertThrows(
            UserException.class,
            () -> Quantizer.of(model, images, 9, settings, (a, b, c) -> {}).run());
    for (String part : test.says()) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
  }
}
