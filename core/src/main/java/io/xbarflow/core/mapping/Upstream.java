package io.xbarflow.core.mapping;

import com.google.common.collect.ImmutableSet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a link of a mapping depends on. */
public final class Upstream {
  private Upstream() {}

  /** Names of all links that {@code link} is computed from, itself included. */
  public static ImmutableSet<String> links(Mapping mapping, String link) {
    Map<String, List<String>> from = new HashMap<>();
    for (Block block : mapping.blocks()) {
      block.outputs().forEach(output -> from.put(output, block.inputs()));
    }
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(link));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (seen.add(next)) {
        open.addAll(from.getOrDefault(next, List.of()));
      }
    }
    return ImmutableSet.copyOf(seen);
  }
}
