package io.xbarflow.core.onnx;

import static io.xbarflow.core.onnx.TestGraph.attribute;
import static io.xbarflow.core.onnx.TestGraph.list;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every refusal that docs/operators.md lists, with its whole message, as {@code refusals.txt} of
 * the test resources has it. After a change that is meant, {@code ./mvnw test -pl core -am
 * -Dtest=RefusalsTest -Dsurefire.failIfNoSpecifiedTests=false -Dxbarflow.accept=true} writes that
 * file anew.
 */
final class RefusalsTest {
  private static final int FLOAT = 1;
  private static final int INT8 = 3;
  private static final int DOUBLE = 11;
  private static final int INT4 = 22;

  private static final AttributeProto TWO = list("kernel_shape", 2, 2);

  @TempDir Path folder;

  private final List<Case> cases = new ArrayList<>();

  /**
   * A graph that is refused.
   *
   * @param item the beginning of an item of the table
   */
  private record Case(String item, TestGraph graph) {}

  private void add(String item, TestGraph graph) {
    cases.add(new Case(item, graph));
  }

  private static TestGraph conv(AttributeProto... attributes) {
    return TestGraph.qLinearConv(attributes);
  }

  /** The result y of a convolution, dequantised as f. */
  private static TestGraph dequantised() {
    return conv().node("DequantizeLinear", "y,y_s,y_z", "f");
  }

  /** {@code graph} with its float value {@code value} quantised to the output. */
  private static TestGraph end(TestGraph graph, String value) {
    return graph.node("QuantizeLinear", value + ",y_s,y_z", "end").output("end");
  }

  private void styles() {
    TestGraph floats = new TestGraph().input("x", FLOAT, 1, 2, 6, 6).reals("w", 1, 3, 2, 3, 3);
    add("a float model", floats.node("Conv", "x,w", "y").output("y"));
    add(
        "a graph that quantises weights only",
        new TestGraph()
            .input("x", FLOAT, 1, 2, 6, 6)
            .ints("w", INT8, 0, 1, 3, 2, 3, 3)
            .scale("w", 1, INT8, 0)
            .node("DequantizeLinear", "w,w_s,w_z", "wf")
            .node("Conv", "x,wf", "y")
            .output("y"));
    add(
        "`DynamicQuantizeLinear`",
        new TestGraph()
            .input("x", FLOAT, 1, 2, 6, 6)
            .node("DynamicQuantizeLinear", "x", "q,s,z")
            .node("ConvInteger", "q,q,z", "y")
            .output("y"));
    add(
        "`Quant`, `Trunc`",
        new TestGraph()
            .input("x", FLOAT, 1, 2, 6, 6)
            .real("s", 1)
            .node("onnx.brevitas.Quant", "x,s,s,s", "y")
            .output("y"));
    add(
        "operators of PyTorch or Caffe2",
        new TestGraph()
            .input("x", FLOAT, 1, 2, 6, 6)
            .node("org.pytorch.aten.ATen", "x", "y")
            .output("y"));
    add(
        "operators of PyTorch or Caffe2",
        new TestGraph()
            .input("x", FLOAT, 1, 2, 6, 6)
            .node("_caffe2.Int8Quantize", "x", "y")
            .output("y"));
    add(
        "an operator that is not in the table",
        conv()
            .node("QLinearAvgPool", "y", "a")
            .node("LSTM", "a", "l")
            .node("Foo", "l", "o")
            .output("o"));
    add("an operator that is not in the table", conv().node("Maxpool", "y", "m").output("m"));
    add("`LRN`, `InstanceNormalization`", conv().node("LRN", "y", "n").output("n"));
    add("other float functions", end(dequantised().node("Asin", "f", "a"), "a"));
    add("`ConvTranspose`, `Resize`", conv().node("Resize", "y", "n").output("n"));
    add("an opset newer than 25", conv().opset(26).output("y"));
  }

