package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NpyFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with external data, open dimensions and new opsets, through the verbs. */
final class ModelFormatsTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("xbarflow.root"), "examples/small_cnn/model.onnx");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object... arguments) {
    Host host =
        new Host(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            ImmutableMap.of(),
            ToolRunner.ofPath(),
            false,
            System::nanoTime);
    return new Program(host, new ChipStages())
        .run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  /** {@code model} with its raw tensors in {@code model.data} and the rows and columns open. */
  private Path open(ModelProto model) throws IOException {
    ModelProto.Builder open = model.toBuilder();
    GraphProto.Builder graph = open.getGraphBuilder();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
      if (tensor.hasRawData()) {
        ByteString values = tensor.getRawData();
        tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
        tensor.addExternalDataBuilder().setKey("location").setValue("model.data");
        tensor.addExternalDataBuilder().setKey("offset").setValue("" + data.size());
        tensor.addExternalDataBuilder().setKey("length").setValue("" + values.size());
        data.writeBytes(values.toByteArray());
      }
    }
    assertTrue(data.size() > 0, "raw tensors");
    TensorShapeProto.Builder shape =
        graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
    shape.getDimBuilder(2).setDimParam("height");
    shape.getDimBuilder(3).setDimParam("width");
    Files.write(folder.resolve("model.data"), data.toByteArray());
    return Files.write(folder.resolve("model.onnx"), open.build().toByteArray());
  }

  @Test
  void mapNeedsTheDimensionsAndReadsTheData() throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(EXAMPLE));
    Path file = open(model);
    Path chip = folder.resolve("chip");
    assertEquals(ExitCode.BAD_INPUT, run("map", file, "--effort", "quick", "-o", chip));
    String input = model.getGraph().getInput(0).getName();
    assertTrue(err.toString().contains("--input-shape " + input + "="), err.toString());
    var dims = model.getGraph().getInput(0).getType().getTensorType().getShape();
    String shape =
        input
            + "=1x"
            + dims.getDim(1).getDimValue()
            + "x"
            + dims.getDim(2).getDimValue()
            + "x"
            + dims.getDim(3).getDimValue();
    assertEquals(
        0,
        run("map", file, "--effort", "quick", "-o", chip, "--input-shape", shape),
        err::toString);
    Path plain = folder.resolve("plain");
    assertEquals(0, run("map", EXAMPLE, "--effort", "quick", "-o", plain), err::toString);
    assertEquals(layers(plain), layers(chip));
    Files.delete(folder.resolve("model.data"));
    assertEquals(
        ExitCode.BAD_INPUT,
        run("map", file, "--effort", "quick", "-o", chip, "--input-shape", shape));
    assertTrue(err.toString().contains("its data file 'model.data' is not there"), err.toString());
  }

  private static JsonNode layers(Path chip) throws IOException {
    return new ObjectMapper().readTree(chip.resolve("network.json").toFile()).get("layers");
  }

  @Test
  void quantizeTakesThemToo() throws IOException {
    Path file = open(floatModel());
    Path images = folder.resolve("images.npy");
    float[] values = new float[2 * 2 * 6 * 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 17 - 8;
    }
    NpyFile.write(images, ImageBatch.ofFloats(ImmutableList.of(2, 2, 6, 5), values));
    Path quantised = folder.resolve("int8.onnx");
    assertEquals(
        ExitCode.BAD_INPUT, run("quantize", file, "--calibration", images, "-o", quantised));
    assertTrue(err.toString().contains("--input-shape x="), err.toString());
    assertEquals(
        0,
        run(
            "quantize",
            file,
            "--calibration",
            images,
            "-o",
            quantised,
            "--input-shape",
            "x=1x2x6x5"),
        err::toString);
    assertEquals(
        0, run("map", quantised, "--effort", "quick", "-o", folder.resolve("chip")), err::toString);
  }

  /** A float convolution of x, 2 channels, of opset 24. */
  private static ModelProto floatModel() {
    ByteBuffer weights = ByteBuffer.allocate(4 * 3 * 2 * 3 * 3).order(ByteOrder.LITTLE_ENDIAN);
    while (weights.hasRemaining()) {
      weights.putFloat(weights.position() % 7 - 3);
    }
    ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(11);
    model.addOpsetImportBuilder().setVersion(24);
    GraphProto.Builder graph = model.getGraphBuilder().setName("graph");
    graph
        .addInitializerBuilder()
        .setName("w")
        .setDataType(1)
        .addDims(3)
        .addDims(2)
        .addDims(3)
        .addDims(3)
        .setRawData(ByteString.copyFrom(weights.flip()));
    var input = graph.addInputBuilder().setName("x");
    var shape = input.getTypeBuilder().getTensorTypeBuilder().setElemType(1).getShapeBuilder();
    for (int dim : new int[] {1, 2, 6, 5}) {
      shape.addDimBuilder().setDimValue(dim);
    }
    graph.addNodeBuilder().setOpType("Conv").addInput("x").addInput("w").addOutput("y");
    graph.addOutputBuilder().setName("y").getTypeBuilder().getTensorTypeBuilder().setElemType(1);
    return model.build();
  }
}
