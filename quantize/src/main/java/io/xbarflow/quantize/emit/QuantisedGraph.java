package io.xbarflow.quantize.emit;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.tensor.HostQuantisation;
import io.xbarflow.quantize.calibrate.Operators;
import io.xbarflow.quantize.calibrate.Scheme;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A quantised graph.
 *
 * @param graph what goes into the file
 * @param layers its layers in order
 */
public record QuantisedGraph(Graph graph, ImmutableList<Layer> layers) {
  /** The oldest with all that is needed: HardSwish is of 14. */
  private static final int OPSET = 17;

  /** Functions that ONNX Runtime has on integers. */
  private static final ImmutableSet<String> INTEGER_FUNCTIONS =
      ImmutableSet.of("Sigmoid", "LeakyRelu");

  private static final ImmutableMap<String, ImmutableSet<String>> ATTRIBUTES =
      ImmutableMap.of(
          "Conv",
          ImmutableSet.of("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"),
          "MaxPool",
          ImmutableSet.of("auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides"),
          "AveragePool",
          ImmutableSet.of(
              "auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides"));

  /**
   * A layer of the quantised graph.
   *
   * @param name node
   * @param operator operator of the float graph
   * @param value what it is called in the float graph as rewritten
   * @param integers what its integers are called
   */
  public record Layer(String name, String operator, String value, String integers) {}

  /**
   * What the file is to look like.
   *
   * @param qdq float operators between DequantizeLinear and QuantizeLinear, rather than operators
   *     on integers
   * @param integerPorts whether graph inputs and outputs are integers, rather than floats
   * @param perChannel whether every output channel's weights have a scale
   */
  public record Style(boolean qdq, boolean integerPorts, boolean perChannel) {}

  /** Quantises {@code from} by {@code scheme}. */
  public static QuantisedGraph of(Graph from, Scheme scheme, Style style) {
    return new Emission(from, scheme, style).emit();
  }

  /** The making of one graph. */
  private static final class Emission {
    private final Graph from;
    private final Scheme scheme;
    private final Style style;
    private final Form form;
    private final Output output;
    private final ImmutableList.Builder<Layer> layers = ImmutableList.builder();

    Emission(Graph from, Scheme scheme, Style style) {
      this.from = from;
      this.scheme = scheme;
      this.style = style;
      form = style.qdq() ? new QdqForm() : new QOperatorForm();
      output = new Output(from, scheme, style.integerPorts());
    }

    QuantisedGraph emit() {
      List<Graph.Port> inputs = new ArrayList<>();
      for (Graph.Port input : from.inputs()) {
        ElementType type = Output.type(scheme.of(input.name()));
        inputs.add(
            new Graph.Port(
                input.name(), style.integerPorts() ? type : ElementType.FLOAT, input.dims()));
        if (!style.integerPorts()) {
          output.quantise(input.name(), input.name());
        }
      }
      from.nodes().forEach(this::node);
      List<Graph.Port> outputs = new ArrayList<>();
      for (Graph.Port port : from.outputs()) {
        outputs.add(port(port, inputs.get(0).dims().get(0)));
      }
      return new QuantisedGraph(output.graph(OPSET, inputs, outputs), layers.build());
    }

    private Graph.Port port(Graph.Port port, int batch) {
      String name = port.name();
      ImmutableList<Integer> shape = from.shape(name);
      ImmutableList<Integer> dims =
          ImmutableList.<Integer>builder()
              .add(batch)
              .addAll(shape.subList(1, shape.size()))
              .build();
      if (style.integerPorts()) {
        Node producer = from.producers().get(name);
        String value = scheme.has(name) ? name : producer.input(0);
        return new Graph.Port(output.integers(value), Output.type(scheme.of(value)), dims);
      }
      if (scheme.has(name)) {
        output.floats(name);
      }
      return new Graph.Port(name, ElementType.FLOAT, dims);
    }

