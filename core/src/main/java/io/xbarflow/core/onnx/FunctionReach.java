package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.tensor.HostQuantisation;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Between which values the element-wise functions of a float value, as quantised behind them, tell
 * it apart: SiLU with an output up to 6 needs nothing above 6, and nothing far below 0. The
 * functions are evaluated at values of the whole range.
 */
final class FunctionReach {
  private static final int VALUES = 2048;
  private static final int MOST_NODES = 32;

  /** Evaluations, each over the values that the one before told apart. */
  private static final int PASSES = 2;

  private final Assembly assembly;
  private final Map<String, float[]> results = new HashMap<>();
  private final float[] values = new float[VALUES];

  private FunctionReach(Assembly assembly) {
    this.assembly = assembly;
  }

  /**
   * The part of {@code range} that the readers of {@code value} tell apart; all, when not known.
   */
  static Interval distinguished(Assembly assembly, String value, Interval range) {
    Interval told = range;
    for (int pass = 0; pass < PASSES; pass++) {
      Interval from = told;
      if (!from.hasScale()) {
        return Interval.ALL;
      }
      Optional<Interval> next = new FunctionReach(assembly).told(value, from);
      if (next.isEmpty()) {
        return Interval.ALL;
      }
      told = next.get();
    }
    return told;
  }

  private Optional<Interval> told(String value, Interval range) {
    for (int i = 0; i < VALUES; i++) {
      values[i] = (float) (range.low() + (range.high() - range.low()) * i / (VALUES - 1));
    }
    results.put(value, values);
    Deque<String> open = new ArrayDeque<>();
    open.add(value);
    Set<String> waiting = new HashSet<>();
    Optional<Interval> all = Optional.empty();
    for (int nodes = 0; !open.isEmpty(); ) {
      String next = open.remove();
      if (assembly.graph().outputs().contains(next)) {
        return Optional.empty();
      }
      for (Node reader : assembly.graph().readers().get(next)) {
        nodes++;
        if (nodes > MOST_NODES) {
          return Optional.empty();
        }
        Optional<Quantisation> to = assembly.missing().behind().stated(reader, next);
        if (to.isPresent()) {
          Interval own = told(results.get(next), to.get());
          all = Optional.of(all.map(own::union).orElse(own));
        } else if (results.containsKey(reader.output())) {
          continue; // by its other operand
        } else if (!evaluate(reader)) {
          waiting.add(reader.output()); // for its other operand
        } else {
          open.add(reader.output());
        }
      }
    }
    return results.keySet().containsAll(waiting) ? all : Optional.empty();
  }

  /** The values from the first to the last that quantise otherwise than the ends. */
  private Interval told(float[] result, Quantisation to) {
    int first = 0;
    while (first < VALUES - 1 && same(result, first + 1, 0, to)) {
      first++;
    }
    int last = VALUES - 1;
    while (last > first && same(result, last - 1, VALUES - 1, to)) {
      last--;
    }
    return new Interval(values[first], values[last]);
  }

  private static boolean same(float[] result, int a, int b, Quantisation to) {
    return HostQuantisation.quantise(result[a], to) == HostQuantisation.quantise(result[b], to);
  }

  /** Evaluates {@code node}; false when it is no function of what is known. */
  private boolean evaluate(Node node) {
    Optional<RealFunction.Step> step = step(node);
    float[] first = operand(node, 0);
    float[] result = new float[VALUES];
    if (step.isPresent() && first != null) {
      for (int i = 0; i < VALUES; i++) {
        result[i] = step.get().apply(first[i]);
      }
    } else if (BinaryOperator.isOne(node) && node.inputs().size() == 2) {
      float[] second = operand(node, 1);
      if (first == null || second == null) {
        return false;
      }
      RealFunction.Combination combination = BinaryOperator.combination(node);
      for (int i = 0; i < VALUES; i++) {
        result[i] = combination.apply(first[i], second[i]);
      }
    } else {
      return false;
    }
    results.put(node.output(), result);
    return true;
  }

  private Optional<RealFunction.Step> step(Node node) {
    Optional<Bounds> bounds = ClampingOperator.storedBounds(node, assembly);
    if (bounds.isPresent()) {
      return bounds.map(both -> both::apply);
    }
    return node.opType().equals("Identity")
        ? Optional.of(x -> x)
        : UnaryFunctions.of(node, node.opType());
  }

  /** Operand {@code index}; null when it is neither known nor one stored number. */
  private float[] operand(Node node, int index) {
    float[] known = results.get(node.input(index));
    if (known != null) {
      return known;
    }
    Constant constant = assembly.stored(node.input(index)).orElse(null);
    if (constant == null || constant.type() != OnnxType.FLOAT || constant.size() != 1) {
      return null;
    }
    float[] repeated = new float[VALUES];
    Arrays.fill(repeated, constant.real(0));
    return repeated;
  }
}
