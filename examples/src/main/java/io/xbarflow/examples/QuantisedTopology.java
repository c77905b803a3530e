package io.xbarflow.examples;

import static com.google.common.base.Preconditions.checkArgument;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the topology of a float network as a QOperator network of uint8 activations, without
 * calibration: for pipelines, not for accuracy.
 *
 * <p>Weights are quantised to int8, one scale per output channel, BatchNormalization folded in.
 * Where a file states all weights of a layer alike (files that are light because they leave weights
 * out), weights and biases are seeded. Activation scales follow from the size that values have when
 * the input is noise of standard deviation 1. A Relu becomes part of the layer before it. What is
 * left out is named in the file's description: operators without effect at inference, those of the
 * host behind the last layer (Softmax, DepthToSpace), and LRN, which has no quantised form.
 */
public final class QuantisedTopology {
  private static final String MICROSOFT = "com.microsoft";
  private static final int OPSET = 13;
  private static final int SEED = 1;

  /** Standard deviations of a value that the uint8 range covers, on the positive side. */
  private static final double RANGE = 3;

  /** Mean of a Relu's output beside its root mean square. */
  private static final double RECTIFIED_MEAN = 0.57;

  private static final ImmutableList<String> CONVOLUTION =
      ImmutableList.of("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides");
  private static final ImmutableList<String> MAX_POOL =
      ImmutableList.of("auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides");
  private static final ImmutableList<String> AVERAGE_POOL =
      ImmutableList.of(
          "auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides");

  private final FloatGraph from;
  private final OnnxWriter to;
  private final SeededWeights seeded = new SeededWeights(SEED);
  private final Map<String, FeatureMap> maps = new HashMap<>();
  private final Set<NodeProto> fused = new HashSet<>();
  private final List<String> leftOut = new ArrayList<>();
  private int layers;
  private int seededLayers;

  private QuantisedTopology(FloatGraph from) {
    this.from = from;
    this.to = new OnnxWriter(from.name());
  }

  /**
   * A quantised feature map.
   *
   * @param name ONNX value
   * @param parameters value whose scale and zero point it has
   * @param step scale
   * @param zero zero point
   * @param rms root mean square of the real values
   */
  private record FeatureMap(String name, String parameters, float step, int zero, double rms) {
    String scale() {
      return parameters + "_scale";
    }

    String zeroPoint() {
      return parameters + "_zero_point";
    }

    double mean() {
      return zero == 0 ? RECTIFIED_MEAN * rms : 0;
    }

    FeatureMap as(String value, double size) {
      return new FeatureMap(value, parameters, step, zero, size);
    }
  }

  /**
   * The quantised network.
   *
   * @param model a float ONNX file
   * @param end the value to end with, the graph's outputs when absent
   * @return the bytes of an ONNX file
   * @throws IOException when the file cannot be read
   * @throws UserException when an operator has no quantised form here
   */
  public static byte[] of(Path model, Optional<String> end) throws IOException {
    FloatGraph graph = FloatGraph.read(model);
    return new QuantisedTopology(end.isPresent() ? graph.upTo(end.get()) : graph).write();
  }

  /**
   * Writes one network.
   *
   * @param arguments a float ONNX file, the file to write, and the value to end with if the whole
   *     network cannot be written
   * @throws IOException when a file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    checkArgument(
        arguments.length == 2 || arguments.length == 3,
        "expected a float ONNX file, the file to write and perhaps the value to end with");
    Optional<String> end = arguments.length == 3 ? Optional.of(arguments[2]) : Optional.empty();
    Files.write(Path.of(arguments[1]), of(Path.of(arguments[0]), end));
  }

  private byte[] write() {
    for (ValueInfoProto input : from.inputs()) {
      TypeProto.Tensor tensor = input.getType().getTensorType();
      int[] dims =
          tensor.getShape().getDimList().stream()
              .skip(1)
              .mapToInt(dim -> Math.toIntExact(dim.getDimValue()))
              .toArray();
      to.input(input.getName(), OnnxWriter.UINT8, dims);
      // A uniform uint8 image around zero point 128 has a standard deviation of 1 at this scale.
      maps.put(input.getName(), activation(input.getName(), 1 / 74.0, 128, 1));
    }
    for (NodeProto node : from.nodes()) {
      if (!fused.contains(node)) {
        maps.put(result(node), convert(node));
      }
    }
    for (String output : from.outputs()) {
      to.outputOfAnyShape(maps.get(output).name(), OnnxWriter.UINT8);
    }
    to.describe(
        String.format(
            Locale.ROOT,
            "The topology of %s, quantised without calibration by xbarflow examples. Weights seeded"
                + " in %d of %d layers. Left out: %s.",
            from.name(),
            seededLayers,
            layers,
            leftOut.isEmpty() ? "nothing" : String.join(", ", leftOut)));
    return to.model(OPSET, true);
  }

  /** The value at the end of {@code node} and of what is fused with it. */
  private String result(NodeProto node) {
    String value = node.getOutput(0);
    for (String opType : ImmutableList.of("BatchNormalization", "Relu")) {
      Optional<NodeProto> next = follower(node, value, opType);
      if (next.isPresent()) {
        value = next.get().getOutput(0);
      }
    }
    return value;
  }

