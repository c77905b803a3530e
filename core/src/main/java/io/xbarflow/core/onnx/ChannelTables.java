package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.onnx.Value.LayerMaker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntBinaryOperator;

/** Makes a Lookup or, when channels differ, a ChannelLookup that holds each function once. */
final class ChannelTables {
  /** The values of tables, so that equal ones are one object. */
  private static final ImmutableList<Integer> BOXED = boxed();

  private static final int LEAST = -128;
  private static final int GREATEST = 255;

  private ChannelTables() {}

  private static ImmutableList<Integer> boxed() {
    ImmutableList.Builder<Integer> boxed = ImmutableList.builder();
    for (int value = LEAST; value <= GREATEST; value++) {
      boxed.add(value);
    }
    return boxed.build();
  }

  /**
   * Tables of {@code function}, which takes a value of {@code tensor} and its channel and gives a
   * value, clamped as the layer is.
   */
  static LayerMaker maker(Assembly assembly, Node node, String tensor, IntBinaryOperator function) {
    Tensor input = assembly.tensor(tensor);
    Quantisation from = input.quantisation();
    int channels = input.shape().channels();
    return (name, output, to, min, max) -> {
      assembly.take(node.where(), channels, RealFunction.VALUES);
      assembly.take(node.where(), channels, Constant.BOXED_BYTES);
      Map<ImmutableList<Integer>, Integer> numbers = new LinkedHashMap<>();
      ImmutableList.Builder<Integer> tableOfChannel = ImmutableList.builder();
      for (int channel = 0; channel < channels; channel++) {
        ImmutableList.Builder<Integer> table = ImmutableList.builder();
        for (int x = from.min(); x <= from.max(); x++) {
          int value = Math.min(Math.max(function.applyAsInt(x, channel), min), max);
          table.add(BOXED.get(value - LEAST));
        }
        int next = numbers.size();
        int number = numbers.computeIfAbsent(table.build(), unused -> next);
        tableOfChannel.add(number);
        assembly.take(node.where(), number == next ? RealFunction.VALUES : 0, Integer.BYTES);
      }
      ImmutableList<ImmutableList<Integer>> tables = ImmutableList.copyOf(numbers.keySet());
      return tables.size() == 1
          ? new Layer.Lookup(name, tensor, output, tables.get(0))
          : new Layer.ChannelLookup(name, tensor, output, tables, tableOfChannel.build());
    };
  }
}
