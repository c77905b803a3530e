package io.xbarflow.core.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Network;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models whose weights lie in another file. */
final class ExternalDataTest {
  private static final int WEIGHTS = 54;

  @TempDir Path folder;

  /** The convolution of {@link TestGraph}, its weights stored as {@code entries} say. */
  private Path model(Map<String, String> entries) throws IOException {
    ModelProto.Builder model = TestGraph.qLinearConv().output("y").model().toBuilder();
    for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      if (tensor.getName().equals("w")) {
        tensor.clearInt32Data().setDataLocation(TensorProto.DataLocation.EXTERNAL);
        entries.forEach(
            (key, value) -> tensor.addExternalDataBuilder().setKey(key).setValue(value));
      }
    }
    Path file = folder.resolve("model/model.onnx");
    Files.createDirectories(file.getParent());
    return Files.write(file, model.build().toByteArray());
  }

  private static byte[] weights(int before) {
    byte[] bytes = new byte[before + WEIGHTS];
    for (int i = 0; i < WEIGHTS; i++) {
      bytes[before + i] = (byte) (-5 + i % 11);
    }
    return bytes;
  }

  @Test
  void weightsBesideTheModelAreThoseInIt() throws IOException {
    Network inside = TestGraph.qLinearConv().output("y").read(folder);
    for (Map<String, String> entries :
        List.of(
            Map.of("location", "w.data", "offset", "7", "length", "" + WEIGHTS),
            Map.of("location", "w.data", "offset", "7"),
            Map.of("location", "./parts/w", "length", "" + WEIGHTS, "checksum", "unused"))) {
      Path file = model(entries);
      Files.write(folder.resolve("model/w.data"), weights(7));
      Files.createDirectories(folder.resolve("model/parts"));
      Files.write(folder.resolve("model/parts/w"), weights(0));
      Network outside = OnnxImport.read(file);
      assertEquals(inside.layers(), outside.layers());
    }
  }

  @Test
  void hashCoversTheValues() throws IOException {
    Path file = model(ImmutableMap.of("location", "w.data"));
    Path data = folder.resolve("model/w.data");
    Files.write(data, weights(0));
    String before = OnnxImport.read(file).modelSha256();
    byte[] changed = weights(0);
    changed[3]++;
    Files.write(data, changed);
    assertNotEquals(before, OnnxImport.read(file).modelSha256());
  }

  @Test
  void constantNodesToo() throws IOException {
    ModelProto.Builder model = TestGraph.qLinearConv().output("y").model().toBuilder();
    TensorProto.Builder weights = TensorProto.newBuilder().setDataType(3);
    weights.addDims(3).addDims(2).addDims(3).addDims(3);
    weights.setDataLocation(TensorProto.DataLocation.EXTERNAL);
    weights.addExternalDataBuilder().setKey("location").setValue("w.data");
    int index = 0;
    while (!model.getGraph().getInitializer(index).getName().equals("w")) {
      index++;
    }
    model.getGraphBuilder().removeInitializer(index);
    model
        .getGraphBuilder()
        .addNodeBuilder(0)
        .setOpType("Constant")
        .addOutput("w")
        .addAttributeBuilder()
        .setName("value")
        .setT(weights);
    Path file = Files.write(folder.resolve("constant.onnx"), model.build().toByteArray());
    Files.write(folder.resolve("w.data"), weights(0));
    assertEquals(
        TestGraph.qLinearConv().output("y").read(folder).layers(), OnnxImport.read(file).layers());
  }

  /** Entries of the tensor and what the message says. */
  private record Refused(Map<String, String> entries, String... says) {}

  static Stream<Refused> refused() {
    String elsewhere = "a file in the model's folder";
    return Stream.of(
        new Refused(Map.of(), "tensor w: external data in ''", elsewhere),
        new Refused(Map.of("location", "/etc/passwd"), "'/etc/passwd'", elsewhere),
        new Refused(Map.of("location", "../secret"), "'../secret'", elsewhere),
        new Refused(Map.of("location", "a/../../secret"), "'a/../../secret'", elsewhere),
        new Refused(Map.of("location", "link"), "a link to a file elsewhere", elsewhere),
        new Refused(Map.of("location", "out/secret"), "a link to a file elsewhere", elsewhere),
        new Refused(Map.of("location", "a\0b"), "a name that no file can have", elsewhere),
        new Refused(Map.of("location", "none"), "its data file 'none' is not there", "Copy"),
        new Refused(Map.of("location", "."), "its data file '.' is not there"),
        new Refused(Map.of("location", "w.data", "offset", "1"), "53 bytes", "54 values"),
        new Refused(
            Map.of("location", "w.data", "offset", "1", "length", "54"),
            "54 bytes from byte 1 on of w.data, which has 54",
            "cut short"),
        new Refused(Map.of("location", "w.data", "offset", "9223372036854775807"), "which has 54"),
        new Refused(Map.of("location", "w.data", "length", "9223372036854775807"), "which has 54"),
        new Refused(Map.of("location", "w.data", "offset", "-1"), "offset '-1'"),
        new Refused(Map.of("location", "w.data", "length", "all"), "length 'all'"));
  }

  @ParameterizedTest
  @MethodSource
  void refused(Refused c) throws IOException {
    Path file = model(c.entries());
    Files.write(folder.resolve("secret"), weights(0));
    Files.write(folder.resolve("model/w.data"), weights(0));
    Files.createSymbolicLink(folder.resolve("model/link"), Path.of("../secret"));
    Files.createSymbolicLink(folder.resolve("model/out"), Path.of(".."));
    UserException error = assertThrows(UserException.class, () -> OnnxImport.read(file));
    for (String part : c.says()) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
  }

  @Test
  void largeFilesAreNotOpened() throws IOException {
    Path file = model(Map.of("location", "w.data"));
    try (var data = new RandomAccessFile(folder.resolve("model/w.data").toFile(), "rw")) {
      data.setLength(1L << 40);
    }
    UserException error = assertThrows(UserException.class, () -> OnnxImport.read(file));
    assertTrue(error.getMessage().contains("1099511627776 bytes in w.data"), error.getMessage());
  }

  @Test
  void tensorFilesHoldTheirValues() throws IOException {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(1);
    tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL);
    Path file = folder.resolve("x.pb");
    Files.write(file, tensor.build().toByteArray());
    UserException error = assertThrows(UserException.class, () -> OnnxTensorFile.read(file));
    assertTrue(error.getMessage().contains("external data"), error.getMessage());
  }
}
