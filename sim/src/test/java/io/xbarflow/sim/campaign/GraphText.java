package io.xbarflow.sim.campaign;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An ONNX graph for people to read: a line a node, stored values in place. */
final class GraphText {
  private static final int MOST_VALUES = 8;

  private GraphText() {}

  static String of(ModelProto model) {
    GraphProto graph = model.getGraph();
    Map<String, String> stored = new LinkedHashMap<>();
    graph.getInitializerList().forEach(t -> stored.put(t.getName(), text(t)));
    StringBuilder text = new StringBuilder();
    text.append("opset ").append(model.getOpsetImport(0).getVersion());
    for (ValueInfoProto input : graph.getInputList()) {
      var tensor = input.getType().getTensorType();
      text.append("; input ")
          .append(input.getName())
          .append(' ')
          .append(type(tensor.getElemType()))
          .append(
              tensor.getShape().getDimList().stream()
                  .map(dim -> dim.hasDimValue() ? Long.toString(dim.getDimValue()) : "N")
                  .collect(Collectors.joining(",", "[", "]")));
    }
    text.append('\n');
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Constant")) {
        stored.put(node.getOutput(0), text(node.getAttribute(0).getT()));
        continue;
      }
      text.append("  ")
          .append(String.join(", ", node.getOutputList()))
          .append(" = ")
          .append(node.getDomain().isEmpty() ? "" : node.getDomain() + ".")
          .append(node.getOpType())
          .append(
              node.getInputList().stream()
                  .map(name -> name.isEmpty() ? "-" : stored.getOrDefault(name, name))
                  .collect(Collectors.joining(", ", "(", ")")));
      for (AttributeProto attribute : node.getAttributeList()) {
        text.append(' ').append(attribute.getName()).append('=').append(value(attribute));
      }
      text.append('\n');
    }
    return text.append("  outputs ")
        .append(
            graph.getOutputList().stream()
                .map(ValueInfoProto::getName)
                .collect(Collectors.joining(", ")))
        .toString();
  }

  private static String value(AttributeProto attribute) {
    return switch (attribute.getType()) {
      case INT -> Long.toString(attribute.getI());
      case FLOAT -> Float.toString(attribute.getF());
      case STRING -> attribute.getS().toStringUtf8();
      case INTS -> attribute.getIntsList().toString();
      default -> text(attribute.getT());
    };
  }

  private static String type(int type) {
    return switch (type) {
      case OnnxModel.FLOAT -> "float32";
      case OnnxModel.UINT8 -> "uint8";
      case OnnxModel.INT8 -> "int8";
      case OnnxModel.INT32 -> "int32";
      default -> "int64";
    };
  }

  private static String text(TensorProto tensor) {
    List<? extends Number> values =
        switch (tensor.getDataType()) {
          case OnnxModel.FLOAT -> tensor.getFloatDataList();
          case OnnxModel.INT64 -> tensor.getInt64DataList();
          default -> tensor.getInt32DataList();
        };
    String shown =
        values.stream().limit(MOST_VALUES).map(Number::toString).collect(Collectors.joining(" "));
    String dims = tensor.getDimsCount() == 0 ? "" : tensor.getDimsList() + ":";
    return type(tensor.getDataType())
        + " "
        + dims
        + shown
        + (values.size() > MOST_VALUES ? " ..." : "");
  }
}
