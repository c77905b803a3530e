package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.onnx.ModelBuilder.Attribute;

/**
 * A network as an ONNX file of quantised operators: what the chip computes, with the inputs and
 * outputs of the graph that was imported. ONNX Runtime computes the same bytes of it.
 */
public final class NetworkModel {
  private static final int OPSET = 19;

  /** The last opset whose AveragePool adds within columns first in ONNX Runtime. */
  private static final int OPSET_BY_COLUMNS = 17;

  private NetworkModel() {}

  /** The bytes of the file. */
  public static byte[] of(Network network) {
    ModelBuilder model =
        new ModelBuilder(
            "network",
            "What xbarflow's chip computes of "
                + network.model()
                + " (SHA-256 "
                + network.modelSha256()
                + ").");
    network.inputs().forEach(input -> model.unique(input.name()));
    network.outputs().forEach(output -> model.unique(output.name()));
    LayerNodes layers = new LayerNodes(network, model);
    network.inputs().forEach(input -> input(network, input, model, layers));
    layers.addAll();
    network.outputs().forEach(output -> output(network, output, model, layers));
    boolean byColumns =
        network.layers().stream()
            .anyMatch(
                layer ->
                    layer instanceof Layer.Pool pool
                        && pool.kind() == Layer.Pool.Kind.FLOAT_AVERAGE_BY_COLUMNS);
    return model.model(byColumns ? OPSET_BY_COLUMNS : OPSET);
  }

  /** Computes what the host does, quantises a float input and brings it into the order of a map. */
  private static void input(
      Network network, HostTensor input, ModelBuilder model, LayerNodes layers) {
    Tensor tensor = network.tensor(input.tensor());
    Quantisation to = tensor.quantisation();
    String name = input.name();
    model.input(name, input.floating() ? OnnxType.FLOAT : LayerNodes.type(to), input.shape());
    String integers = new StepNodes(model, name).all(name, input.steps(), input.shape());
    if (input.floating()) {
      integers =
          model.node(
              "QuantizeLinear",
              name + "_quantize",
              model.unique(name + "_quantized"),
              ImmutableList.<String>builder()
                  .add(integers)
                  .addAll(layers.parameters(tensor.name()))
                  .build());
    }
    Shape map = tensor.shape();
    String map4 =
        input.channelsLast()
            ? reshape(model, name, integers, map.height(), map.width(), map.channels())
            : reshape(model, name, integers, map.channels(), map.height(), map.width());
    layers.define(
        tensor.name(), input.channelsLast() ? transpose(model, name, map4, 0, 3, 1, 2) : map4);
  }

  /** Brings a map into the order of a graph output, and computes what the host does of it. */
  private static void output(
      Network network, HostTensor output, ModelBuilder model, LayerNodes layers) {
    String name = output.name();
    Quantisation from = network.tensor(output.tensor()).quantisation();
    StepNodes steps = new StepNodes(model, name);
    ImmutableList<HostStep> rest = output.steps();
    String map = layers.value(output.tensor());
    boolean tabled = !rest.isEmpty() && rest.get(0) instanceof HostStep.Table;
    if (tabled) {
      map = steps.table(map, (HostStep.Table) rest.get(0), from);
      rest = rest.subList(1, rest.size());
    }
    String ordered = output.channelsLast() ? transpose(model, name, map, 0, 2, 3, 1) : map;
    long[] dims = output.shape().stream().mapToLong(dim -> dim).toArray();
    String array = reshape(model, name, ordered, dims);
    if (output.floating() && !tabled) {
      array =
          model.node(
              "DequantizeLinear",
              name + "_dequantize",
              model.unique(name + "_dequantized"),
              ImmutableList.<String>builder()
                  .add(array)
                  .addAll(layers.parameters(output.tensor()))
                  .build());
    }
    String result = steps.all(array, rest, output.shape());
    ElementType type =
        HostStep.type(rest, output.floating() ? ElementType.FLOAT32 : ElementType.of(from));
    model.output(name, StepNodes.type(type), output.shapeBehind());
    model.node("Identity", name + "_output", name, ImmutableList.of(result));
  }

  private static String reshape(ModelBuilder model, String stem, String value, long... dims) {
    long[] target = new long[dims.length + 1];
    target[0] = -1; // as many images as come
    System.arraycopy(dims, 0, target, 1, dims.length);
    return model.node(
        "Reshape",
        stem + "_reshape",
        model.unique(stem + "_reshaped"),
        ImmutableList.of(value, model.longs(stem + "_shape", target)));
  }

  private static String transpose(ModelBuilder model, String stem, String value, long... axes) {
    return model.node(
        "Transpose",
        stem + "_transpose",
        model.unique(stem + "_transposed"),
        ImmutableList.of(value),
        Attribute.ofList("perm", axes));
  }
}
