package io.xbarflow.mapper.choice;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.mapper.choice.LayerOptions.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Choices of layers that hold each other up: no memory stands between them, or the order in which
 * one gives its pixels decides how the other fetches them. All combinations of the choices of these
 * layers are tried, those of fewest macros first, until a pipeline keeps to the cycles; the other
 * layers keep their choices. So what is found first is the cheapest. The number of tries is
 * limited, the more the larger the network.
 */
final class JointSearch {
  /** Tries, times layers. */
  private static final int EFFORT = 8_000;

  /** Macros that one layer may take beyond its fewest; a multiple of its fewest. */
  private static final int MOST_TIMES = 4;

  private final CycleModel model;
  private final ImmutableList<LayerOptions> options;
  private final long cycles;

  JointSearch(CycleModel model, ImmutableList<LayerOptions> options, long cycles) {
    this.model = model;
    this.options = options;
    this.cycles = cycles;
  }

  /** One combination: for each layer searched the index of its candidate. */
  private record State(long macros, int steps, int[] indices) {
    private List<Integer> key() {
      return Arrays.stream(indices).boxed().toList();
    }
  }

  /**
   * The cheapest combination with which the pipeline keeps to the cycles; empty when none was
   * found.
   *
   * @param chosen choices of all layers, the cheapest for each
   * @param limiting layers whose choices are searched
   */
  Optional<ImmutableMap<String, LayerChoice>> search(
      ImmutableMap<String, LayerChoice> chosen, ImmutableSet<String> limiting) {
    List<LayerOptions> searched = new ArrayList<>();
    List<ImmutableList<Candidate>> candidates = new ArrayList<>();
    for (LayerOptions layer : options) {
      if (limiting.contains(layer.name())) {
        searched.add(layer);
        candidates.add(candidates(layer, chosen.get(layer.name())));
      }
    }
    int tries = searched.isEmpty() ? 0 : Math.max(16, EFFORT / options.size());
    PriorityQueue<State> open =
        new PriorityQueue<>(
            Comparator.comparingLong(State::macros)
                .thenComparingInt(State::steps)
                .thenComparing(State::indices, Arrays::compare));
    Set<List<Integer>> seen = new HashSet<>();
    add(open, seen, candidates, new int[searched.size()]);
    while (tries > 0 && !open.isEmpty()) {
      State state = open.remove();
      Map<String, LayerChoice> tried = new LinkedHashMap<>(chosen);
      for (int i = 0; i < searched.size(); i++) {
        tried.put(searched.get(i).name(), candidates.get(i).get(state.indices()[i]).choice());
      }
      ImmutableMap<String, LayerChoice> choices = ImmutableMap.copyOf(tried);
      tries--;
      if (model.reached(choices, cycles).cycles() <= cycles) {
        return Optional.of(choices);
      }
      for (int i = 0; i < searched.size(); i++) {
        if (state.indices()[i] + 1 < candidates.get(i).size()) {
          int[] next = state.indices().clone();
          next[i]++;
          add(open, seen, candidates, next);
        }
      }
    }
    return Optional.empty();
  }

  private static void add(
      PriorityQueue<State> open,
      Set<List<Integer>> seen,
      List<ImmutableList<Candidate>> candidates,
      int[] indices) {
    long macros = 0;
    for (int i = 0; i < indices.length; i++) {
      macros += candidates.get(i).get(indices[i]).macros();
    }
    State state = new State(macros, Arrays.stream(indices).sum(), indices);
    if (seen.add(state.key())) {
      open.add(state);
    }
  }

  /** The choices of {@code layer} that keep to the cycles, fewest macros first. */
  private ImmutableList<Candidate> candidates(LayerOptions layer, LayerChoice chosen) {
    long most = Math.max(4, MOST_TIMES * layer.macros(chosen));
    List<Candidate> all = new ArrayList<>();
    for (Candidate least : layer.candidates(model, cycles, most)) {
      int copies = least.copies();
      Candidate next = least;
      while (next.macros() <= most && copies <= least.option().count()) {
        all.add(next);
        copies++;
        if (!least.parallel() || least.option().macros() == 0) {
          break;
        }
        next = new Candidate(least.option(), copies);
      }
    }
    all.sort(
        Comparator.comparingLong(Candidate::macros)
            .thenComparing(each -> !each.choice().equals(chosen))
            .thenComparing(ChoiceSearch.BY_MEMORY));
    return ImmutableList.copyOf(all);
  }
}