  private void floats() {
    add(
        "a float operator other than those of the host that reads",
        end(
            TestGraph.qdqConv()
                .input("z", FLOAT, 1, 2, 6, 6)
                .node("Conv", "z,wf", "zc")
                .node("Add", "c,zc", "s"),
            "s"));
    add(
        "a float result without `QuantizeLinear` that can leave float32",
        dequantised()
            .real("zero", 0)
            .ints("v", INT8, -5, 1, 3, 3, 1, 1)
            .node("DequantizeLinear", "v,w_s,w_z", "vf")
            .node("Div", "f,zero", "i")
            .node("Conv", "i,vf", "d")
            .output("d"));
    TestGraph nested = TestGraph.qdqConv();
    String value = "c";
    for (int i = 0; i < 17; i++) {
      nested.node("Concat", value + ",c", "n" + i, attribute("axis", 1L));
      value = "n" + i;
    }
    add("more than 16 concatenations", end(nested, value));
    add(
        "`BatchNormalization` in training mode",
        end(
            dequantised()
                .floats("n", 1, 1, 1)
                .node("BatchNormalization", "f,n,n,n,n", "t", attribute("training_mode", 1L)),
            "t"));
    add(
        "`BatchNormalization` in training mode",
        end(
            dequantised()
                .floats("n", 1, 1, 1)
                .node("BatchNormalization", "f,n,n,n,n", "t", attribute("spatial", 0L)),
            "t"));
    add(
        "`BatchNormalization` in training mode",
        end(
            dequantised()
                .reals("n", 1, 48)
                .node("Flatten", "f", "v")
                .node("BatchNormalization", "v,n,n,n,n", "t"),
            "t"));
    add(
        "a stored factor, summand or bias that is infinite",
        end(TestGraph.qdqConv().real("k", Float.POSITIVE_INFINITY).node("Mul", "c,k", "m"), "m"));
    add(
        "a stored factor, summand or bias that is infinite",
        end(TestGraph.qdqConv().reals("k", 1, 2).node("Add", "c,k", "m"), "m"));
    add("a division by 0", end(TestGraph.qdqConv().real("k", 0).node("Div", "c,k", "m"), "m"));
    add(
        "weight -128 of a channel",
        end(
            new TestGraph()
                .input("x", FLOAT, 1, 2, 6, 6)
                .scale("x", 0.5f, INT8, 3)
                .ints("w", INT8, -128, 0, 3, 2, 3, 3)
                .scale("w", 0.25f, INT8, 0)
                .scale("y", 2, INT8, -7)
                .real("k", -100)
                .node("QuantizeLinear", "x,x_s,x_z", "xq")
                .node("DequantizeLinear", "xq,x_s,x_z", "xf")
                .node("DequantizeLinear", "w,w_s,w_z", "wf")
                .node("Conv", "xf,wf", "c")
                .node("Mul", "c,k", "m"),
            "m"));
    add(
        "factors or summands behind a `Relu` or `Clip`",
        end(
            TestGraph.qdqConv()
                .real("hi", 6)
                .reals("k", 1, 3, 1, 1)
                .floats("a", 1, 2, 3)
                .longs("map", 3, 1, 1)
                .node("Reshape", "a,map", "am")
                .node("Clip", "c,,hi", "r")
                .node("Mul", "r,am", "m"),
            "m"));
    add(
        "the same of a graph input, over images",
        end(
            TestGraph.qdqConv()
                .input("z", FLOAT, 1, 4)
                .node("Softmax", "z", "s")
                .node("QuantizeLinear", "s,y_s,y_z", "sq"),
            "c"));
    cases.get(cases.size() - 1).graph().output("sq");
    add(
        "the same of a graph input, over images",
        dequantised().node("Softmax", "f", "s", attribute("axis", 0L)).output("s"));
    add("the same of a graph input, over images", conv().node("Softmax", "y", "s").output("s"));
    add(
        "`Softmax`, `LogSoftmax`, `ArgMax`, `TopK` inside",
        dequantised()
            .node("Softmax", "f", "s", attribute("axis", 1L))
            .node("QuantizeLinear", "s,y_s,y_z", "q")
            .node("MaxPool", "q", "m", TWO)
            .output("m"));
    add(
        "`TopK` with `sorted` 0",
        dequantised()
            .longs("k", 2)
            .node("TopK", "f,k", "v,i", attribute("axis", 1L), attribute("sorted", 0L))
            .output("v"));
    add(
        "constants that vary over several axes",
        end(
            TestGraph.qdqConv()
                .input("z", FLOAT, 1, 2, 4)
                .reals("k", 2, 2, 4)
                .node("Mul", "z,k", "zk")
                .node("QuantizeLinear", "zk,y_s,y_z", "zq")
                .output("zq"),
            "c"));
  }