  /** The node of type {@code opType} that is fused with {@code node}, whose chain gives value. */
  private Optional<NodeProto> follower(NodeProto node, String value, String opType) {
    boolean fuses =
        switch (node.getOpType()) {
          case "Conv" -> true;
          case "Gemm", "Add", "Sum" -> opType.equals("Relu");
          default -> false;
        };
    return fuses ? from.onlyReader(value, opType) : Optional.empty();
  }

  private FeatureMap convert(NodeProto node) {
    return switch (node.getOpType()) {
      case "Conv" -> convolution(node);
      case "Gemm" -> fullyConnected(node);
      case "Add", "Sum" -> add(node);
      case "Concat" -> concatenate(node);
      case "MaxPool" -> maxPool(node);
      case "AveragePool" -> averagePool(node);
      case "GlobalAveragePool" -> globalAveragePool(node);
      case "Relu" -> rectify(node);
      case "Flatten" -> flatten(node, (int) FloatGraph.integer(node, "axis", 1));
      case "Reshape" -> reshape(node);
      case "Dropout", "Identity" -> input(node, 0);
      case "LRN" -> leaveOut(node);
      case "Softmax", "DepthToSpace" -> {
        if (!from.isUnread(node.getOutput(0))) {
          throw refuse(node, "before another operator");
        }
        yield leaveOut(node);
      }
      default -> throw refuse(node, "an operator without a quantised form here");
    };
  }

  private static UserException refuse(NodeProto node, String found) {
    String name = node.getName().isEmpty() ? node.getOutput(0) : node.getName();
    return UserException.badInput(
        "node " + name + " (" + node.getOpType() + ")",
        found,
        "Conv, Gemm, Add, Sum, Concat, MaxPool, AveragePool, GlobalAveragePool, Relu, Flatten,"
            + " Reshape to a vector, Dropout, Identity, LRN; Softmax and DepthToSpace at the end",
        "End with the value before this node.");
  }

  private FeatureMap leaveOut(NodeProto node) {
    leftOut.add(node.getOpType() + " " + node.getName());
    return input(node, 0);
  }

  private FeatureMap input(NodeProto node, int index) {
    FeatureMap map = maps.get(node.getInput(index));
    checkArgument(map != null, "%s is not a feature map", node.getInput(index));
    return map;
  }

  private FeatureMap activation(String name, double step, int zero, double rms) {
    to.floats(name + "_scale", new float[] {(float) step});
    to.bytes(name + "_zero_point", OnnxWriter.UINT8, new byte[] {(byte) zero});
    return new FeatureMap(name, name, (float) step, zero, rms);
  }

  /** A map of root mean square {@code sigma} before its Relu. */
  private FeatureMap map(String name, double sigma, boolean relu) {
    return relu
        ? activation(name, RANGE * sigma / 255, 0, sigma / Math.sqrt(2))
        : activation(name, 2 * RANGE * sigma / 255, 128, sigma);
  }

  /** Whether a Relu is fused with {@code node}, whose chain so far gives {@code value}. */
  private boolean fuseRelu(NodeProto node, String value) {
    Optional<NodeProto> relu = follower(node, value, "Relu");
    relu.ifPresent(fused::add);
    return relu.isPresent();
  }

