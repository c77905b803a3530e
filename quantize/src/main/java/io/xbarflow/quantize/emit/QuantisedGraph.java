package io.xbarflow.quantize.emit;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.quantize.calibrate.HostEnds;
import io.xbarflow.quantize.calibrate.Operators;
import io.xbarflow.quantize.calibrate.Scheme;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.FunctionClusters;
import io.xbarflow.quantize.graph.FunctionClusters.Cluster;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A quantised graph.
 *
 * @param graph what goes into the file
 * @param layers its layers in order
 */
public record QuantisedGraph(Graph graph, ImmutableList<Layer> layers) {
  /** The oldest with most that is needed: HardSwish is of 14. */
  private static final int OPSET = 17;

  /** Functions that came later. */
  private static final ImmutableSet<String> LATE_FUNCTIONS = ImmutableSet.of("Gelu", "Mish");

  private static final int LATE_OPSET = 20;

  /** Functions that ONNX Runtime has on integers. */
  private static final ImmutableSet<String> INTEGER_FUNCTIONS =
      ImmutableSet.of("Sigmoid", "LeakyRelu");

  /** Operators of two functions of one value that ONNX Runtime has on integers. */
  private static final ImmutableSet<String> INTEGER_MEETINGS = ImmutableSet.of("Add", "Mul");

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
  public static QuantisedGraph of(Graph from, HostEnds ends, Scheme scheme, Style style) {
    return new Emission(from, ends, scheme, style).emit();
  }

  /** The making of one graph. */
  private static final class Emission {
    private final Graph from;
    private final HostEnds ends;
    private final Scheme scheme;
    private final Style style;
    private final Form form;
    private final Output output;
    private final FunctionClusters clusters;
    private final ImmutableList.Builder<Layer> layers = ImmutableList.builder();

    Emission(Graph from, HostEnds ends, Scheme scheme, Style style) {
      this.from = from;
      this.ends = ends;
      this.scheme = scheme;
      this.style = style;
      clusters = Operators.clusters(from, ends);
      form = style.qdq() ? new QdqForm() : new QOperatorForm();
      output = new Output(from, scheme, style.integerPorts());
    }

    QuantisedGraph emit() {
      List<Graph.Port> inputs = new ArrayList<>();
      for (Graph.Port input : from.inputs()) {
        ElementType type = Output.type(scheme.of(ends.input()));
        inputs.add(
            new Graph.Port(
                input.name(), style.integerPorts() ? type : ElementType.FLOAT, input.dims()));
        if (!style.integerPorts() && ends.head().isEmpty()) {
          output.quantise(input.name(), input.name());
        }
      }
      from.nodes().forEach(this::node);
      List<Graph.Port> outputs = new ArrayList<>();
      for (Graph.Port port : from.outputs()) {
        outputs.add(port(port, inputs.get(0).dims().get(0)));
      }
      boolean late = from.nodes().stream().anyMatch(node -> LATE_FUNCTIONS.contains(node.opType()));
      return new QuantisedGraph(
          output.graph(late ? LATE_OPSET : OPSET, inputs, outputs), layers.build());
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
        String value = ends.source(from, name);
        return new Graph.Port(output.integers(value), Output.type(scheme.of(value)), dims);
      }
      if (scheme.has(name)) {
        output.floats(name);
      }
      Node producer = from.producers().get(name);
      boolean index = producer != null && isIndex(producer);
      return new Graph.Port(name, index ? ElementType.INT64 : ElementType.FLOAT, dims);
    }

    /** Whether {@code node} gives places, or what moves them. */
    private boolean isIndex(Node node) {
      Node first = node;
      while (!first.is("ArgMax") && ends.tail().contains(first.input(0))) {
        first = from.producers().get(first.input(0));
      }
      return first.is("ArgMax");
    }

    private void node(Node node) {
      Optional<Cluster> cluster = clusters.of(node);
      if (ends.isHost(node)) {
        if (!style.integerPorts()) {
          host(node);
        }
        return;
      }
      if (!scheme.has(node.output())) {
        return; // Part of a function, which its end puts.
      }
      Bounds undone = scheme.undone().get(node.output());
      if (undone != null) {
        Node free = node.withOutput(Scheme.unclamped(node.output()));
        put(free, cluster);
        new Passing(output).clamp(clip(node, undone));
      } else {
        put(node, cluster);
      }
      if (!Operators.isReshape(node)) {
        layers.add(
            new Layer(node.name(), node.opType(), node.output(), output.integers(node.output())));
      }
    }