  private void maps() {
    add(
        "`QLinearMul` or `Mul` of two different feature maps",
        conv()
            .node("MaxPool", "y", "m", TWO, list("strides", 1, 1), list("pads", 0, 0, 1, 1))
            .node("com.microsoft.QLinearMul", "y,y_s,y_z,m,y_s,y_z,y_s,y_z", "p")
            .output("p"));
    add(
        "`QLinearMul` or `Mul` of two different feature maps",
        end(
            dequantised()
                .node("MaxPool", "y", "m", TWO, list("strides", 1, 1), list("pads", 0, 0, 1, 1))
                .node("DequantizeLinear", "m,y_s,y_z", "g")
                .node("Sub", "f,g", "p"),
            "p"));
    add(
        "`QLinearAdd` of two maps",
        conv()
            .node("MaxPool", "y", "m", TWO)
            .node("com.microsoft.QLinearAdd", "m,y_s,y_z,y,y_s,y_z,y_s,y_z", "p")
            .output("p"));
    add(
        "constants of more axes",
        new TestGraph()
            .input("x", INT8, 1, 2)
            .scale("x", 1, INT8, 0)
            .ints("k", INT8, 1, 1, 1, 1, 1)
            .node("com.microsoft.QLinearAdd", "x,x_s,x_z,k,x_s,x_z,x_s,x_z", "y")
            .output("y"));
    add(
        "constants that differ from pixel to pixel",
        conv()
            .ints("k", INT8, 1, 1, 1, 3, 4, 4)
            .node("com.microsoft.QLinearMul", "y,y_s,y_z,k,y_s,y_z,y_s,y_z", "p")
            .output("p"));
    add("`MaxPool` with Indices", conv().node("MaxPool", "y", "p,i", TWO).output("p"));
    add(
        "of a function that does not increase",
        end(dequantised().node("Neg", "f", "n").node("MaxPool", "n", "m", TWO), "m"));
    add(
        "`Pad` in mode",
        conv()
            .longs("pads", 0, 0, 1, 1, 0, 0, 1, 1)
            .node("Pad", "y,pads", "p", attribute("mode", "reflect"))
            .output("p"));
    add(
        "`Pad` after `DequantizeLinear`",
        dequantised()
            .longs("pads", 0, 0, 1, 1, 0, 0, 1, 1)
            .real("v", 3)
            .node("Pad", "f,pads,v", "p")
            .output("p"));
    add(
        "`ReduceMean` and `ReduceSum`",
        end(dequantised().node("ReduceMean", "f", "m", list("axes", 1)), "m"));
    add(
        "`Slice` with negative steps",
        conv()
            .longs("from", 3)
            .longs("to", 0)
            .longs("axes", 2)
            .longs("steps", -1)
            .node("Slice", "y,from,to,axes,steps", "s")
            .output("s"));
    add(
        "`Slice`, `Split`, `Concat` along the batch",
        conv()
            .longs("from", 3)
            .longs("to", 9)
            .longs("axes", 1)
            .node("Flatten", "y", "f")
            .node("Slice", "f,from,to,axes", "s")
            .output("s"));
    add(
        "`Slice`, `Split`, `Concat` along the batch",
        conv().node("Concat", "y,y", "s", attribute("axis", 0L)).output("s"));
    add(
        "`Reshape` and `Transpose` that mix",
        conv()
            .longs("t", -1, 4, 3, 4)
            .node("Reshape", "y,t", "r")
            .node("MaxPool", "r", "m", TWO)
            .output("m"));
    add(
        "`Gather` of rows or columns",
        conv()
            .longs("which", 2, 0)
            .node("Gather", "y,which", "s", attribute("axis", 2L))
            .output("s"));
    add(
        "a pooling window that lies in the padding",
        conv().node("MaxPool", "y", "p", TWO, list("pads", 2, 0, 0, 0)).output("p"));
    add(
        "with `ceil_mode` often the last one",
        conv()
            .node(
                "com.microsoft.QLinearAveragePool",
                "y,y_s,y_z,y_s,y_z",
                "p",
                TWO,
                list("strides", 3, 3),
                list("pads", 0, 0, 2, 2),
                attribute("ceil_mode", 1L))
            .output("p"));
    add(
        "`auto_pad` SAME of a convolution",
        conv(attribute("auto_pad", "SAME_UPPER"), list("dilations", 2, 2)).output("y"));
    add(
        "three spatial axes",
        new TestGraph()
            .input("x", INT8, 1, 2, 6, 6, 6)
            .node("MaxPool", "x", "y", list("kernel_shape", 2, 2, 2))
            .output("y"));
    add(
        "`channels_last` 1 of a map",
        conv()
            .node(
                "com.microsoft.QLinearGlobalAveragePool",
                "y,y_s,y_z,y_s,y_z",
                "p",
                attribute("channels_last", 1L))
            .output("p"));
    add("two products of feature maps", products(attribute("transA", 1L)));
    add("`QGemm` with `alpha`", products(attribute("alpha", 2f)));
  }

