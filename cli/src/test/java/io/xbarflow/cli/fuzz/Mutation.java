package io.xbarflow.cli.fuzz;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes of a model that respect protobuf but not what ONNX says. */
enum Mutation {
  DELETE_NODE((graph, random) -> graph.removeNode(random.nextInt(graph.getNodeCount()))),
  DUPLICATE_NODE(
      (graph, random) ->
          graph.addNode(random.nextInt(graph.getNodeCount() + 1), node(graph, random).build())),
  SWAP_NODES(
      (graph, random) -> {
        int a = random.nextInt(graph.getNodeCount());
        int b = random.nextInt(graph.getNodeCount());
        NodeProto first = graph.getNode(a);
        graph.setNode(a, graph.getNode(b)).setNode(b, first);
      }),
  OPERATOR(
      (graph, random) -> {
        NodeProto other = node(graph, random).build();
        node(graph, random).setOpType(other.getOpType()).setDomain(other.getDomain());
      }),
  DOMAIN((graph, random) -> node(graph, random).setDomain(pick(random, Extremes.NAMES))),
  RENAME_NODE((graph, random) -> node(graph, random).setName(pick(random, Extremes.NAMES))),
  DELETE_INPUT(
      (graph, random) -> {
        NodeProto.Builder node = node(graph, random);
        List<String> inputs = new ArrayList<>(node.getInputList());
        inputs.remove(random.nextInt(inputs.size()));
        node.clearInput().addAllInput(inputs);
      }),
  ADD_INPUT((graph, random) -> node(graph, random).addInput(value(graph, random))),
  REWIRE(
      (graph, random) -> {
        NodeProto.Builder node = node(graph, random);
        node.setInput(random.nextInt(node.getInputCount()), value(graph, random));
      }),
  EMPTY_INPUT(
      (graph, random) -> {
        NodeProto.Builder node = node(graph, random);
        node.setInput(random.nextInt(node.getInputCount()), "");
      }),
  CYCLE(
      (graph, random) -> {
        int later = random.nextInt(graph.getNodeCount());
        NodeProto.Builder early = graph.getNodeBuilder(random.nextInt(later + 1));
        early.setInput(0, graph.getNode(later).getOutput(0));
      }),
  OUTPUTS(
      (graph, random) -> {
        NodeProto.Builder node = node(graph, random);
        switch (random.nextInt(4)) {
          case 0 -> node.clearOutput();
          case 1 -> node.setOutput(0, pick(random, Extremes.NAMES));
          case 2 -> node.setOutput(0, value(graph, random));
          default -> node.addOutput(value(graph, random));
        }
      }),
  RENAME_VALUE(
      (graph, random) -> rename(graph, value(graph, random), pick(random, Extremes.NAMES))),
  DELETE_ATTRIBUTE(
      (graph, random) -> {
        NodeProto.Builder node = withAttributes(graph, random);
        node.removeAttribute(random.nextInt(node.getAttributeCount()));
      }),
  MOVE_ATTRIBUTE(
      (graph, random) -> node(graph, random).addAttribute(attribute(graph, random).build())),
  ATTRIBUTE_VALUE(
      (graph, random) -> {
        AttributeProto.Builder attribute = attribute(graph, random);
        int count = attribute.getIntsCount();
        if (count > 0) {
          attribute.setInts(random.nextInt(count), Extremes.integer(random));
        } else if (attribute.hasT()) {
          change(attribute.getTBuilder(), random);
        } else if (attribute.hasS()) {
          attribute.setS(ByteString.copyFromUtf8(pick(random, Extremes.NAMES)));
        } else if (attribute.hasF()) {
          attribute.setF(Extremes.real(random));
        } else {
          attribute.setI(Extremes.integer(random));
        }
      }),
  ATTRIBUTE_LENGTH(
      (graph, random) -> {
        AttributeProto.Builder attribute = attribute(graph, random);
        if (random.nextBoolean()) {
          attribute.clearInts();
        } else {
          attribute.addInts(random.nextInt(5));
        }
      }),
  ATTRIBUTE_TYPE(
      (graph, random) ->
          attribute(graph, random)
              .setType(AttributeType.values()[random.nextInt(AttributeType.values().length)])),
  ADD_ATTRIBUTE(
      (graph, random) ->
          node(graph, random)
              .addAttribute(
                  SeedGraph.integer(pick(random, Extremes.ATTRIBUTES), Extremes.integer(random)))),
  STORED_TENSOR((graph, random) -> change(stored(graph, random), random)),
  DELETE_STORED(
      (graph, random) -> graph.removeInitializer(random.nextInt(graph.getInitializerCount()))),
  DUPLICATE_STORED((graph, random) -> graph.addInitializer(stored(graph, random).build())),
  SWAP_STORED(
      (graph, random) -> {
        TensorProto.Builder a = stored(graph, random);
        TensorProto.Builder b = stored(graph, random);
        String first = a.getName();
        a.setName(b.getName());
        b.setName(first);
      }),
  INPUT_DIMENSION(
      (graph, random) -> {
        TensorShapeProto.Builder shape = shape(graph, random);
        int axis = random.nextInt(shape.getDimCount());
        shape.setDim(
            axis, TensorShapeProto.Dimension.newBuilder().setDimValue(Extremes.integer(random)));
      }),
  INPUT_RANK(
      (graph, random) -> {
        TensorShapeProto.Builder shape = shape(graph, random);
        if (random.nextBoolean()) {
          shape.removeDim(random.nextInt(shape.getDimCount()));
        } else {
          shape.addDim(
              random.nextInt(shape.getDimCount() + 1),
              TensorShapeProto.Dimension.newBuilder().setDimValue(1 + random.nextInt(5)));
        }
      }),
  INPUT_TYPE(
      (graph, random) ->
          graph
              .getInputBuilder(random.nextInt(graph.getInputCount()))
              .getTypeBuilder()
              .getTensorTypeBuilder()
              .setElemType(random.nextInt(24))),
  GRAPH_INPUTS(
      (graph, random) -> {
        switch (random.nextInt(4)) {
          case 0 -> graph.clearInput();
          case 1 -> graph.addInput(graph.getInput(0));
          case 2 -> graph.addInput(graph.getInput(0).toBuilder().setName(value(graph, random)));
          default -> graph.getInputBuilder(0).clearType();
        }
      }),
  GRAPH_OUTPUTS(
      (graph, random) -> {
        switch (random.nextInt(3)) {
          case 0 -> graph.clearOutput();
          case 1 -> graph.addOutput(graph.getOutput(0));
          default -> graph.addOutput(ValueInfoProto.newBuilder().setName(value(graph, random)));
        }
      }),
  CHAIN(
      (graph, random) -> {
        String from = value(graph, random);
        String operator = pick(random, Extremes.CHAINED);
        int length = 1 + random.nextInt(random.nextInt(8) == 0 ? 3000 : 20);
        for (int i = 0; i < length; i++) {
          String to = "chain_" + operator + "_" + i;
          NodeProto.Builder node =
              NodeProto.newBuilder().setOpType(operator).addInput(from).addOutput(to);
          if (operator.equals("Add") || operator.equals("Concat")) {
            node.addInput(from).addAttribute(SeedGraph.integer("axis", 1));
          } else if (operator.equals("MaxPool")) {
            node.addAttribute(SeedGraph.list("kernel_shape", 1, 1));
          }
          graph.addNode(node);
          from = to;
        }
        graph.addOutput(ValueInfoProto.newBuilder().setName(from));
      });

