package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.HostFloat;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import io.xbarflow.core.tensor.HostQuantisation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntBinaryOperator;

/**
 * QuantizeLinear: of a graph input it is the host's work, after a float operator it gives that
 * operator its output quantisation, after DequantizeLinear it is a table, of a stored tensor it is
 * computed here.
 */
final class QuantizeLinearOperator implements Operator {
  /** ONNX's number of the element type uint8. */
  private static final int UINT8 = 2;

  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("QuantizeLinear", "com.microsoft.QuantizeLinear");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    DequantizeLinearOperator.requireNoBlocks(node);
    Value value = assembly.value(node, 0);
    if (value instanceof Known || value instanceof QuantisedConstant) {
      Constant reals = assembly.constant(node, 0);
      assembly.define(node.output(), new Known(quantised(node, assembly, reals)));
      return;
    }
    Quantisation to = quantisation(node, assembly);
    if (value instanceof HostFloat input) {
      assembly.define(node.output(), hostInput(node, assembly, input, to));
    } else if (value instanceof Unsettled unsettled) {
      Stream stream = assembly.settling().settle(unsettled, node.output(), to);
      assembly.define(
          node.output(), stream.shared(assembly.graph().hasSingleReader(node.input(0))));
    } else if (value instanceof Dequantised dequantised) {
      assembly.define(node.output(), quantised(node, assembly, dequantised, node.output(), to));
    } else {
      throw node.refuse("input is " + value.describe(), "a float value", "Export the model again.");
    }
  }

  /** How {@code node} quantises a feature map. */
  static Quantisation quantisation(Node node, Assembly assembly) {
    // Without output_dtype and without zero point the result is uint8.
    OnnxType type = OnnxType.of(node.intAttribute("output_dtype", UINT8));
    if (node.intAttribute("output_dtype", 0) != 0 && !type.isQuantised()) {
      throw QuantisationParameters.otherActivations(
          node, OnnxType.describe(node.intAttribute("output_dtype", 0)));
    }
    return QuantisationParameters.ofMap(assembly, node, 1, 2, type == OnnxType.INT8);
  }

  private static Stream hostInput(Node node, Assembly assembly, HostFloat input, Quantisation to) {
    Optional<HostTensor> known = assembly.knownInput(input.name());
    View view = HostInputs.view(node, input);
    if (known.isEmpty()) {
      return assembly.input(input, node.output(), view, to);
    }
    Stream stream = new Stream(known.get().tensor(), view, false);
    if (!assembly.quantisation(stream).equals(to) || !known.get().steps().equals(input.steps())) {
      throw node.refuse(
          "a second, different quantisation of graph input " + input.name(),
          "one scale and zero point for a graph input, and one computation before it",
          "Calibrate the graph input once.");
    }
    return stream;
  }

  /** {@code value}, quantised by {@code to} as tensor {@code output}. */
  static Stream quantised(
      Node node, Assembly assembly, Dequantised value, String output, Quantisation to) {
    RealFunction function = value.function();
    IntBinaryOperator quantised = (x, channel) -> quantised(function.of(x, channel), to);
    return function.perChannel()
        ? assembly.perChannel(node, value.stream(), output, to, quantised)
        : assembly.unary(node, value.stream(), output, to, x -> quantised.applyAsInt(x, 0));
  }

  /** As ONNX Runtime: what is no number, such as the logarithm of -1, becomes the least integer. */
  private static int quantised(float real, Quantisation to) {
    return Float.isNaN(real) ? to.min() : HostQuantisation.quantise(real, to);
  }

  private static Constant quantised(Node node, Assembly assembly, Constant reals) {
    if (!reals.type().isReal()) {
      throw node.refuse("input is " + reals.describe(), "reals", "Export the model again.");
    }
    OnnxType type = OnnxType.UINT8;
    if (node.hasInput(2)) {
      type = assembly.constant(node, 2).type();
    } else if (node.has("output_dtype")) {
      type = OnnxType.of(node.intAttribute("output_dtype", 0));
    }
    if (!type.isInBytes()) {
      throw node.refuse(
          "a stored tensor quantised to " + type,
          "int8, uint8, int4 or uint4",
          "Store integers of other types as initialisers.");
    }
    Constant shape = Constant.ofBytes(reals.name(), type.widened(), reals.dims(), new byte[0]);
    QuantisedConstant parameters =
        QuantisationParameters.ofConstant(
            assembly, node, shape, 1, 2, node.intAttribute("axis", 1));
    int slices = parameters.scales().size();
    int behind = Math.min(parameters.axis() + 1, reals.dims().size());
    int inner = (int) Limits.product(reals.dims().subList(behind, reals.dims().size()));
    List<Quantisation> quantisations = new ArrayList<>();
    for (int slice = 0; slice < slices; slice++) {
      quantisations.add(
          new Quantisation(
              parameters.scales().get(slice),
              parameters.zeroPoints().get(slice),
              type.widened() == OnnxType.INT8));
    }
    assembly.take(node.where(), reals.size(), Float.BYTES);
    byte[] values = new byte[reals.size()];
    for (int i = 0; i < values.length; i++) {
      int slice = slices == 1 ? 0 : i / inner % slices;
      long value = HostQuantisation.quantise(reals.real(i), quantisations.get(slice));
      values[i] = (byte) Math.min(Math.max(value, type.min()), type.max());
    }
    return Constant.ofBytes(reals.name(), type, reals.dims(), values);
  }
}
