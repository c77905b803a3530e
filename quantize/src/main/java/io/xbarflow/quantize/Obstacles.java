package io.xbarflow.quantize;

import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.Diagnostic;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.quantize.calibrate.HostEnds;
import io.xbarflow.quantize.calibrate.Operators;
import io.xbarflow.quantize.calibrate.Range;
import io.xbarflow.quantize.calibrate.Scheme;
import io.xbarflow.quantize.emit.QuantisedGraph;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import io.xbarflow.quantize.onnx.OnnxFile;
import io.xbarflow.quantize.rewrite.ResponseNormalisation;
import io.xbarflow.quantize.rewrite.Rewrites;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What stops a network, found before any calibration: all operators without an integer form, and
 * when there are none, what the importer refuses of the network quantised with the ranges of one
 * image.
 */
final class Obstacles {
  /** How many ends are tried, the nearest first. */
  private static final int MOST_ENDS = 8;

  /** How many operators a message lists. */
  private static final int MOST_LISTED = 40;

  private final Graph graph;
  private final Supplier<ImmutableMap<String, Range>> ranges;
  private final Settings settings;

  private Obstacles(Graph graph, Supplier<ImmutableMap<String, Range>> ranges, Settings settings) {
    this.graph = graph;
    this.ranges = Suppliers.memoize(ranges::get);
    this.settings = settings;
  }

  /**
   * Refuses {@code graph}, whose constants are stored and whose shapes are known, unless it can be
   * quantised.
   *
   * @param ranges of all its values for one image
   * @throws UserException that lists all obstacles, and the nearest end before them
   */
  static void refuse(Graph graph, Supplier<ImmutableMap<String, Range>> ranges, Settings settings) {
    Obstacles obstacles = new Obstacles(graph, ranges, settings);
    ImmutableMap<String, UserException> found = obstacles.of(graph);
    if (!found.isEmpty()) {
      throw message(found, obstacles.nearestEnd(found));
    }
  }

  private static UserException message(
      ImmutableMap<String, UserException> found, Optional<String> end) {
    String cut =
        end.map(value -> " Or end before with --end " + value + ", the nearest that goes.")
            .orElse("");
    ImmutableList<Diagnostic> each =
        found.values().stream()
            .map(UserException::diagnostic)
            .collect(ImmutableList.toImmutableList());
    if (each.size() == 1) {
      Diagnostic only = each.get(0);
      return UserException.badInput(
          only.where(), only.found(), only.expected(), only.advice() + cut);
    }
    String list =
        each.stream()
            .limit(MOST_LISTED)
            .map(one -> one.where() + ": " + one.found())
            .collect(Collectors.joining("; "));
    int more = each.size() - MOST_LISTED;
    return UserException.badInput(
        each.size() + " operators stop the network",
        list + (more > 0 ? "; and " + more + " more" : ""),
        "operators and operands that docs/quantize.md lists",
        "Replace them, or compute them in the host." + cut);
  }

  /** What stops {@code part}, by the first result of the node. */
  private ImmutableMap<String, UserException> of(Graph part) {
    Refusals refusals = new Refusals();
    Graph rewritten = Rewrites.apply(withoutNormalisation(part, refusals), refusals);
    HostEnds ends = HostEnds.of(rewritten, settings.style().integerPorts());
    Operators.check(rewritten, ends, refusals);
    if (refusals.byResult().isEmpty()) {
      imported(rewritten, ends, refusals);
    }
    return refusals.byResult();
  }

  private Graph withoutNormalisation(Graph part, Refusals refusals) {
    ImmutableMap.Builder<String, ImmutableList<Float>> factors = ImmutableMap.builder();
    for (Node node : part.nodes()) {
      if (node.is("LRN") && settings.replaceNormalisation()) {
        List<Float> ones = Collections.nCopies(part.shape(node.input(0)).get(1), 1f);
        factors.put(node.output(), ImmutableList.copyOf(ones));
      } else if (node.is("LRN")) {
        refusals.add(
            node,
            node.refuse(
                "LRN, which has no integer form",
                "a model without it",
                "Let --lrn replace put a constant factor per channel in its place."));
      }
    }
    return ResponseNormalisation.replaced(part, factors.buildOrThrow());
  }

  private void imported(Graph rewritten, HostEnds ends, Refusals refusals) {
    try {
      Scheme scheme = Scheme.of(rewritten, ends, ranges.get(), settings.signed());
      QuantisedGraph quantised = QuantisedGraph.of(rewritten, ends, scheme, settings.style());
      QuantisedImport.read(OnnxFile.bytes(quantised.graph(), ""));
    } catch (UserException refusal) {
      String where = refusal.diagnostic().where();
      Node last = rewritten.nodes().get(rewritten.nodes().size() - 1);
      refusals.add(
          rewritten.nodes().stream()
              .filter(node -> where.startsWith("node " + node.name() + " "))
              .findFirst()
              .orElse(last),
          refusal);
    }
  }

  /** The value with most nodes before it, with which the network can end. */
  private Optional<String> nearestEnd(ImmutableMap<String, UserException> found) {
    Set<String> stopped = new HashSet<>(found.keySet());
    Map<String, BitSet> before = new HashMap<>(); // nodes that each value needs, itself included
    List<String> ends = new ArrayList<>();
    for (int index = 0; index < graph.nodes().size(); index++) {
      Node node = graph.nodes().get(index);
      BitSet needed = new BitSet();
      needed.set(index);
      node.inputs().forEach(input -> needed.or(before.getOrDefault(input, new BitSet())));
      boolean free = node.inputs().stream().noneMatch(stopped::contains);
      for (String output : node.outputs()) {
        if (!free || stopped.contains(node.output())) {
          stopped.add(output);
        } else if (graph.shapes().containsKey(output) && graph.shape(output).size() >= 2) {
          before.put(output, needed);
          ends.add(output);
        }
      }
    }
    ends.sort(Comparator.comparing((String end) -> before.get(end).cardinality()).reversed());
    return ends.stream().limit(MOST_ENDS).filter(end -> of(graph.upTo(end)).isEmpty()).findFirst();
  }
}
