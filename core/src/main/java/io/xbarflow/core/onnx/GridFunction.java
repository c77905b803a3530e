package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.tensor.HostQuantisation;
import java.util.Optional;
import java.util.function.IntBinaryOperator;

/**
 * Functions of a dequantised value, such as Relu, whose results are dequantised values again: no
 * QuantizeLinear has to stand behind them, since one would change nothing.
 */
final class GridFunction {
  private GridFunction() {}

  /**
   * The quantised values that {@code value}, ONNX value {@code name}, stands for exactly; empty
   * when some of its results lie between them.
   */
  static Optional<Stream> quantised(Assembly assembly, String name, Dequantised value) {
    Quantisation grid = assembly.quantisation(value.stream());
    RealFunction function = value.function();
    Optional<Node> writer = assembly.writer(name);
    int channels = function.perChannel() ? value.view().shape().channels() : 1;
    for (int channel = 0; channel < channels; channel++) {
      for (int x = grid.min(); x <= grid.max(); x++) {
        float real = function.of(x, channel);
        if (HostQuantisation.dequantise(HostQuantisation.quantise(real, grid), grid) != real) {
          return Optional.empty();
        }
      }
    }
    IntBinaryOperator quantised =
        (x, channel) -> HostQuantisation.quantise(function.of(x, channel), grid);
    return writer.map(
        node ->
            function.perChannel()
                ? assembly.perChannel(node, value.stream(), name, grid, quantised)
                : assembly.unary(
                    node, value.stream(), name, grid, x -> quantised.applyAsInt(x, 0)));
  }
}
