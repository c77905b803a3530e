package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.tensor.FloatAdder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntBinaryOperator;

/**
 * Follows tables and sums with constants back to the tensor that they began with: two tensors that
 * began with the same one are functions of one value, however often they were quantised on the way,
 * and so is all that is computed of both.
 */
final class Origins {
  private final Assembly assembly;
  private final Map<String, OriginFunction> known = new HashMap<>();

  Origins(Assembly assembly) {
    this.assembly = assembly;
  }

  /**
   * A layer that computes every value by itself.
   *
   * @param input what it reads
   * @param function of a value and its channel
   * @param functions channels that have a function of their own; 1 when all have the same
   */
  private record Table(String input, IntBinaryOperator function, int functions) {}

  /** Whether the values of {@code a} and {@code b} are functions of one value. */
  boolean haveCommon(Stream a, Stream b) {
    return a.view().equals(b.view())
        && (a.tensor().equals(b.tensor())
            || of(a.tensor()).origin().equals(of(b.tensor()).origin()));
  }

  /** {@code stream} as a function of the tensor that it comes from. */
  OriginFunction of(Stream stream) {
    return of(stream.tensor());
  }

  /** The tensor that {@code stream} comes from. */
  Stream origin(Stream stream) {
    return new Stream(of(stream.tensor()).origin(), stream.view(), false);
  }

  /** {@code value} as a function of the tensor that it comes from. */
  Dequantised ofOrigin(Dequantised value) {
    OriginFunction function = of(value.stream().tensor());
    if (function.origin().equals(value.stream().tensor())) {
      return value;
    }
    long channels = Math.max(function.functions(), value.function().size() / RealFunction.VALUES);
    assembly.take("ONNX model", channels, RealFunction.VALUES * Float.BYTES);
    return new Dequantised(origin(value.stream()), value.function().of(function));
  }

  private OriginFunction of(String tensor) {
    Deque<String> behind = new ArrayDeque<>();
    String from = tensor;
    OriginFunction function = known.get(from);
    while (function == null) {
      Optional<Table> table = table(from);
      if (table.isPresent()) {
        behind.push(from);
        from = table.get().input();
        function = known.get(from);
      } else {
        function = OriginFunction.identity(from, assembly.tensor(from).quantisation());
      }
    }
    for (String next : behind) {
      Table table = table(next).orElseThrow();
      int functions = Math.max(function.functions(), table.functions());
      assembly.take("ONNX model", functions, RealFunction.VALUES * Integer.BYTES);
      function = function.then(table.function(), table.functions());
      known.put(next, function);
    }
    return function;
  }

  /** The layer that writes {@code tensor}, when it computes every value by itself. */
  private Optional<Table> table(String tensor) {
    Layer layer = assembly.producer(tensor).orElse(null);
    if (layer instanceof Layer.Lookup lookup) {
      int least = least(lookup.input());
      ImmutableList<Integer> values = lookup.table();
      return Optional.of(new Table(lookup.input(), (x, channel) -> values.get(x - least), 1));
    }
    if (layer instanceof Layer.ChannelLookup lookup) {
      int least = least(lookup.input());
      return Optional.of(
          new Table(
              lookup.input(),
              (x, channel) ->
                  lookup.tables().get(lookup.tableOfChannel().get(channel)).get(x - least),
              lookup.tableOfChannel().size()));
    }
    if (layer instanceof Layer.AddConstant sum) {
      Quantisation to = assembly.tensor(tensor).quantisation();
      boolean one = sum.constant().stream().distinct().count() == 1;
      return Optional.of(
          new Table(
              sum.input(),
              FloatAdder.ofConstant(sum, assembly.tensor(sum.input()), to),
              one ? 1 : sum.constant().size()));
    }
    return Optional.empty();
  }

  private int least(String tensor) {
    return assembly.tensor(tensor).quantisation().min();
  }
}
