package io.xbarflow.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.Labels;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.core.tensor.NpyFile;
import io.xbarflow.examples.shapes.ShapeClass;
import io.xbarflow.examples.shapes.ShapeImages;
import io.xbarflow.sim.Accuracy;
import io.xbarflow.sim.golden.GoldenModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How good the trained example is, in float by ONNX Runtime and in 8 bits by the golden model. */
final class ShapesAccuracyTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("xbarflow.root", ".."), "examples/shapes");

  /** Images of 200 that are classified right, at least. */
  private static final int RIGHT = 193;

  /** Images whose class differs between float and 8 bits, at most. */
  private static final int DIFFERENT = 4;

  private static final int CLASSES = ShapeClass.values().length;

  private static ImageBatch images() {
    return NpyFile.read(EXAMPLE.resolve("images.npy"));
  }

  private static int right(List<Integer> classes) {
    List<Integer> labels = Labels.read(EXAMPLE.resolve("labels.csv")).inOrder(classes.size());
    int right = 0;
    for (int i = 0; i < classes.size(); i++) {
      right += classes.get(i).equals(labels.get(i)) ? 1 : 0;
    }
    return right;
  }

  /** The classes that ONNX Runtime finds with the float file. */
  private static ImmutableList<Integer> floatClasses() throws OrtException {
    ImageBatch images = images();
    FloatBuffer values = FloatBuffer.allocate(images.size());
    for (int i = 0; i < images.size(); i++) {
      values.put(images.get(i));
    }
    long[] shape = images.shape().stream().mapToLong(extent -> extent).toArray();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session =
            environment.createSession(EXAMPLE.resolve("model.float.onnx").toString());
        OnnxTensor input = OnnxTensor.createTensor(environment, values.flip(), shape);
        OrtSession.Result result = session.run(Map.of("image", input))) {
      ImmutableList.Builder<Integer> classes = ImmutableList.builder();
      for (float[] logits : (float[][]) result.get(0).getValue()) {
        int best = 0;
        for (int i = 1; i < CLASSES; i++) {
          best = logits[i] > logits[best] ? i : best;
        }
        classes.add(best);
      }
      return classes.build();
    }
  }

  /** The classes that the golden model finds with the quantised file. */
  private static ImmutableList<Integer> integerClasses() {
    Network network = OnnxImport.read(EXAMPLE.resolve("model.onnx"));
    HostTensor input = network.inputs().get(0);
    String output = network.outputs().get(0).tensor();
    GoldenModel golden = new GoldenModel(network);
    ImmutableList.Builder<Integer> classes = ImmutableList.builder();
    for (Image image : NetworkImages.toImages(network, input, images(), "images.npy")) {
      classes.add(
          Accuracy.greatest(golden.run(ImmutableMap.of(input.tensor(), image)).get(output)));
    }
    return classes.build();
  }

  @Test
  void floatAndIntegersAreAsGoodAsThePageSays() throws OrtException {
    ImmutableList<Integer> real = floatClasses();
    ImmutableList<Integer> integer = integerClasses();
    assertTrue(right(real) >= RIGHT, right(real) + " right in float");
    assertTrue(right(integer) >= RIGHT, right(integer) + " right in 8 bits");
    int different = 0;
    for (int i = 0; i < real.size(); i++) {
      different += real.get(i).equals(integer.get(i)) ? 0 : 1;
    }
    assertTrue(different <= DIFFERENT, different + " classes differ");
  }

  @Test
  void theFloatFileIsWhatTheProgramWrites() throws IOException {
    Path file = EXAMPLE.resolve("model.float.onnx");
    FloatGraph graph = FloatGraph.read(file);
    Map<String, ImageBatch> parameters = new HashMap<>();
    graph
        .nodes()
        .forEach(
            node ->
                node.getInputList().stream()
                    .filter(name -> name.contains("."))
                    .forEach(name -> parameters.put(name, values(graph.tensor(name)))));
    byte[] again =
        ResidualModel.write(
            graph.name(), graph.description(), ShapeImages.SIZE, CLASSES, parameters);
    assertArrayEquals(Files.readAllBytes(file), again);
    assertEquals(9 * 5 + 2, parameters.size());
    parameters.remove("block3_projection.gamma");
    assertThrows(
        IllegalArgumentException.class,
        () -> ResidualModel.write("x", "", ShapeImages.SIZE, CLASSES, parameters));
  }

  private static ImageBatch values(FloatTensor tensor) {
    float[] values = new float[tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) tensor.get(i);
    }
    return ImageBatch.ofFloats(tensor.dims(), values);
  }
}