  private static TestGraph products(AttributeProto attribute) {
    return new TestGraph()
        .input("x", INT8, 1, 2)
        .scale("x", 1, INT8, 0)
        .ints("w", INT8, 1, 1, 2, 2)
        .node("com.microsoft.QGemm", "x,x_s,x_z,w,x_s,x_z,,x_s,x_z", "y", attribute)
        .output("y");
  }

  private void scales() {
    add(
        "additions and averages whose results",
        conv()
            .real("tiny", 1e-14f)
            .node("com.microsoft.QLinearAdd", "y,y_s,y_z,y,y_s,y_z,tiny,y_z", "p")
            .output("p"));
    add(
        "means over the map",
        conv()
            .real("huge", 1e14f)
            .node("com.microsoft.QLinearGlobalAveragePool", "y,y_s,y_z,huge,y_z", "p")
            .output("p"));
    add(
        "feature maps quantised per channel",
        new TestGraph()
            .input("x", INT8, 1, 2)
            .reals("s", 1, 2)
            .ints("z", INT8, 0, 0, 2)
            .ints("w", INT8, 1, 1, 2, 2)
            .scale("w", 1, INT8, 0)
            .node("QLinearMatMul", "x,s,z,w,w_s,w_z,w_s,w_z", "y")
            .output("y"));
    add(
        "activations of 16 or 4 bits",
        new TestGraph()
            .opset(21)
            .input("x", FLOAT, 1, 2, 4, 4)
            .real("x_s", 1)
            .node("QuantizeLinear", "x,x_s", "y", attribute("output_dtype", 5L))
            .output("y"));
    add(
        "activations of 16 or 4 bits",
        new TestGraph()
            .opset(21)
            .input("x", FLOAT, 1, 2, 4, 4)
            .real("x_s", 1)
            .node("QuantizeLinear", "x,x_s", "y", attribute("output_dtype", (long) INT4))
            .output("y"));
    add(
        "weights in blocks",
        pointwise()
            .raw(
                TensorProto.newBuilder()
                    .setName("w_s")
                    .setDataType(FLOAT)
                    .addAllDims(List.of(2L, 2L, 1L, 1L))
                    .addAllFloatData(List.of(0.25f, 0.3f, 0.5f, 0.5f))
                    .build())
            .node(
                "DequantizeLinear",
                "w,w_s",
                "wf",
                attribute("block_size", 1L),
                attribute("axis", 1L))
            .node("Conv", "xf,wf", "c")
            .node("QuantizeLinear", "c,y_s,y_z", "y")
            .output("y"));
    add(
        "weight scales along the input channels",
        pointwise()
            .reals("w_s", 0.25f, 2)
            .node("DequantizeLinear", "w,w_s", "wf")
            .node("Conv", "xf,wf", "c")
            .node("QuantizeLinear", "c,y_s,y_z", "y")
            .output("y"));
    add(
        "`sx * sw / sy` below",
        pointwise()
            .reals("w_s", 1.2e-38f, 2)
            .node("DequantizeLinear", "w,w_s", "wf", attribute("axis", 0L))
            .node("Conv", "xf,wf", "c")
            .node("QuantizeLinear", "c,y_s,y_z", "y")
            .output("y"));
    add(
        "a scale of 0",
        pointwise()
            .reals("w_s", 0, 2)
            .node("DequantizeLinear", "w,w_s", "wf", attribute("axis", 0L))
            .node("Conv", "xf,wf", "c")
            .node("QuantizeLinear", "c,y_s,y_z", "y")
            .output("y"));
    add(
        "a float64 scale",
        pointwise()
            .raw(
                TensorProto.newBuilder()
                    .setName("w_s")
                    .setDataType(DOUBLE)
                    .addDoubleData(0.1)
                    .build())
            .node("DequantizeLinear", "w,w_s", "wf")
            .node("Conv", "xf,wf", "c")
            .node("QuantizeLinear", "c,y_s,y_z", "y")
            .output("y"));
    add(
        "external data elsewhere",
        conv()
            .raw(
                TensorProto.newBuilder()
                    .setName("k")
                    .setDataType(FLOAT)
                    .addDims(4)
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                    .addExternalData(
                        StringStringEntryProto.newBuilder()
                            .setKey("location")
                            .setValue("../elsewhere.data"))
                    .build())
            .output("y"));
  }

