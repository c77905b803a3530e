package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.diagnostic.UserException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How a graph is quantised as a whole, where no chip can be made of any graph like it: in float, in
 * its weights only, with scales that are known only while it runs, or in a dialect.
 */
final class QuantisationStyle {
  private static final String STATIC =
      "a graph that is quantised statically, in QOperator or QDQ form";

  private static final String QUANTISE =
      "Quantise the float model with `xbarflow quantize` (docs/quantize.md).";

  private static final ImmutableSet<String> DYNAMIC =
      ImmutableSet.of(
          "DynamicQuantizeLinear",
          "ConvInteger",
          "MatMulInteger",
          "com.microsoft.MatMulIntegerToFloat",
          "com.microsoft.DynamicQuantizeMatMul",
          "com.microsoft.DynamicQuantizeLSTM");

  private static final ImmutableSet<String> WEIGHTS_ONLY =
      ImmutableSet.of("com.microsoft.MatMulNBits", "com.microsoft.GatherBlockQuantized");

  private static final ImmutableSet<String> QONNX =
      ImmutableSet.of("Quant", "BipolarQuant", "FloatQuant", "Trunc");

  private QuantisationStyle() {}

  /**
   * Refuses {@code graph} when all of it is quantised otherwise than a chip needs.
   *
   * @throws UserException that names the style and what makes a graph of it that can be imported
   */
  static void require(Graph graph) {
    for (Node node : graph.nodes()) {
      dialect(node);
      if (DYNAMIC.contains(node.qualifiedType())) {
        throw node.refuse(
            "scales that are known only while the graph runs: it is quantised dynamically, as"
                + " onnxruntime.quantization.quantize_dynamic does",
            STATIC,
            QUANTISE);
      }
    }
    if (graph.nodes().isEmpty() || graph.nodes().stream().anyMatch(QuantisationStyle::ofIntegers)) {
      return;
    }
    boolean integers = graph.inputs().stream().anyMatch(input -> !input.type().isReal());
    if (integers) {
      return;
    }
    Optional<Node> weights = weightsOnly(graph);
    if (weights.isPresent()) {
      throw weights
          .get()
          .refuse(
              "stored weights: this graph quantises weights only, and all its activations are"
                  + " float",
              STATIC,
              QUANTISE);
    }
    if (graph.nodes().stream().noneMatch(node -> node.opType().equals("QuantizeLinear"))) {
      throw Refusal.of(
          "ONNX model",
          "the model is float: none of its " + graph.nodes().size() + " nodes is quantised",
          STATIC,
          "Run `xbarflow quantize` first (docs/quantize.md).");
    }
  }

  private static void dialect(Node node) {
    if (QONNX.contains(node.opType())) {
      throw node.refuse(
          "an operator of QONNX, as Brevitas and qonnx write it",
          STATIC,
          "Export the QDQ form: brevitas.export.export_onnx_qcdq, or QuantToQCDQ of"
              + " qonnx.transformation.qonnx_to_qcdq.");
    }
    if (node.domain().contains("pytorch") || node.domain().equals("quantized")) {
      throw node.refuse(
          "an operator of PyTorch without an ONNX form",
          STATIC,
          "Export with torch.onnx.export, opset 13 or newer, without fallback to ATen.");
    }
    if (node.domain().equals("_caffe2") || node.opType().startsWith("Int8")) {
      throw node.refuse(
          "an operator of Caffe2",
          STATIC,
          "Export with torch.onnx.export, opset 13 or newer, which writes QDQ form.");
    }
  }

  /** Whether {@code node} computes with quantised values by itself. */
  private static boolean ofIntegers(Node node) {
    return node.opType().startsWith("QLinear") || node.opType().equals("QGemm");
  }

  /** The first DequantizeLinear of a graph that has them behind stored tensors only. */
  private static Optional<Node> weightsOnly(Graph graph) {
    Set<String> stored = new HashSet<>(graph.constants().keySet());
    Optional<Node> first = Optional.empty();
    for (Node node : graph.nodes()) {
      boolean ofStored =
          node.inputs().stream().allMatch(input -> input.isEmpty() || stored.contains(input));
      if (ofStored) {
        stored.addAll(node.outputs());
      }
      if (WEIGHTS_ONLY.contains(node.qualifiedType())) {
        return Optional.of(node);
      }
      if (node.opType().equals("QuantizeLinear") && !ofStored) {
        return Optional.empty();
      }
      if (node.opType().equals("DequantizeLinear")) {
        if (!ofStored) {
          return Optional.empty();
        }
        first = first.or(() -> Optional.of(node));
      }
    }
    return first;
  }
}
