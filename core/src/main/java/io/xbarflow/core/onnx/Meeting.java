package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.tensor.FloatAdder;
import java.util.function.IntBinaryOperator;

/**
 * QLinearAdd and QLinearMul of two tensors that are functions of the values of one, as in x *
 * Q(sigmoid(x)): tables.
 */
final class Meeting {
  private static final int TO_UINT8 = 128;

  private Meeting() {}

  /**
   * The sum or product of {@code a} and {@code b}, which have a common origin.
   *
   * @param product whether it is the product
   * @param asUint8 whether int8 is computed with as uint8, which is rounded otherwise now and then
   */
  static Pending of(
      Node node, Assembly assembly, Stream a, Stream b, boolean product, boolean asUint8) {
    Stream origin = assembly.origins().origin(a);
    OriginFunction ofA = assembly.origins().of(a);
    OriginFunction ofB = assembly.origins().of(b);
    Quantisation fromA = shifted(assembly.quantisation(a), asUint8);
    Quantisation fromB = shifted(assembly.quantisation(b), asUint8);
    int shiftA = fromA.zeroPoint() - assembly.quantisation(a).zeroPoint();
    int shiftB = fromB.zeroPoint() - assembly.quantisation(b).zeroPoint();
    LayerMaker maker =
        (name, output, to, min, max) -> {
          Quantisation shifted = shifted(to, asUint8);
          int shift = shifted.zeroPoint() - to.zeroPoint();
          IntBinaryOperator operation =
              product ? Multiplication.of(fromA, fromB, shifted) : sum(node, fromA, fromB, shifted);
          return ChannelTables.maker(
                  assembly,
                  node,
                  origin.tensor(),
                  (x, channel) ->
                      operation.applyAsInt(ofA.of(x, channel) + shiftA, ofB.of(x, channel) + shiftB)
                          - shift)
              .make(name, output, to, min, max);
        };
    return new Pending(node, origin.view(), maker);
  }

  private static IntBinaryOperator sum(Node node, Quantisation a, Quantisation b, Quantisation to) {
    Addition.requireInt32(node, a, b, to);
    return new FloatAdder(a, b, to, to.min(), to.max())::add;
  }

  private static Quantisation shifted(Quantisation quantisation, boolean asUint8) {
    return asUint8 && quantisation.signed()
        ? new Quantisation(quantisation.scale(), quantisation.zeroPoint() + TO_UINT8, false)
        : quantisation;
  }
}
