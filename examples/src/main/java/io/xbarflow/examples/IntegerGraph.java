package io.xbarflow.examples;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/** Builds one QOperator graph of uint8 activations with seeded int8 weights. */
final class IntegerGraph {
  private static final String MICROSOFT = "com.microsoft";
  private static final int OPSET = 13;

  private final OnnxWriter graph;
  private final SeededWeights seeded;

  IntegerGraph(String name, long seed) {
    graph = new OnnxWriter(name);
    seeded = new SeededWeights(seed);
  }

  /**
   * A quantised activation.
   *
   * @param name ONNX value
   * @param scale name of its scale
   * @param zeroPoint name of its zero point
   * @param step the scale
   */
  record Activation(String name, String scale, String zeroPoint, float step) {}

  /**
   * A square window.
   *
   * @param kernel taps along an axis
   * @param stride pixels between outputs
   * @param padBefore padding above and to the left
   * @param padAfter padding below and to the right
   */
  record Window(int kernel, int stride, int padBefore, int padAfter) {
    /** As many output pixels as input pixels by stride; the same padding on all sides. */
    static Window symmetric(int kernel, int stride) {
      return new Window(kernel, stride, kernel / 2, kernel / 2);
    }

    /** As {@code auto_pad} SAME_UPPER pads a map of a multiple of {@code stride} pixels. */
    static Window same(int kernel, int stride) {
      int padding = Math.max(0, kernel - stride);
      return new Window(kernel, stride, padding / 2, padding - padding / 2);
    }

    /** Outputs along an axis of {@code inputs} pixels. */
    int outputs(int inputs) {
      return (inputs + padBefore + padAfter - kernel) / stride + 1;
    }

    private List<AttributeProto> attributes() {
      List<AttributeProto> attributes = new ArrayList<>();
      attributes.add(OnnxWriter.integers("kernel_shape", kernel, kernel));
      if (padBefore + padAfter > 0) {
        attributes.add(OnnxWriter.integers("pads", padBefore, padBefore, padAfter, padAfter));
      }
      if (stride > 1) {
        attributes.add(OnnxWriter.integers("strides", stride, stride));
      }
      return attributes;
    }
  }

  /**
   * The weights of a layer.
   *
   * @param outputs output channels
   * @param inputs input channels of a group
   * @param groups groups
   * @param perChannel whether each output channel has its own scale
   * @param sigma size of the biases in real units
   * @param gain size of the output beside that of the input, both before a Relu
   */
  record Weights(
      int outputs, int inputs, int groups, boolean perChannel, double sigma, double gain) {
    /** Weights that keep the size of activations. */
    Weights(int outputs, int inputs, int groups, boolean perChannel, double sigma) {
      this(outputs, inputs, groups, perChannel, sigma, 1);
    }
  }

  /** Adds a graph input. */
  void input(Activation image, int... dims) {
    graph.input(image.name(), OnnxWriter.UINT8, dims);
  }

  /** Adds a graph output. */
  void output(Activation result, int... dims) {
    graph.output(result.name(), OnnxWriter.UINT8, dims);
  }

  /** Stores scale and zero point of value {@code name}. */
  Activation activation(String name, double scale, int zero) {
    return new Activation(
        name,
        graph.floats(name + "_scale", new float[] {(float) scale}),
        graph.bytes(name + "_zero_point", OnnxWriter.UINT8, new byte[] {(byte) zero}),
        (float) scale);
  }

  /** Adds QLinearConv. */
  void convolution(String name, Activation from, Activation to, Window window, Weights weights) {
    int outputs = weights.outputs();
    int kernel = window.kernel();
    int fanIn = weights.inputs() * kernel * kernel;
    float[] scales = seeded.scales(weights.perChannel() ? outputs : 1, fanIn);
    for (int i = 0; i < scales.length; i++) {
      scales[i] *= (float) weights.gain();
    }
    int[] scaleDims = weights.perChannel() ? new int[] {outputs} : new int[0];
    List<AttributeProto> attributes = window.attributes();
    if (weights.groups() > 1) {
      attributes.add(OnnxWriter.integer("group", weights.groups()));
    }
    graph.node(
        "",
        "QLinearConv",
        name,
        ImmutableList.of(
            from.name(),
            from.scale(),
            from.zeroPoint(),
            graph.bytes(
                name + "_w",
                OnnxWriter.INT8,
                seeded.weights(outputs * fanIn),
                outputs,
                weights.inputs(),
                kernel,
                kernel),
            graph.floats(name + "_w_scale", scales, scaleDims),
            graph.bytes(
                name + "_w_zero_point", OnnxWriter.INT8, new byte[scales.length], scaleDims),
            to.scale(),
            to.zeroPoint(),
            graph.ints(
                name + "_b",
                seeded.biases(scales, outputs, from.step(), weights.sigma()),
                outputs)),
        to.name(),
        attributes.toArray(AttributeProto[]::new));
  }

