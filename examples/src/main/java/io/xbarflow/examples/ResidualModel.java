package io.xbarflow.examples;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Ints;
import io.xbarflow.core.tensor.ImageBatch;
import java.util.List;
import java.util.Map;

/**
 * Writes the float ONNX file of a {@link ResidualNetwork}: opset 13, {@code image} in, {@code
 * logits} out, batch normalisation as nodes of its own.
 */
public final class ResidualModel implements ResidualNetwork.Operators<String> {
  private static final int OPSET = 13;

  private final OnnxWriter graph;
  private final ImmutableMap<String, ImageBatch> parameters;

  private ResidualModel(String name, Map<String, ImageBatch> parameters) {
    graph = new OnnxWriter(name);
    this.parameters = ImmutableMap.copyOf(parameters);
  }

  /**
   * The file of network {@code name} for images of {@code size} rows and columns.
   *
   * @param description what the file says about itself
   * @param parameters by name: {@code LAYER.weight}, of a convolution also {@code LAYER.gamma},
   *     {@code LAYER.beta}, {@code LAYER.mean} and {@code LAYER.variance} of its normalisation, of
   *     a fully connected layer {@code LAYER.bias}
   */
  public static byte[] write(
      String name, String description, int size, int classes, Map<String, ImageBatch> parameters) {
    ResidualModel model = new ResidualModel(name, parameters);
    model.graph.describe(description);
    model.graph.input("image", OnnxWriter.FLOAT, 1, size, size);
    model.graph.output("logits", OnnxWriter.FLOAT, classes);
    ResidualNetwork.build(model, "image", classes);
    return model.graph.model(OPSET, false);
  }

  /** Stores parameter {@code name} and returns its name. */
  private String stored(String name) {
    ImageBatch values = parameters.get(name);
    if (values == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    float[] copy = new float[values.size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values.get(i);
    }
    return graph.floats(name, copy, Ints.toArray(values.shape()));
  }

  @Override
  public String convolution(String name, String input, ResidualNetwork.Geometry geometry) {
    long kernel = geometry.kernel();
    long stride = geometry.stride();
    long padding = geometry.padding();
    String sums =
        graph.node(
            "",
            "Conv",
            name,
            ImmutableList.of(input, stored(name + ".weight")),
            name + "_out",
            OnnxWriter.integers("kernel_shape", kernel, kernel),
            OnnxWriter.integers("strides", stride, stride),
            OnnxWriter.integers("pads", padding, padding, padding, padding));
    return graph.node(
        "",
        "BatchNormalization",
        name + "_norm",
        ImmutableList.of(
            sums,
            stored(name + ".gamma"),
            stored(name + ".beta"),
            stored(name + ".mean"),
            stored(name + ".variance")),
        name + "_norm_out");
  }

  @Override
  public String relu(String name, String input) {
    return node("Relu", name, ImmutableList.of(input));
  }

  @Override
  public String add(String name, String one, String other) {
    return node("Add", name, ImmutableList.of(one, other));
  }

  @Override
  public String mean(String name, String input) {
    String map = node("GlobalAveragePool", name, ImmutableList.of(input));
    return node("Flatten", name + "_flat", ImmutableList.of(map));
  }

  @Override
  public String fullyConnected(String name, String input, int inputs, int outputs) {
    return graph.node(
        "",
        "Gemm",
        name,
        ImmutableList.of(input, stored(name + ".weight"), stored(name + ".bias")),
        "logits",
        OnnxWriter.integer("transB", 1));
  }

  private String node(String opType, String name, List<String> inputs) {
    return graph.node("", opType, name, inputs, name + "_out");
  }
}
