package io.xbarflow.mapper.place;

import static com.google.common.base.Preconditions.checkState;

import io.xbarflow.core.mapping.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The cost and the channel loads as {@link Placer} documents them, and the least by trying all. */
final class Reference {
  /** Stands for the edge of the chip. */
  private static final Place OUTSIDE = new Place(Place.MOST - 1, Place.MOST - 1);

  private final Grid grid;
  private final List<int[]> pairs = new ArrayList<>(); // from, to; -1 is the edge
  private final List<Long> bits = new ArrayList<>();
  private final int nets; // pairs before this one are nets
  private final int macros;

  Reference(Netlist netlist, Grid grid) {
    this.grid = grid;
    Map<String, Integer> first = new HashMap<>();
    int count = 0;
    for (Core core : netlist.cores()) {
      first.put(core.name(), count);
      count += core.macros();
    }
    macros = count;
    for (Net net : netlist.nets()) {
      pairs.add(new int[] {macro(netlist, first, net.from()), macro(netlist, first, net.to())});
      bits.add(net.bitsPerImage());
    }
    nets = pairs.size();
    for (Core core : netlist.cores()) {
      long input =
          netlist.nets().stream()
              .filter(net -> net.to().equals(Terminal.first(core.name())))
              .mapToLong(Net::bitsPerImage)
              .sum();
      for (int i = 1; i < core.macros(); i++) {
        pairs.add(new int[] {first.get(core.name()) + i - 1, first.get(core.name()) + i});
        bits.add(input);
      }
    }
  }

  private static int macro(Netlist netlist, Map<String, Integer> first, Terminal end) {
    if (end.equals(Terminal.EDGE)) {
      return -1;
    }
    int size =
        netlist.cores().stream()
            .filter(core -> core.name().equals(end.core()))
            .findFirst()
            .orElseThrow()
            .macros();
    return first.get(end.core()) + (end.at() == Terminal.At.FIRST ? 0 : size - 1);
  }

  /** All places of {@code plan}, core by core. */
  static List<Place> places(Floorplan plan) {
    return plan.places().values().stream().flatMap(List::stream).toList();
  }

  /** The cost of macro i at {@code places.get(i)}. */
  long cost(List<Place> places) {
    long sum = 0;
    for (int i = 0; i < pairs.size(); i++) {
      sum += cost(i, places);
    }
    return sum;
  }

  private long cost(int pair, List<Place> places) {
    Place from = place(pairs.get(pair)[0], places);
    Place to = place(pairs.get(pair)[1], places);
    int steps = 0;
    if (!from.equals(OUTSIDE) && !to.equals(OUTSIDE)) {
      steps = from.distance(to);
    } else if (!from.equals(OUTSIDE) || !to.equals(OUTSIDE)) {
      Place inside = from.equals(OUTSIDE) ? to : from;
      steps = inside.distance(exit(inside));
    }
    return steps * bits.get(pair);
  }

  private static Place place(int macro, List<Place> places) {
    return macro < 0 ? OUTSIDE : places.get(macro);
  }

  /** The place on the edge of the grid that is nearest to {@code place}. */
  private Place exit(Place place) {
    Place nearest = place;
    int least = Integer.MAX_VALUE;
    for (Place exit :
        List.of(
            new Place(0, place.column()),
            new Place(place.row(), 0),
            new Place(grid.rows() - 1, place.column()),
            new Place(place.row(), grid.columns() - 1))) {
      if (place.distance(exit) < least) {
        least = place.distance(exit);
        nearest = exit;
      }
    }
    return nearest;
  }

  /** Bits per image on the busiest channel. */
  long busiest(List<Place> places) {
    Map<List<Place>, Long> loads = new HashMap<>();
    for (int net = 0; net < nets; net++) {
      Place from = place(pairs.get(net)[0], places);
      Place to = place(pairs.get(net)[1], places);
      if (from.equals(OUTSIDE) && to.equals(OUTSIDE)) {
        continue;
      }
      from = from.equals(OUTSIDE) ? exit(to) : from;
      to = to.equals(OUTSIDE) ? exit(from) : to;
      while (!from.equals(to)) {
        Place next =
            from.column() != to.column()
                ? new Place(from.row(), from.column() + Integer.signum(to.column() - from.column()))
                : new Place(from.row() + Integer.signum(to.row() - from.row()), from.column());
        boolean ahead = next.row() > from.row() || next.column() > from.column();
        loads.merge(ahead ? List.of(from, next) : List.of(next, from), bits.get(net), Long::sum);
        from = next;
      }
    }
    return loads.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** The least cost of any placement that overloads no channel; -1 when there is none. */
  long leastCost() {
    Search search = new Search();
    search.placeNext(0);
    return search.least == Long.MAX_VALUE ? -1 : search.least;
  }

  /** Tries all places for one macro after the other. */
  private final class Search {
    private final List<Place> places = new ArrayList<>();
    private long least = Long.MAX_VALUE;

    void placeNext(long cost) {
      if (cost >= least) {
        return;
      }
      if (places.size() == macros) {
        checkState(cost == cost(places), "%s", cost);
        if (!grid.limited() || busiest(places) <= grid.channelBits()) {
          least = cost;
        }
        return;
      }
      for (int row = 0; row < grid.rows(); row++) {
        for (int column = 0; column < grid.columns(); column++) {
          Place place = new Place(row, column);
          if (!places.contains(place)) {
            places.add(place);
            placeNext(cost + costOfLast());
            places.remove(places.size() - 1);
          }
        }
      }
    }

    private long costOfLast() {
      int last = places.size() - 1;
      long sum = 0;
      for (int i = 0; i < pairs.size(); i++) {
        int[] pair = pairs.get(i);
        if (Math.max(pair[0], pair[1]) == last) {
          sum += cost(i, places);
        }
      }
      return sum;
    }
  }
}