  /** Adds MaxPool; the result has the quantisation of {@code from}. */
  Activation maxPool(String name, Activation from, Window window) {
    return new Activation(
        graph.node(
            "",
            "MaxPool",
            name,
            ImmutableList.of(from.name()),
            name + "_out",
            window.attributes().toArray(AttributeProto[]::new)),
        from.scale(),
        from.zeroPoint(),
        from.step());
  }

  /** Adds QLinearAdd. */
  void add(String name, Activation a, Activation b, Activation to) {
    graph.node(
        MICROSOFT,
        "QLinearAdd",
        name,
        ImmutableList.of(
            a.name(),
            a.scale(),
            a.zeroPoint(),
            b.name(),
            b.scale(),
            b.zeroPoint(),
            to.scale(),
            to.zeroPoint()),
        to.name());
  }

  /** Adds Clip to zero, in the quantisation of {@code from}, whose zero point is 0. */
  Activation zeros(String name, Activation from) {
    String zero = graph.bytes(name + "_bound", OnnxWriter.UINT8, new byte[1]);
    return new Activation(
        graph.node("", "Clip", name, ImmutableList.of(from.name(), zero, zero), name + "_out"),
        from.scale(),
        from.zeroPoint(),
        from.step());
  }

  /**
   * Adds QLinearConcat along the channels; the result has the quantisation of {@code quantised},
   * one of the operands or another.
   */
  Activation concatenate(String name, Activation quantised, List<Activation> operands) {
    ImmutableList.Builder<String> inputs = ImmutableList.builder();
    inputs.add(quantised.scale(), quantised.zeroPoint());
    operands.forEach(operand -> inputs.add(operand.name(), operand.scale(), operand.zeroPoint()));
    return new Activation(
        graph.node(
            MICROSOFT,
            "QLinearConcat",
            name,
            inputs.build(),
            name + "_out",
            OnnxWriter.integer("axis", 1)),
        quantised.scale(),
        quantised.zeroPoint(),
        quantised.step());
  }

  /** Adds QLinearAveragePool. */
  void averagePool(String name, Activation from, Activation to, Window window) {
    List<AttributeProto> attributes = window.attributes();
    attributes.add(OnnxWriter.integer("channels_last", 0));
    graph.node(
        MICROSOFT,
        "QLinearAveragePool",
        name,
        ImmutableList.of(from.name(), from.scale(), from.zeroPoint(), to.scale(), to.zeroPoint()),
        to.name(),
        attributes.toArray(AttributeProto[]::new));
  }

  /** Adds QLinearGlobalAveragePool. */
  void globalAveragePool(String name, Activation from, Activation to) {
    graph.node(
        MICROSOFT,
        "QLinearGlobalAveragePool",
        name,
        ImmutableList.of(from.name(), from.scale(), from.zeroPoint(), to.scale(), to.zeroPoint()),
        to.name(),
        OnnxWriter.integer("channels_last", 0));
  }

  /** Adds Flatten to one vector per image. */
  Activation flatten(String name, Activation from, String output) {
    return new Activation(
        graph.node(
            "",
            "Flatten",
            name,
            ImmutableList.of(from.name()),
            output,
            OnnxWriter.integer("axis", 1)),
        from.scale(),
        from.zeroPoint(),
        from.step());
  }

  /** Adds QGemm with one weight scale. */
  void fullyConnected(
      String name, Activation from, Activation to, int inputs, int outputs, double sigma) {
    float[] scale = {(float) (1 / (SeededWeights.WEIGHT_RMS * Math.sqrt(inputs)))};
    graph.node(
        MICROSOFT,
        "QGemm",
        name,
        ImmutableList.of(
            from.name(),
            from.scale(),
            from.zeroPoint(),
            graph.bytes(
                name + "_w", OnnxWriter.INT8, seeded.weights(outputs * inputs), outputs, inputs),
            graph.floats(name + "_w_scale", scale),
            graph.bytes(name + "_w_zero_point", OnnxWriter.INT8, new byte[1]),
            graph.ints(name + "_b", seeded.biases(scale, outputs, from.step(), sigma), outputs),
            to.scale(),
            to.zeroPoint()),
        to.name(),
        OnnxWriter.integer("transB", 1));
  }

  /** The file's bytes. */
  byte[] model() {
    return graph.model(OPSET, true);
  }
}
