package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Looks for the QuantizeLinear nodes that read a float value, before they are converted. */
final class QuantisationBehind {
  /** Operators that choose or move values, so that those behind tell no more values apart. */
  private static final ImmutableSet<String> CHOOSING =
      ImmutableSet.of(
          "Identity",
          "Dropout",
          "Flatten",
          "Reshape",
          "Squeeze",
          "Unsqueeze",
          "Transpose",
          "Slice",
          "Split",
          "Gather",
          "MaxPool",
          "GlobalMaxPool");

  /** Nodes that are looked at; those behind more than that tell all values apart. */
  private static final int MOST = 64;

  private final Assembly assembly;

  QuantisationBehind(Assembly assembly) {
    this.assembly = assembly;
  }

  /**
   * A float value and the Relu and Clip that have been passed on the way to it.
   *
   * @param name ONNX value
   * @param bounds those of all of them
   */
  private record Step(String name, Bounds bounds) {}

  /** The quantisation that a QuantizeLinear which reads {@code value} itself gives it. */
  Optional<Quantisation> of(String value) {
    return assembly.graph().readers().get(value).stream()
        .flatMap(reader -> stated(reader, value).stream())
        .findFirst();
  }

  /**
   * Between which values the QuantizeLinear nodes behind {@code value} tell it apart: all beyond
   * are saturated like these. All values where another operator or a graph output reads it.
   */
  Interval distinguished(String value) {
    Optional<Interval> all = Optional.empty();
    Deque<Step> open = new ArrayDeque<>();
    open.add(new Step(value, Bounds.NONE));
    for (int looked = 0; !open.isEmpty(); ) {
      Step step = open.remove();
      if (assembly.graph().outputs().contains(step.name())) {
        return Interval.ALL;
      }
      for (Node reader : assembly.graph().readers().get(step.name())) {
        looked++;
        Optional<Quantisation> to = stated(reader, step.name());
        if (looked > MOST || (to.isEmpty() && !passes(reader, step.name()))) {
          return Interval.ALL;
        }
        if (to.isPresent()) {
          Quantisation quantisation = to.get();
          Interval own =
              Interval.of(quantisation.min(), quantisation.max(), quantisation)
                  .within(step.bounds());
          all = Optional.of(all.map(own::union).orElse(own));
          continue;
        }
        Bounds bounds =
            ClampingOperator.storedBounds(reader, assembly)
                .map(own -> step.bounds().then(own))
                .orElse(step.bounds());
        reader.outputs().stream()
            .filter(output -> !output.isEmpty())
            .forEach(output -> open.add(new Step(output, bounds)));
      }
    }
    return all.orElse(Interval.ALL);
  }

  private boolean passes(Node reader, String value) {
    return reader.input(0).equals(value)
        && (CHOOSING.contains(reader.opType())
            || ClampingOperator.storedBounds(reader, assembly).isPresent());
  }

  /** What {@code node} quantises {@code value} to; empty when it is no QuantizeLinear of it. */
  Optional<Quantisation> stated(Node node, String value) {
    boolean known =
        node.opType().equals("QuantizeLinear")
            && node.input(0).equals(value)
            && assembly.stored(node.input(1)).isPresent()
            && (!node.hasInput(2) || assembly.stored(node.input(2)).isPresent());
    return known
        ? Optional.of(QuantizeLinearOperator.quantisation(node, assembly))
        : Optional.empty();
  }
}
