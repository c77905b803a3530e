package io.xbarflow.quantize.emit;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Node;
import java.util.List;

/** Operators on integers: QLinearConv and its kin. */
final class QOperatorForm implements Form {
  private static final String MICROSOFT = "com.microsoft";

  @Override
  public void product(Output output, Node node, Int8Weights weights) {
    ImmutableList.Builder<String> inputs = ImmutableList.builder();
    inputs.addAll(output.operand(node.input(0)));
    inputs.add(
        output.store(node.name() + "_weight", weights.values()),
        output.store(node.name() + "_weight_scale", weights.scaleTensor()),
        output.store(node.name() + "_weight_zero_point", weights.zeroPoints()));
    String bias = output.store(node.name() + "_bias", weights.bias());
    if (node.is("Conv")) {
      inputs.add(output.scale(node.output()), output.zeroPoint(node.output()), bias);
      put(output, node, "", "QLinearConv", inputs.build(), node.attributes());
    } else {
      inputs.add(bias, output.scale(node.output()), output.zeroPoint(node.output()));
      put(output, node, MICROSOFT, "QGemm", inputs.build(), Attributes.of("transB", 1));
    }
  }

  @Override
  public void operator(Output output, Node node) {
    List<String> result = List.of(output.scale(node.output()), output.zeroPoint(node.output()));
    ImmutableList.Builder<String> inputs = ImmutableList.builder();
    if (node.is("Concat")) {
      inputs.addAll(result);
      node.inputs().forEach(input -> inputs.addAll(output.operand(input)));
    } else {
      node.inputs().forEach(input -> inputs.addAll(output.operand(input)));
      inputs.addAll(result);
    }
    boolean pool = node.is("AveragePool") || node.is("GlobalAveragePool");
    put(
        output,
        node,
        MICROSOFT,
        "QLinear" + node.opType(),
        inputs.build(),
        pool ? node.attributes().with("channels_last", 0) : node.attributes());
  }

  private static void put(
      Output output,
      Node node,
      String domain,
      String opType,
      List<String> inputs,
      Attributes attributes) {
    output.add(
        Node.of(node.name(), opType, inputs, output.integers(node.output()), attributes)
            .inDomain(domain));
  }
}
