package io.xbarflow.quantize.calibrate;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The quantisation of every value.
 *
 * @param quantisations by value
 * @param owners for every value the one whose quantisation it shares, itself if it has its own
 */
public record Scheme(
    ImmutableMap<String, Quantisation> quantisations, ImmutableMap<String, String> owners) {

  /**
   * The quantisation of every quantised value of {@code graph}.
   *
   * <p>What only rearranges, clamps or compares integers shares the quantisation of its input. An
   * operand of a Concat that nothing else reads has the quantisation of the result from the start,
   * unless that would undo a clamp.
   *
   * @param observed ranges of values of the original graph
   * @param signed int8 when true, uint8 when false
   */
  public static Scheme of(Graph graph, ImmutableMap<String, Range> observed, boolean signed) {
    Map<String, String> owners = new LinkedHashMap<>();
    Map<String, Bounds> bounds = new HashMap<>();
    graph.inputs().forEach(input -> owners.put(input.name(), input.name()));
    Set<String> inner = new HashSet<>();
    for (Node node : graph.nodes()) {
      Operators.gate(graph, node).ifPresent(gate -> inner.add(gate.output()));
    }
    for (Node node : graph.nodes()) {
      bounds.put(node.output(), node.bounds());
      if (Operators.isLeftToHost(graph, node) || inner.contains(node.output())) {
        continue;
      }
      for (String output : node.outputs()) {
        owners.put(output, Operators.passes(node) ? owners.get(node.input(0)) : output);
      }
    }
    Map<String, Range> ranges = new HashMap<>();
    for (String value : owners.keySet()) {
      Graph.Reference reference = graph.reference(value);
      Range range = observed.get(reference.value());
      checkArgument(range != null, "%s was not observed", reference.value());
      ranges.put(
          value, range.within(reference.bounds()).within(bounds.getOrDefault(value, Bounds.NONE)));
    }
    graph.nodes().reverse().stream()
        .filter(node -> node.is("Concat"))
        .forEach(concat -> share(graph, concat, owners, ranges, bounds));
    ImmutableMap.Builder<String, Quantisation> quantisations = ImmutableMap.builder();
    owners.forEach(
        (value, owner) -> quantisations.put(value, ranges.get(owner).quantisation(signed)));
    return new Scheme(quantisations.buildOrThrow(), ImmutableMap.copyOf(owners));
  }

  private static void share(
      Graph graph,
      Node concat,
      Map<String, String> owners,
      Map<String, Range> ranges,
      Map<String, Bounds> bounds) {
    String result = owners.get(concat.output());
    Range range = ranges.get(result);
    for (String operand : concat.inputs()) {
      String owner = owners.get(operand);
      Bounds bound = bounds.getOrDefault(owner, Bounds.NONE);
      boolean keepsClamp = bound.least() <= range.least() && bound.greatest() >= range.greatest();
      boolean alone =
          owners.entrySet().stream()
              .filter(entry -> entry.getValue().equals(owner))
              .allMatch(entry -> graph.onlyReader(entry.getKey()).isPresent());
      boolean input = graph.inputs().stream().anyMatch(port -> port.name().equals(owner));
      if (keepsClamp && alone && !input) {
        owners.replaceAll((value, old) -> old.equals(owner) ? result : old);
      }
    }
  }

  /** Quantisation of {@code value}. */
  public Quantisation of(String value) {
    Quantisation quantisation = quantisations.get(value);
    checkArgument(quantisation != null, "%s is not quantised", value);
    return quantisation;
  }

  /** Whether {@code value} is quantised. */
  public boolean has(String value) {
    return quantisations.containsKey(value);
  }
}
