package io.xbarflow.quantize.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;

/** Writes graphs as ONNX files. */
public final class OnnxFile {
  private static final String MICROSOFT = "com.microsoft";

  /** Of opset 13 to 17 by ONNX's table of versions; what reads opset 17 reads it. */
  private static final int IR_VERSION = 8;

  private OnnxFile() {}

  /** The bytes of an ONNX file with {@code graph}, which says {@code description} of itself. */
  public static byte[] bytes(Graph graph, String description) {
    GraphProto.Builder proto =
        GraphProto.newBuilder().setName(graph.name()).setDocString(description);
    graph.inputs().forEach(input -> proto.addInput(value(input)));
    graph.outputs().forEach(output -> proto.addOutput(value(output)));
    graph.stored().forEach((name, tensor) -> proto.addInitializer(Tensors.write(name, tensor)));
    graph.nodes().forEach(node -> proto.addNode(node(node)));
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("xbarflow quantize")
            .setGraph(proto)
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("").setVersion(graph.opset()));
    if (graph.nodes().stream().anyMatch(node -> node.domain().equals(MICROSOFT))) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1));
    }
    return model.build().toByteArray();
  }

  private static NodeProto node(Node node) {
    NodeProto.Builder proto =
        NodeProto.newBuilder()
            .setName(node.name())
            .setDomain(node.domain())
            .setOpType(node.opType())
            .addAllInput(node.inputs())
            .addAllOutput(node.outputs());
    node.attributes()
        .values()
        .forEach((name, value) -> proto.addAttribute(Tensors.attribute(name, value)));
    return proto.build();
  }

  private static ValueInfoProto value(Graph.Port port) {
    TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(port.type().code());
    if (!port.dims().isEmpty()) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (int dim : port.dims()) {
        shape.addDim(
            dim < 0
                ? TensorShapeProto.Dimension.newBuilder().setDimParam("N")
                : TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
      }
      type.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(port.name())
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