    private void node(Node node) {
      Optional<Node> gate = Operators.gate(from, node);
      if (Operators.isLeftToHost(from, node)) {
        if (!style.integerPorts()) {
          host(node);
        }
        return;
      }
      if (!scheme.has(node.output())) {
        return; // A gate, which its product puts.
      }
      if (node.is("Conv") || node.is("Gemm")) {
        product(node);
      } else if (gate.isPresent()) {
        gated(node, gate.get());
      } else if (Operators.passes(node)) {
        new Passing(output).put(node, withKnown(node));
      } else if (Operators.isFunction(node) && !INTEGER_FUNCTIONS.contains(node.opType())) {
        function(node);
      } else {
        form.operator(output, withKnown(node));
      }
      if (!Operators.isReshape(node)) {
        layers.add(
            new Layer(node.name(), node.opType(), node.output(), output.integers(node.output())));
      }
    }

    private static Node withKnown(Node node) {
      ImmutableSet<String> known = ATTRIBUTES.get(node.opType());
      return known == null ? node : node.withAttributes(node.attributes().only(known));
    }

    private void product(Node node) {
      Stored weights = stored(node, 1);
      Optional<Stored> bias = node.hasInput(2) ? Optional.of(stored(node, 2)) : Optional.empty();
      form.product(
          output,
          withKnown(node),
          Int8Weights.of(weights, bias, scheme.of(node.input(0)).scale(), style.perChannel()));
    }

    private Stored stored(Node node, int index) {
      Stored tensor = from.stored().get(node.input(index));
      if (tensor == null || !tensor.isReal() || !tensor.isFinite()) {
        throw node.refuse(
            "operand '" + node.input(index) + "', which is not stored or not finite",
            "stored float32 weights",
            "Only products with stored operands can be mapped.");
      }
      return tensor;
    }

    /** x * f(x) in floats. */
    private void gated(Node product, Node gate) {
      String floats = output.floats(gate.input(0));
      String inner = gate.output() + "_float";
      output.add(functionOf(gate, floats, inner));
      QdqForm.put(output, product, ImmutableList.of(floats, inner));
    }

    private void function(Node node) {
      String result = node.output() + "_float";
      output.add(functionOf(node, output.floats(node.input(0)), result));
      output.quantise(node.output(), result);
    }

    private Node functionOf(Node node, String floats, String result) {
      ImmutableList.Builder<String> inputs = ImmutableList.builder();
      inputs.add(floats);
      for (String constant : node.inputs().subList(1, node.inputs().size())) {
        inputs.add(output.store(constant, from.stored().get(constant)));
      }
      return Node.of(node.name(), node.opType(), inputs.build(), result, node.attributes());
    }

    /** Softmax over an axis has another meaning before opset 13: over it and all behind it. */
    private void host(Node node) {
      Attributes attributes = node.attributes();
      if (node.is("Softmax")) {
        ImmutableList<Integer> shape = from.shape(node.input(0));
        boolean joint = from.opset() < 13;
        int axis = attributes.integer("axis", joint ? 1 : -1);
        int positive = axis < 0 ? axis + shape.size() : axis;
        boolean alone =
            shape.subList(positive + 1, shape.size()).stream().allMatch(extent -> extent == 1);
        if (joint && !alone) {
          throw node.refuse(
              "axis " + axis + " of dimensions " + shape + " before opset 13",
              "a Softmax over one axis",
              "End the network before it with --end " + node.input(0) + ".");
        }
        attributes = Attributes.of("axis", positive);
      }
      output.add(
          Node.of(
              node.name(),
              node.opType(),
              ImmutableList.of(output.floats(node.input(0))),
              node.output(),
              attributes));
    }
  }

  /** Operators on integers that keep their quantisation. */
  private record Passing(Output output) {
    void put(Node node, Node plain) {
      if (Operators.isReshape(node)) {
        reshape(node);
        return;
      }
      switch (node.opType()) {
        case "Relu", "Clip" -> clamp(node);
        case "MaxPool" -> same(plain, ImmutableList.of());
        case "Transpose" -> same(node, ImmutableList.of());
        case "Pad" -> pad(node);
        default -> parts(node);
      }
    }