  private FeatureMap convolution(NodeProto node) {
    String value = node.getOutput(0);
    Optional<NodeProto> normalisation = follower(node, value, "BatchNormalization");
    if (normalisation.isPresent()) {
      fused.add(normalisation.get());
      value = normalisation.get().getOutput(0);
    }
    FloatTensor weights = from.tensor(node.getInput(1));
    int outputs = weights.dims().get(0);
    ChannelAffine affine =
        normalisation.map(n -> ChannelAffine.of(from, n)).orElse(ChannelAffine.identity(outputs));
    Optional<FloatTensor> bias = bias(node);
    boolean relu = fuseRelu(node, value);
    FeatureMap input = input(node, 0);
    int fanIn = weights.size() / outputs;
    Int8Weights quantised =
        weights.equal()
            ? seeded(input, outputs, fanIn)
            : Int8Weights.of(
                outputs,
                fanIn,
                (channel, tap) -> affine.scale(channel) * weights.get(channel * fanIn + tap),
                channel -> affine.apply(channel, bias.map(b -> b.get(channel)).orElse(0.0)));
    FeatureMap result = map(result(node), quantised.sigma(input.rms(), input.mean()), relu);
    int[] dims = weights.dims().stream().mapToInt(Integer::intValue).toArray();
    ImmutableList.Builder<String> inputs = ImmutableList.builder();
    inputs.add(input.name(), input.scale(), input.zeroPoint());
    inputs.addAll(store(result.name(), quantised, dims));
    inputs.add(result.scale(), result.zeroPoint());
    inputs.add(biases(result.name(), quantised, input));
    emit("", "QLinearConv", node, inputs.build(), result, FloatGraph.attributes(node, CONVOLUTION));
    return result;
  }

  private FeatureMap fullyConnected(NodeProto node) {
    boolean transposed = FloatGraph.integer(node, "transB", 0) == 1;
    if (FloatGraph.integer(node, "transA", 0) != 0
        || FloatGraph.real(node, "alpha", 1) != 1
        || FloatGraph.real(node, "beta", 1) != 1) {
      throw refuse(node, "transA, alpha or beta");
    }
    FloatTensor weights = from.tensor(node.getInput(1));
    int outputs = weights.dims().get(transposed ? 0 : 1);
    int inputs = weights.dims().get(transposed ? 1 : 0);
    Optional<FloatTensor> bias = bias(node);
    boolean relu = fuseRelu(node, node.getOutput(0));
    FeatureMap input = input(node, 0);
    Int8Weights quantised =
        weights.equal()
            ? seeded(input, outputs, inputs)
            : Int8Weights.of(
                outputs,
                inputs,
                (output, tap) ->
                    weights.get(transposed ? output * inputs + tap : tap * outputs + output),
                output -> bias.map(b -> b.get(output)).orElse(0.0));
    FeatureMap result = map(result(node), quantised.sigma(input.rms(), input.mean()), relu);
    ImmutableList.Builder<String> names = ImmutableList.builder();
    names.add(input.name(), input.scale(), input.zeroPoint());
    names.addAll(store(result.name(), quantised, outputs, inputs));
    names.add(biases(result.name(), quantised, input));
    names.add(result.scale(), result.zeroPoint());
    emit(
        MICROSOFT,
        "QGemm",
        node,
        names.build(),
        result,
        ImmutableList.of(OnnxWriter.integer("transB", 1)));
    return result;
  }

  private Optional<FloatTensor> bias(NodeProto node) {
    return node.getInputCount() > 2 && !node.getInput(2).isEmpty()
        ? Optional.of(from.tensor(node.getInput(2)))
        : Optional.empty();
  }

  private Int8Weights seeded(FeatureMap input, int outputs, int fanIn) {
    seededLayers++;
    return Int8Weights.seeded(seeded, outputs, fanIn, input.rms());
  }

  /** Stores weights, their scales and zero points. */
  private ImmutableList<String> store(String name, Int8Weights weights, int... dims) {
    layers++;
    int outputs = weights.scales().length;
    return ImmutableList.of(
        to.bytes(name + "_w", OnnxWriter.INT8, weights.values(), dims),
        to.floats(name + "_w_scale", weights.scales(), outputs),
        to.bytes(name + "_w_zero_point", OnnxWriter.INT8, new byte[outputs], outputs));
  }

  private String biases(String name, Int8Weights weights, FeatureMap input) {
    return to.ints(name + "_b", weights.integerBiases(input.step()), weights.scales().length);
  }

  private void emit(
      String domain,
      String opType,
      NodeProto node,
      List<String> inputs,
      FeatureMap result,
      List<AttributeProto> attributes) {
    to.node(
        domain,
        opType,
        node.getName(),
        inputs,
        result.name(),
        attributes.toArray(AttributeProto[]::new));
  }

  private FeatureMap add(NodeProto node) {
    if (node.getInputCount() != 2) {
      throw refuse(node, node.getInputCount() + " operands, expected 2");
    }
    boolean relu = fuseRelu(node, node.getOutput(0));
    FeatureMap a = input(node, 0);
    FeatureMap b = input(node, 1);
    double mean = a.mean() + b.mean();
    double deviations =
        a.rms() * a.rms() - a.mean() * a.mean() + b.rms() * b.rms() - b.mean() * b.mean();
    double sigma = Math.sqrt(deviations + mean * mean);
    boolean positive = a.zero() == 0 && b.zero() == 0;
    FeatureMap result = map(result(node), sigma, relu || positive);
    if (positive || a.zero() == 0 || b.zero() == 0) {
      // A Relu cuts little or nothing off what is added to another Relu's output.
      result = result.as(result.name(), sigma);
    }
    emit(
        MICROSOFT,
        "QLinearAdd",
        node,
        ImmutableList.of(
            a.name(),
            a.scale(),
            a.zeroPoint(),
            b.name(),
            b.scale(),
            b.zeroPoint(),
            result.scale(),
            result.zeroPoint()),
        result,
        ImmutableList.of());
    return result;
  }