  /** Changes a graph; out of bounds where there is nothing to change. */
  private interface Change {
    void apply(GraphProto.Builder graph, Random random);
  }

  private final Change change;

  Mutation(Change change) {
    this.change = change;
  }

  /** {@code model} with this change where {@code random} says, or itself where that is nowhere. */
  ModelProto apply(ModelProto model, Random random) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    if (graph.getNodeCount() == 0) {
      return model;
    }
    try {
      change.apply(graph, random);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return model; // an empty list to choose from
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private static String pick(Random random, List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }

  private static NodeProto.Builder node(GraphProto.Builder graph, Random random) {
    return graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
  }

  private static NodeProto.Builder withAttributes(GraphProto.Builder graph, Random random) {
    List<NodeProto.Builder> nodes = new ArrayList<>(graph.getNodeBuilderList());
    nodes.removeIf(node -> node.getAttributeCount() == 0);
    return nodes.get(random.nextInt(nodes.size()));
  }

  private static AttributeProto.Builder attribute(GraphProto.Builder graph, Random random) {
    NodeProto.Builder node = withAttributes(graph, random);
    return node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
  }

  private static TensorProto.Builder stored(GraphProto.Builder graph, Random random) {
    return graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
  }

  private static TensorShapeProto.Builder shape(GraphProto.Builder graph, Random random) {
    return graph
        .getInputBuilder(random.nextInt(graph.getInputCount()))
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder();
  }

  /** The name of some value. */
  private static String value(GraphProto.Builder graph, Random random) {
    List<String> names = new ArrayList<>();
    graph.getInputList().forEach(input -> names.add(input.getName()));
    graph.getInitializerList().forEach(tensor -> names.add(tensor.getName()));
    graph.getNodeList().forEach(node -> names.addAll(node.getOutputList()));
    return names.get(random.nextInt(names.size()));
  }

  private static void rename(GraphProto.Builder graph, String from, String to) {
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, node.getInput(i).equals(from) ? to : node.getInput(i));
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        node.setOutput(i, node.getOutput(i).equals(from) ? to : node.getOutput(i));
      }
    }
    graph.getInputBuilderList().stream()
        .filter(input -> input.getName().equals(from))
        .forEach(input -> input.setName(to));
    graph.getOutputBuilderList().stream()
        .filter(output -> output.getName().equals(from))
        .forEach(output -> output.setName(to));
    graph.getInitializerBuilderList().stream()
        .filter(tensor -> tensor.getName().equals(from))
        .forEach(tensor -> tensor.setName(to));
  }

  private static void change(TensorProto.Builder tensor, Random random) {
    switch (random.nextInt(9)) {
      case 0 -> tensor.setDataType(random.nextInt(24));
      case 1 -> tensor.clearDims();
      case 2 -> tensor.addDims(Extremes.integer(random));
      case 3 -> tensor.setDims(random.nextInt(tensor.getDimsCount()), Extremes.integer(random));
      case 4 -> {
        ByteString raw = tensor.getRawData();
        tensor.setRawData(raw.substring(0, random.nextInt(raw.size() + 1)));
      }
      case 5 -> {
        if (tensor.getFloatDataCount() > 0) {
          tensor.setFloatData(random.nextInt(tensor.getFloatDataCount()), Extremes.real(random));
        } else if (tensor.getInt64DataCount() > 0) {
          tensor.setInt64Data(random.nextInt(tensor.getInt64DataCount()), Extremes.integer(random));
        } else {
          tensor.setInt32Data(
              random.nextInt(tensor.getInt32DataCount()), (int) Extremes.integer(random));
        }
      }
      case 6 -> {
        tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL);
        tensor
            .addExternalDataBuilder()
            .setKey("location")
            .setValue(pick(random, Extremes.LOCATIONS));
        if (random.nextBoolean()) {
          tensor
              .addExternalDataBuilder()
              .setKey(random.nextBoolean() ? "offset" : "length")
              .setValue(String.valueOf(Extremes.integer(random)));
        }
      }
      case 7 -> tensor.clearFloatData().clearInt32Data().clearInt64Data().clearRawData();
      default -> {
        tensor.clearDims().addDims(0);
        tensor.clearFloatData().clearInt32Data().clearInt64Data().clearRawData();
      }
    }
  }
}
