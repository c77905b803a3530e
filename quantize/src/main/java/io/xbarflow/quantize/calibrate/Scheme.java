package io.xbarflow.quantize.calibrate;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.FunctionClusters;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The quantisation of every value.
 *
 * @param quantisations by value
 * @param owners for every value the one whose quantisation it shares, itself if it has its own
 * @param undone what results of nodes are clamped to, of those whose quantisation has a range
 *     beyond that and so does not clamp
 */
public record Scheme(
    ImmutableMap<String, Quantisation> quantisations,
    ImmutableMap<String, String> owners,
    ImmutableMap<String, Bounds> undone) {

  /**
   * The quantisation of every quantised value of {@code graph}.
   *
   * <p>What only rearranges, clamps or compares integers shares the quantisation of its input. What
   * flows into the same Concats shares that of their results, see {@link ConcatGroups}.
   *
   * @param observed ranges of values of the original graph
   * @param signed int8 when true, uint8 when false
   */
  public static Scheme of(
      Graph graph, HostEnds ends, ImmutableMap<String, Range> observed, boolean signed) {
    Map<String, String> owners = owners(graph, ends);
    Map<String, Bounds> bounds = new HashMap<>();
    graph.nodes().forEach(node -> bounds.put(node.output(), node.bounds()));
    Map<String, Bounds> clamped = new HashMap<>(bounds);
    clampOperands(graph, owners, clamped, ends.input());
    Map<String, Range> ranges = new HashMap<>();
    for (String value : owners.keySet()) {
      Graph.Reference reference = graph.reference(value);
      Range range = observed.get(reference.value());
      checkArgument(range != null, "%s was not observed", reference.value());
      ranges.put(
          value, range.within(reference.bounds()).within(clamped.getOrDefault(value, Bounds.NONE)));
    }
    ImmutableMap<String, String> groups =
        ConcatGroups.of(graph, owners, ranges, bounds, ends.input());
    Map<String, Range> joined = new HashMap<>();
    groups.forEach((owner, group) -> joined.merge(group, ranges.get(owner), Range::and));
    ImmutableMap.Builder<String, Quantisation> quantisations = ImmutableMap.builder();
    ImmutableMap.Builder<String, String> shared = ImmutableMap.builder();
    ImmutableMap.Builder<String, Bounds> undone = ImmutableMap.builder();
    owners.forEach(
        (value, owner) -> {
          Range range = joined.get(groups.get(owner));
          shared.put(value, groups.get(owner));
          quantisations.put(value, range.quantisation(signed));
          Bounds bound = bounds.getOrDefault(value, Bounds.NONE);
          if (ConcatGroups.undone(bound, range)) {
            undone.put(value, bound);
            shared.put(unclamped(value), groups.get(owner));
            quantisations.put(unclamped(value), range.quantisation(signed));
          }
        });
    return new Scheme(quantisations.buildOrThrow(), shared.buildOrThrow(), undone.buildOrThrow());
  }

  /** For every quantised value the one whose quantisation it shares because nothing is computed. */
  private static Map<String, String> owners(Graph graph, HostEnds ends) {
    Map<String, String> owners = new LinkedHashMap<>();
    owners.put(ends.input(), ends.input());
    FunctionClusters clusters = Operators.clusters(graph, ends);
    for (Node node : graph.nodes()) {
      if (ends.isHost(node) || clusters.isInner(node)) {
        continue;
      }
      for (String output : node.outputs()) {
        boolean passes = Operators.passes(node) && clusters.of(node).isEmpty();
        owners.put(output, passes ? owners.get(node.input(0)) : output);
      }
    }
    return owners;
  }

  /**
   * A clamp of a Concat clamps its operands already, those that nothing else reads, so that their
   * ranges do not undo it.
   */
  private static void clampOperands(
      Graph graph, Map<String, String> owners, Map<String, Bounds> bounds, String input) {
    ImmutableSetMultimap<String, String> values =
        ImmutableMap.copyOf(owners).asMultimap().inverse();
    for (Node concat : graph.nodes().reverse()) {
      Bounds clamp = concat.is("Concat") ? bounds.get(concat.output()) : Bounds.NONE;
      if (!clamp.equals(Bounds.NONE)) {
        for (String owner :
            concat.inputs().stream().map(owners::get).collect(ImmutableSet.toImmutableSet())) {
          boolean alone =
              values.get(owner).stream().allMatch(value -> graph.onlyReader(value).isPresent());
          if (alone && !owner.equals(input)) {
            bounds.merge(owner, clamp, Bounds::then);
          }
        }
      }
    }
  }

  /** What {@code value}, whose clamp is undone, is called before it is clamped. */
  public static String unclamped(String value) {
    return value + "_unclamped";
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
