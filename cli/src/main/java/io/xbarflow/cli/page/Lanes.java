package io.xbarflow.cli.page;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where stations and ways stand in a picture of the pipeline: each station in a rank, the length of
 * the longest way to it, and in a lane beside the others of its rank. A way over several ranks has
 * a lane of its own in those between.
 *
 * @param rankOf rank of every station
 * @param laneOf lane of every station
 * @param laneOfWay lane of every way between the ranks of its ends
 * @param ranks ranks there are
 */
record Lanes(
    ImmutableList<Integer> rankOf,
    ImmutableList<Integer> laneOf,
    ImmutableList<Integer> laneOfWay,
    int ranks) {

  /** The layout of {@code chip}. */
  static Lanes of(Chip chip) {
    return new Layout(chip).lanes();
  }

  private static final class Layout {
    private final Chip chip;
    private final int[] rank;
    private final int[] lane;
    private final int[] wayLane;
    private final Map<Integer, Set<Integer>> taken = new HashMap<>(); // lanes by rank

    Layout(Chip chip) {
      this.chip = chip;
      rank = new int[chip.stations().size()];
      lane = new int[rank.length];
      wayLane = new int[chip.ways().size()];
      for (Chip.Station station : chip.stations()) {
        for (Chip.Way way : chip.into(station)) {
          rank[station.index()] = Math.max(rank[station.index()], rank[way.from()] + 1);
        }
      }
    }

    Lanes lanes() {
      int ranks = 0;
      for (int each : rank) {
        ranks = Math.max(ranks, each + 1);
      }
      for (int at = 0; at < ranks; at++) {
        placeStations(at);
        placeWays(at);
      }
      return new Lanes(list(rank), list(lane), list(wayLane), ranks);
    }

    private void placeStations(int at) {
      for (Chip.Station station : chip.stations()) {
        if (rank[station.index()] == at) {
          List<Integer> wanted = new ArrayList<>();
          for (int i = 0; i < chip.ways().size(); i++) {
            Chip.Way way = chip.ways().get(i);
            if (way.to() == station.index()) {
              boolean direct = rank[way.from()] + 1 == at;
              wanted.add(direct ? lane[way.from()] : wayLane[i]);
            }
          }
          wanted.sort(Integer::compare);
          lane[station.index()] = take(at, at, wanted, 0);
        }
      }
    }

    /** Gives the long ways that leave rank {@code at} a lane each. */
    private void placeWays(int at) {
      for (int i = 0; i < chip.ways().size(); i++) {
        Chip.Way way = chip.ways().get(i);
        int last = rank[way.to()] - 1;
        if (rank[way.from()] == at && last > at) {
          // Straight on where no other station follows directly.
          boolean alone =
              chip.ways().stream()
                  .noneMatch(other -> other.from() == way.from() && rank[other.to()] == at + 1);
          List<Integer> wanted = alone ? List.of(lane[way.from()]) : List.of();
          wayLane[i] = take(at + 1, last, wanted, 1);
        }
      }
    }

    /** Takes the first of {@code wanted}, else the lowest from {@code least} on, that is free. */
    private int take(int first, int last, List<Integer> wanted, int least) {
      int chosen = -1;
      for (int candidate : wanted) {
        if (chosen < 0 && free(first, last, candidate)) {
          chosen = candidate;
        }
      }
      for (int candidate = least; chosen < 0; candidate++) {
        if (free(first, last, candidate)) {
          chosen = candidate;
        }
      }
      for (int at = first; at <= last; at++) {
        taken.computeIfAbsent(at, unused -> new HashSet<>()).add(chosen);
      }
      return chosen;
    }

    private boolean free(int first, int last, int candidate) {
      for (int at = first; at <= last; at++) {
        if (taken.getOrDefault(at, Set.of()).contains(candidate)) {
          return false;
        }
      }
      return true;
    }

    private static ImmutableList<Integer> list(int[] values) {
      ImmutableList.Builder<Integer> list = ImmutableList.builder();
      for (int value : values) {
        list.add(value);
      }
      return list.build();
    }
  }
}