    /** The clamp of {@code node}, which its quantisation does not do. */
    private static Node clip(Node node, Bounds bounds) {
      return Node.of(
          node.name() + "_clamp",
          "Clip",
          ImmutableList.of(Scheme.unclamped(node.output())),
          node.output(),
          new Attributes(ImmutableMap.of("min", bounds.least(), "max", bounds.greatest())));
    }

    private void put(Node node, Optional<Cluster> cluster) {
      if (node.is("Conv") || node.is("Gemm")) {
        product(node);
      } else if (cluster.isPresent()) {
        function(node, cluster.get());
      } else if (Operators.passes(node)) {
        new Passing(output).put(node, withKnown(node));
      } else if (FunctionClusters.isFunction(node) && !INTEGER_FUNCTIONS.contains(node.opType())) {
        function(node, new Cluster(node.input(0), ImmutableList.of(node)));
      } else if (clusters.isMeeting(node) && !INTEGER_MEETINGS.contains(node.opType())) {
        new QdqForm().operator(output, node);
      } else {
        form.operator(output, withKnown(node));
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

    /** {@code cluster}, whose result is that of {@code end}, in floats. */
    private void function(Node end, Cluster cluster) {
      Map<String, String> floats = new HashMap<>();
      floats.put(cluster.input(), output.floats(cluster.input()));
      for (Node node : cluster.nodes()) {
        String result = node.output() + "_float";
        floats.put(node.output(), result);
        ImmutableList.Builder<String> inputs = ImmutableList.builder();
        for (String input : node.inputs()) {
          Stored constant = from.stored().get(input);
          inputs.add(
              constant == null ? floats.getOrDefault(input, "") : output.store(input, constant));
        }
        output.add(
            withBoundsAsInputs(
                Node.of(node.name(), node.opType(), inputs.build(), result, node.attributes())));
      }
      output.quantise(end.output(), floats.get(cluster.end().output()));
    }

    /** A Clip of before opset 11 has its bounds as attributes. */
    private Node withBoundsAsInputs(Node node) {
      if (!node.is("Clip") || node.inputs().size() > 1) {
        return node;
      }
      ImmutableList.Builder<String> inputs = ImmutableList.builder();
      inputs.add(node.input(0));
      for (String bound : ImmutableList.of("min", "max")) {
        inputs.add(
            node.attributes().has(bound)
                ? output.store(
                    node.name() + "_" + bound,
                    Stored.ofReals(ImmutableList.of(), node.attributes().real(bound, 0)))
                : "");
      }
      return node.withInputs(inputs.build()).withAttributes(Attributes.NONE);
    }

    /** {@code node} in floats. */
    private void host(Node node) {
      String from = node.input(0);
      String floats = scheme.has(from) ? output.floats(from) : from;
      if (Operators.isReshape(node)) {
        output.add(
            Node.of(
                node.name(),
                "Reshape",
                ImmutableList.of(floats, new Passing(output).target(node)),
                node.output(),
                Attributes.NONE));
      } else {
        output.add(
            Node.of(
                node.name(),
                node.opType(),
                ImmutableList.of(floats),
                node.output(),
                hostAttributes(node)));
      }
      if (node.output().equals(ends.input())) {
        output.quantise(node.output(), node.output());
      }
    }

    /** Softmax over an axis has another meaning before opset 13: over it and all behind it. */
    private Attributes hostAttributes(Node node) {
      if (!node.is("Softmax") && !node.is("LogSoftmax")) {
        return node.attributes();
      }
      ImmutableList<Integer> shape = from.shape(node.input(0));
      boolean joint = from.opset() < 13;
      int axis = node.attributes().integer("axis", joint ? 1 : -1);
      int positive = axis < 0 ? axis + shape.size() : axis;
      boolean alone =
          shape.subList(positive + 1, shape.size()).stream().allMatch(extent -> extent == 1);
      if (joint && !alone) {
        throw node.refuse(
            "axis " + axis + " of dimensions " + shape + " before opset 13",
            "a " + node.opType() + " over one axis",
            "End the network before it with --end " + node.input(0) + ".");
      }
      return Attributes.of("axis", positive);
    }
  }
}
