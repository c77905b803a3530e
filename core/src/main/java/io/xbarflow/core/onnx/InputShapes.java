package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.diagnostic.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Gives graph inputs the dimensions that the user states where the file leaves them open. */
final class InputShapes {
  private InputShapes() {}

  /**
   * {@code model} with the dimensions {@code stated}.
   *
   * @throws UserException when an input is not there, or the file states other dimensions
   */
  static ModelProto apply(ModelProto model, ImmutableMap<String, ImmutableList<Integer>> stated) {
    if (stated.isEmpty()) {
      return model;
    }
    GraphProto.Builder graph = model.getGraph().toBuilder();
    ImmutableSet<String> stored =
        graph.getInitializerList().stream()
            .map(TensorProto::getName)
            .collect(ImmutableSet.toImmutableSet());
    List<String> names = new ArrayList<>();
    for (int i = 0; i < graph.getInputCount(); i++) {
      ValueInfoProto input = graph.getInput(i);
      if (stored.contains(input.getName())) {
        continue;
      }
      names.add(input.getName());
      ImmutableList<Integer> dims = stated.get(input.getName());
      if (dims != null) {
        graph.setInput(i, withDims(input, dims));
      }
    }
    for (String name : stated.keySet()) {
      if (!names.contains(name)) {
        throw Refusal.of(
            "--input-shape",
            "'" + name + "', which is no graph input",
            "one of " + String.join(", ", names.subList(0, Math.min(8, names.size()))),
            "Mend the name.");
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private static ValueInfoProto withDims(ValueInfoProto input, ImmutableList<Integer> dims) {
    TypeProto.Tensor.Builder tensor = input.getType().getTensorType().toBuilder();
    TensorShapeProto shape = tensor.getShape();
    boolean fits = !tensor.hasShape() || shape.getDimCount() == dims.size();
    for (int i = 0; fits && tensor.hasShape() && i < dims.size(); i++) {
      long fixed = shape.getDim(i).getDimValue();
      // The batch axis counts images, however many the file states.
      fits = fixed <= 0 || fixed == dims.get(i) || i == 0;
    }
    if (!fits) {
      throw Refusal.of(
          "--input-shape",
          input.getName() + "=" + joined(dims),
          "dimensions that agree with " + described(shape) + " of the model",
          "State only what the model leaves open; ? stands for that.");
    }
    TensorShapeProto.Builder fixed = TensorShapeProto.newBuilder();
    dims.forEach(dim -> fixed.addDimBuilder().setDimValue(dim));
    return input.toBuilder()
        .setType(input.getType().toBuilder().setTensorType(tensor.setShape(fixed)))
        .build();
  }

  private static String joined(List<Integer> dims) {
    return dims.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }

  private static String described(TensorShapeProto shape) {
    return shape.getDimList().stream()
        .limit(Limits.RANK)
        .map(dim -> dim.getDimValue() > 0 ? String.valueOf(dim.getDimValue()) : "?")
        .collect(Collectors.joining("x"));
  }
}
