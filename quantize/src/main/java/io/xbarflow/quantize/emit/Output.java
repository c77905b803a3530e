package io.xbarflow.quantize.emit;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.quantize.calibrate.Scheme;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The quantised graph while it is made. */
final class Output {
  private final Graph from;
  private final Scheme scheme;
  private final boolean integerPorts;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Stored> stored = new LinkedHashMap<>();
  private final Set<String> dequantised = new HashSet<>();

  Output(Graph from, Scheme scheme, boolean integerPorts) {
    this.from = from;
    this.scheme = scheme;
    this.integerPorts = integerPorts;
  }

  Graph from() {
    return from;
  }

  /** The meaning of {@code value}. */
  Quantisation quantisation(String value) {
    return scheme.of(value);
  }

  /** Element type of all quantised maps. */
  static ElementType type(Quantisation quantisation) {
    return quantisation.signed() ? ElementType.INT8 : ElementType.UINT8;
  }

  /** What the integers of {@code value} are called. */
  String integers(String value) {
    boolean port =
        from.isOutput(value)
            || from.inputs().stream().anyMatch(input -> input.name().equals(value));
    return integerPorts && port ? value : value + "_quantized";
  }

  /** The stored scale of {@code value}. */
  String scale(String value) {
    String owner = scheme.owners().get(value);
    return store(owner + "_scale", Stored.ofReals(ImmutableList.of(), quantisation(owner).scale()));
  }

  /** The stored zero point of {@code value}. */
  String zeroPoint(String value) {
    String owner = scheme.owners().get(value);
    Quantisation quantisation = quantisation(owner);
    return store(owner + "_zero_point", integer(quantisation, quantisation.zeroPoint()));
  }

  static Stored integer(Quantisation quantisation, int value) {
    return Stored.ofBytes(type(quantisation), ImmutableList.of(), (byte) value);
  }

  /** Integers, scale and zero point of {@code value}: how QOperator nodes take a map. */
  ImmutableList<String> operand(String value) {
    return ImmutableList.of(integers(value), scale(value), zeroPoint(value));
  }

  /** Stores {@code tensor} and gives its name. */
  String store(String name, Stored tensor) {
    stored.put(name, tensor);
    return name;
  }

  void add(Node node) {
    nodes.add(node);
  }

  /** {@code value} as floats, from its integers. */
  String floats(String value) {
    String name = from.isOutput(value) && !integerPorts ? value : value + "_dequantized";
    if (dequantised.add(value)) {
      add(
          Node.of(
              value + "_dequantize", "DequantizeLinear", operand(value), name, Attributes.NONE));
    }
    return name;
  }

  /** Makes the integers of {@code value} from floats called {@code floats}. */
  void quantise(String value, String floats) {
    add(
        Node.of(
            value + "_quantize",
            "QuantizeLinear",
            ImmutableList.of(floats, scale(value), zeroPoint(value)),
            integers(value),
            Attributes.NONE));
  }

  /** The finished graph. */
  Graph graph(int opset, List<Graph.Port> inputs, List<Graph.Port> outputs) {
    return new Graph(
        from.name().isEmpty() ? "quantised" : from.name(),
        opset,
        ImmutableList.copyOf(inputs),
        ImmutableList.copyOf(outputs),
        ImmutableList.copyOf(nodes),
        ImmutableMap.copyOf(stored),
        ImmutableMap.of(),
        ImmutableMap.of());
  }
}
