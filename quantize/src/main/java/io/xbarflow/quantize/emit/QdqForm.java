package io.xbarflow.quantize.emit;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Node;

/** Float operators between DequantizeLinear and QuantizeLinear. */
final class QdqForm implements Form {
  @Override
  public void product(Output output, Node node, Int8Weights weights) {
    String weight = node.name() + "_weight";
    String bias = node.name() + "_bias";
    float inputScale = output.quantisation(node.input(0)).scale();
    ImmutableList<String> inputs =
        ImmutableList.of(
            output.floats(node.input(0)),
            dequantised(
                output,
                output.store(weight, weights.values()),
                output.store(weight + "_scale", weights.scaleTensor()),
                output.store(weight + "_zero_point", weights.zeroPoints())),
            dequantised(
                output,
                output.store(bias, weights.bias()),
                output.store(bias + "_scale", weights.biasScales(inputScale))));
    put(output, node, inputs);
  }

  private static String dequantised(Output output, String... operands) {
    String name = operands[0] + "_dequantized";
    output.add(
        Node.of(
            operands[0] + "_dequantize",
            "DequantizeLinear",
            ImmutableList.copyOf(operands),
            name,
            Attributes.of("axis", 0)));
    return name;
  }

  @Override
  public void operator(Output output, Node node) {
    put(
        output,
        node,
        node.inputs().stream().map(output::floats).collect(ImmutableList.toImmutableList()));
  }

  /** {@code node} on floats, its result quantised. */
  static void put(Output output, Node node, ImmutableList<String> inputs) {
    String floats = node.output() + "_float";
    output.add(Node.of(node.name(), node.opType(), inputs, floats, node.attributes()));
    output.quantise(node.output(), floats);
  }
}