  /** The concatenation has scale and zero point of the operand of the widest range. */
  private FeatureMap concatenate(NodeProto node) {
    if (FloatGraph.integer(node, "axis", 1) != 1) {
      throw refuse(node, "an axis other than the channels");
    }
    FeatureMap widest = input(node, 0);
    double squares = 0;
    ImmutableList.Builder<String> operands = ImmutableList.builder();
    for (int i = 0; i < node.getInputCount(); i++) {
      FeatureMap operand = input(node, i);
      boolean wider = operand.zero() > widest.zero() || operand.step() > widest.step();
      widest = wider && operand.zero() >= widest.zero() ? operand : widest;
      squares += operand.rms() * operand.rms();
      operands.add(operand.name(), operand.scale(), operand.zeroPoint());
    }
    FeatureMap result = widest.as(node.getOutput(0), Math.sqrt(squares / node.getInputCount()));
    emit(
        MICROSOFT,
        "QLinearConcat",
        node,
        ImmutableList.<String>builder()
            .add(widest.scale(), widest.zeroPoint())
            .addAll(operands.build())
            .build(),
        result,
        ImmutableList.of(OnnxWriter.integer("axis", 1)));
    return result;
  }

  private FeatureMap maxPool(NodeProto node) {
    if (node.getOutputCount() > 1) {
      throw refuse(node, "the output Indices");
    }
    FeatureMap input = input(node, 0);
    FeatureMap result = input.as(node.getOutput(0), ReferenceGraph.ALIKE * input.rms());
    emit(
        "",
        "MaxPool",
        node,
        ImmutableList.of(input.name()),
        result,
        FloatGraph.attributes(node, MAX_POOL));
    return result;
  }

  private FeatureMap averagePool(NodeProto node) {
    List<AttributeProto> attributes = new ArrayList<>(FloatGraph.attributes(node, AVERAGE_POOL));
    attributes.add(OnnxWriter.integer("channels_last", 0));
    return average(node, "QLinearAveragePool", attributes);
  }

  private FeatureMap globalAveragePool(NodeProto node) {
    return average(
        node, "QLinearGlobalAveragePool", ImmutableList.of(OnnxWriter.integer("channels_last", 0)));
  }

  private FeatureMap average(NodeProto node, String opType, List<AttributeProto> attributes) {
    FeatureMap input = input(node, 0);
    boolean rectified = input.zero() == 0;
    // The mean of a Relu's output varies little around half its root mean square.
    double size = rectified ? input.mean() : input.rms() / 2;
    FeatureMap result =
        activation(
            node.getOutput(0), (rectified ? 2.5 : 2 * RANGE) * size / 255, input.zero(), size);
    emit(
        MICROSOFT,
        opType,
        node,
        ImmutableList.of(
            input.name(), input.scale(), input.zeroPoint(), result.scale(), result.zeroPoint()),
        result,
        attributes);
    return result;
  }

  /** A Relu that is part of no layer before it. */
  private FeatureMap rectify(NodeProto node) {
    FeatureMap input = input(node, 0);
    if (input.zero() == 0) {
      return input;
    }
    FeatureMap result = input.as(node.getOutput(0), input.rms() / Math.sqrt(2));
    emit(
        "",
        "Clip",
        node,
        ImmutableList.of(input.name(), input.zeroPoint()),
        result,
        ImmutableList.of());
    return result;
  }

  private FeatureMap reshape(NodeProto node) {
    if (from.integers(node.getInput(1)).length() != 2) {
      throw refuse(node, "a target of other than two axes");
    }
    return flatten(node, 1);
  }

  private FeatureMap flatten(NodeProto node, int axis) {
    if (axis != 1) {
      throw refuse(node, "axis " + axis);
    }
    FeatureMap input = input(node, 0);
    FeatureMap result = input.as(node.getOutput(0), input.rms());
    emit(
        "",
        "Flatten",
        node,
        ImmutableList.of(input.name()),
        result,
        ImmutableList.of(OnnxWriter.integer("axis", 1)));
    return result;
  }
}