  /** x, dequantised as xf, and weights w of a 1x1 convolution. */
  private static TestGraph pointwise() {
    return new TestGraph()
        .opset(21)
        .input("x", INT8, 1, 2, 4, 4)
        .scale("x", 0.5f, INT8, 0)
        .scale("y", 2, INT8, 0)
        .ints("w", INT8, -5, 1, 2, 2, 1, 1)
        .node("DequantizeLinear", "x,x_s,x_z", "xf");
  }

  @Test
  void everyRefusalOfTheDocumentationHasItsText() throws IOException {
    styles();
    floats();
    maps();
    scales();
    Path root = Path.of(System.getProperty("xbarflow.root", "..")).toAbsolutePath();
    ImmutableList<String> items = items(Files.readString(root.resolve("docs/operators.md")));
    for (Case c : cases) {
      assertEquals(
          1,
          items.stream().filter(item -> item.startsWith(c.item())).count(),
          "items of the table that begin with " + c.item());
    }
    assertEquals(
        ImmutableList.of(),
        items.stream()
            .filter(item -> cases.stream().noneMatch(c -> item.startsWith(c.item())))
            .toList(),
        "items of the table without a case");
    StringBuilder messages = new StringBuilder();
    for (Case c : cases) {
      UserException error =
          assertThrows(UserException.class, () -> c.graph().read(folder), c.item());
      String message = error.getMessage().replace(folder.toString(), "FOLDER");
      assertEquals(1, message.lines().count(), message);
      messages.append(message).append('\n');
    }
    Path stored = root.resolve("core/src/test/resources/io/xbarflow/core/onnx/refusals.txt");
    if (Boolean.getBoolean("xbarflow.accept")) {
      Files.createDirectories(stored.getParent());
      Files.writeString(stored, messages);
    }
    assertEquals(Files.readString(stored), messages.toString());
  }

  /** What the first cells of the table name, apart from one another by semicolons. */
  private static ImmutableList<String> items(String page) {
    String table =
        page.substring(
            page.indexOf("## What is refused at import"),
            page.indexOf("## Limits of the importer"));
    return table
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| found |"))
        .flatMap(
            line ->
                Splitter.on(';')
                    .trimResults()
                    .splitToStream(line.substring(1, line.indexOf(" | ", 2))))
        .collect(ImmutableList.toImmutableList());
  }
}