    private void same(Node node, List<String> further) {
      output.add(
          Node.of(
              node.name(),
              node.opType(),
              ImmutableList.<String>builder()
                  .add(output.integers(node.input(0)))
                  .addAll(further)
                  .build(),
              output.integers(node.output()),
              node.attributes()));
    }

    private void clamp(Node node) {
      Quantisation quantisation = output.quantisation(node.input(0));
      Graph from = output.from();
      boolean relu = node.is("Relu");
      float least = relu ? 0 : node.attributes().real("min", Float.NEGATIVE_INFINITY);
      float greatest =
          relu ? Float.POSITIVE_INFINITY : node.attributes().real("max", Float.POSITIVE_INFINITY);
      if (node.hasInput(1)) {
        least = from.stored().get(node.input(1)).real(0);
      }
      if (node.hasInput(2)) {
        greatest = from.stored().get(node.input(2)).real(0);
      }
      same(
          Node.of(node.name(), "Clip", node.inputs(), node.output(), Attributes.NONE),
          ImmutableList.of(
              bound(node, "_least", quantisation, least),
              bound(node, "_greatest", quantisation, greatest)));
    }

    private String bound(Node node, String suffix, Quantisation quantisation, float bound) {
      return output.store(
          node.name() + suffix,
          Output.integer(quantisation, HostQuantisation.quantise(bound, quantisation)));
    }

    private void reshape(Node node) {
      ImmutableList<Integer> shape = output.from().shape(node.output());
      if (shape.isEmpty() || shape.get(0) != 1) {
        throw node.refuse(
            "a result of dimensions " + shape + " for one image",
            "a batch axis of 1 in front",
            "Keep the batch axis where it is.");
      }
      long[] target = new long[shape.size()];
      for (int axis = 1; axis < target.length; axis++) {
        target[axis] = shape.get(axis);
      }
      same(
          Node.of(node.name(), "Reshape", node.inputs(), node.output(), Attributes.NONE),
          ImmutableList.of(
              output.store(
                  node.name() + "_dims",
                  Stored.ofIntegers(ElementType.INT64, ImmutableList.of(target.length), target))));
    }

    private void pad(Node node) {
      Quantisation quantisation = output.quantisation(node.input(0));
      Graph from = output.from();
      boolean listed = node.hasInput(1);
      float value =
          node.hasInput(2)
              ? from.stored().get(node.input(2)).real(0)
              : node.attributes().real("value", 0);
      Stored pads =
          listed ? from.stored().get(node.input(1)) : list(node.attributes().integers("pads"));
      same(
          node.withAttributes(node.attributes().only(ImmutableSet.of("mode"))),
          ImmutableList.of(
              output.store(node.name() + "_pads", pads),
              bound(node, "_value", quantisation, value)));
    }

    private static Stored list(List<Integer> values) {
      return Stored.ofIntegers(
          ElementType.INT64,
          ImmutableList.of(values.size()),
          values.stream().mapToLong(Integer::longValue).toArray());
    }

    /** Slice and Split, whose lists are inputs since opset 10 and 13. */
    private void parts(Node node) {
      ImmutableList.Builder<String> lists = ImmutableList.builder();
      ImmutableList<String> names =
          node.is("Slice")
              ? ImmutableList.of("starts", "ends", "axes", "steps")
              : ImmutableList.of("split");
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i);
        if (node.hasInput(i + 1)) {
          lists.add(
              output.store(
                  node.name() + "_" + name, output.from().stored().get(node.input(i + 1))));
        } else if (node.attributes().has(name)) {
          lists.add(output.store(node.name() + "_" + name, list(node.attributes().integers(name))));
        }
      }
      ImmutableList<String> results =
          node.outputs().stream().map(output::integers).collect(ImmutableList.toImmutableList());
      ImmutableList<String> inputs =
          ImmutableList.<String>builder()
              .add(output.integers(node.input(0)))
              .addAll(lists.build())
              .build();
      output.add(
          new Node(
              node.name(),
              "",
              node.opType(),
              inputs,
              results,
              node.attributes().only(ImmutableSet.of("axis")),
              Bounds.NONE));
    }
  }
}
