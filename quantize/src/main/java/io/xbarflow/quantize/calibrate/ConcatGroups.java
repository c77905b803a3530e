package io.xbarflow.quantize.calibrate;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The values that flow into the same Concats, directly or through one another, get one
 * quantisation: a Concat then leaves the bytes of its operands alone. Where each of them kept its
 * own, every block of a dense network would need a table for each block before it.
 *
 * <p>Values are named by their owners, the values whose quantisation they share for other reasons.
 */
final class ConcatGroups {
  private final Graph graph;
  private final Map<String, String> owners;
  private final Map<String, String> parents = new HashMap<>();

  private ConcatGroups(Graph graph, Map<String, String> owners) {
    this.graph = graph;
    this.owners = owners;
  }

  /**
   * For every owner the value whose quantisation it shares: the result of the last Concat of its
   * group, or itself.
   *
   * @param owners for every value the one whose quantisation it shares without Concats
   * @param ranges of the owners
   * @param bounds what results of nodes are clamped to
   * @param input the quantised graph input, which shares only when several Concats read it
   */
  static ImmutableMap<String, String> of(
      Graph graph,
      Map<String, String> owners,
      Map<String, Range> ranges,
      Map<String, Bounds> bounds,
      String input) {
    ConcatGroups all = new ConcatGroups(graph, owners);
    all.join(ImmutableSet.of());
    Map<String, Range> joined = all.ranges(ranges);
    Set<String> apart = new HashSet<>();
    all.uses()
        .forEach(
            (owner, uses) -> {
              Range range = joined.get(all.root(owner));
              Bounds bound = bounds.getOrDefault(owner, Bounds.NONE);
              // One table either way; with a quantisation of its own no code is lost.
              if (uses == 1 && (owner.equals(owners.get(input)) || undone(bound, range))) {
                apart.add(owner);
              }
            });
    ConcatGroups kept = new ConcatGroups(graph, owners);
    kept.join(apart);
    ImmutableMap.Builder<String, String> result = ImmutableMap.builder();
    ImmutableSet.copyOf(owners.values()).forEach(owner -> result.put(owner, kept.root(owner)));
    return result.buildOrThrow();
  }

  /** Whether integers that stand for {@code range} do not end where {@code bounds} do. */
  static boolean undone(Bounds bounds, Range range) {
    return bounds.least() > range.least() || bounds.greatest() < range.greatest();
  }

  /** How many times Concats read each owner's values. */
  private Map<String, Integer> uses() {
    Map<String, Integer> uses = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.is("Concat")) {
        node.inputs().forEach(operand -> uses.merge(owners.get(operand), 1, Integer::sum));
      }
    }
    return uses;
  }

  private void join(Set<String> apart) {
    // From the end, so that the last Concat names its group.
    for (Node node : graph.nodes().reverse()) {
      if (node.is("Concat")) {
        String result = root(owners.get(node.output()));
        for (String operand : node.inputs()) {
          String owner = owners.get(operand);
          if (!apart.contains(owner)) {
            String other = root(owner);
            if (!other.equals(result)) {
              parents.put(other, result);
            }
          }
        }
      }
    }
  }

  private String root(String owner) {
    String root = owner;
    while (parents.containsKey(root)) {
      root = parents.get(root);
    }
    String from = owner;
    while (!from.equals(root)) {
      from = parents.put(from, root);
    }
    return root;
  }

  private Map<String, Range> ranges(Map<String, Range> ofOwners) {
    Map<String, Range> joined = new HashMap<>();
    ImmutableSet.copyOf(owners.values())
        .forEach(owner -> joined.merge(root(owner), ofOwners.get(owner), Range::and));
    return joined;
  }
}
