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
  private ChannelTables() {}

  /**
   * Tables of {@code function}, which takes a value of {@code input} and its channel and gives a
   * value, clamped as the layer is.
   */
  static LayerMaker maker(String tensor, Tensor input, IntBinaryOperator function) {
    Quantisation from = input.quantisation();
    return (name, output, to, min, max) -> {
      Map<ImmutableList<Integer>, Integer> numbers = new LinkedHashMap<>();
      ImmutableList.Builder<Integer> tableOfChannel = ImmutableList.builder();
      for (int channel = 0; channel < input.shape().channels(); channel++) {
        ImmutableList.Builder<Integer> table = ImmutableList.builder();
        for (int x = from.min(); x <= from.max(); x++) {
          table.add(Math.min(Math.max(function.applyAsInt(x, channel), min), max));
        }
        int next = numbers.size();
        tableOfChannel.add(numbers.computeIfAbsent(table.build(), unused -> next));
      }
      ImmutableList<ImmutableList<Integer>> tables = ImmutableList.copyOf(numbers.keySet());
      return tables.size() == 1
          ? new Layer.Lookup(name, tensor, output, tables.get(0))
          : new Layer.ChannelLookup(name, tensor, output, tables, tableOfChannel.build());
    };
  }
}
