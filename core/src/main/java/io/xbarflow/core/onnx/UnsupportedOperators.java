package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The operators of a graph that no family knows: all in one message, with what stands near. */
final class UnsupportedOperators {
  /** By how many letters a name may differ from the one that is suggested for it. */
  private static final int MOST_LETTERS = 2;

  /** Names with fewer letters are too near to one another: Asin is no mistake for Sin. */
  private static final int SHORT = 6;

  private static final int MOST_LISTED = 20;

  private static final String REPLACE =
      "Replace it, or compute it in the host before or after the chip.";

  private static final ImmutableMap<String, String> CAUSES =
      ImmutableMap.<String, String>builder()
          .putAll(
              causes(
                  "no block makes several rows of one",
                  "ConvTranspose",
                  "Resize",
                  "Upsample",
                  "DepthToSpace",
                  "SpaceToDepth"))
          .putAll(
              causes(
                  "it mixes channels or pixels in float",
                  "LRN",
                  "InstanceNormalization",
                  "LayerNormalization",
                  "GroupNormalization",
                  "LpNormalization",
                  "MeanVarianceNormalization"))
          .putAll(causes("no block keeps a state between steps", "LSTM", "GRU", "RNN", "Scan"))
          .putAll(causes("the graph must be fixed before it runs", "If", "Loop", "NonZero"))
          .buildOrThrow();

  private UnsupportedOperators() {}

  private static Map<String, String> causes(String cause, String... types) {
    return ImmutableList.copyOf(types).stream().collect(Collectors.toMap(t -> t, t -> cause));
  }

  /** Refuses {@code graph} when it has operators other than {@code supported}. */
  static void refuse(Graph graph, ImmutableSet<String> supported) {
    Map<String, Node> unknown = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (!supported.contains(node.qualifiedType())) {
        unknown.putIfAbsent(node.qualifiedType(), node);
      }
    }
    if (unknown.isEmpty()) {
      return;
    }
    String type = unknown.keySet().iterator().next();
    String cause = CAUSES.containsKey(type) ? " (" + CAUSES.get(type) + ")" : "";
    String others =
        unknown.keySet().stream().skip(1).limit(MOST_LISTED).collect(Collectors.joining(", "));
    int more = unknown.size() - 1 - MOST_LISTED;
    throw unknown
        .get(type)
        .refuse(
            "operator "
                + type
                + " is not supported"
                + cause
                + (others.isEmpty() ? "" : "; nor are " + others)
                + (more > 0 ? " and " + more + " more" : ""),
            "operators of docs/operators.md",
            near(type, supported).map(name -> "Did you mean " + name + "? ").orElse("") + REPLACE);
  }

  /** The supported operator whose name is nearest to {@code type}, when one is near. */
  private static Optional<String> near(String type, ImmutableSet<String> supported) {
    String wanted = plain(type);
    LevenshteinDistance letters =
        new LevenshteinDistance(wanted.length() < SHORT ? 0 : MOST_LETTERS);
    record Candidate(String name, int distance) {}
    return supported.stream()
        .map(name -> new Candidate(name, letters.apply(wanted, plain(name))))
        .filter(candidate -> candidate.distance() >= 0)
        .min(Comparator.comparingInt(Candidate::distance))
        .map(Candidate::name);
  }

  /** The operator's name without its domain, in small letters. */
  private static String plain(String type) {
    return type.substring(type.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
