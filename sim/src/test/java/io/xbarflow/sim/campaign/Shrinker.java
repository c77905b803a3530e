package io.xbarflow.sim.campaign;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a graph that fails small: leaves out operators, then makes every choice as plain as it may
 * be (sizes, attributes, quantisations, contents), as long as the graph still fails.
 */
final class Shrinker {
  private static final int MOST_TRIALS = 3000;

  private final boolean exactSums;
  private final Predicate<GraphCase> fails;
  private GraphCase smallest;
  private int trials;

  private Shrinker(GraphCase whole, boolean exactSums, Predicate<GraphCase> fails) {
    smallest = whole;
    this.exactSums = exactSums;
    this.fails = fails;
  }

  /** The smallest graph found that {@code fails}; {@code whole} itself when there is none. */
  static GraphCase shrink(GraphCase whole, boolean exactSums, Predicate<GraphCase> fails) {
    Shrinker shrinker = new Shrinker(whole, exactSums, fails);
    ImmutableList<Integer> before;
    do {
      before = shrinker.smallest.drawn();
      shrinker.leaveOutSpans();
      shrinker.makePlain();
      shrinker.leaveOutChoices();
    } while (!shrinker.smallest.drawn().equals(before) && shrinker.trials < MOST_TRIALS);
    return shrinker.smallest;
  }

  private void leaveOutSpans() {
    for (int i = smallest.spans().size() - 1; i >= 0; i--) {
      if (i < smallest.spans().size()) {
        Choices.Span span = smallest.spans().get(i);
        without(span.from(), span.to());
      }
    }
  }

  /** Leaves out runs of choices: what follows moves up. */
  private void leaveOutChoices() {
    for (int length : new int[] {8, 4, 2, 1}) {
      for (int from = smallest.drawn().size() - length; from >= 0; from--) {
        if (from + length <= smallest.drawn().size()) {
          without(from, from + length);
        }
      }
    }
  }

  private void makePlain() {
    for (int i = 0; i < smallest.drawn().size(); i++) {
      int choice = smallest.drawn().get(i);
      if (choice > 0 && !with(i, 0)) {
        int lower = 0; // passes
        int upper = choice; // fails
        while (upper - lower > 1) {
          int middle = (lower + upper) / 2;
          if (with(i, middle)) {
            upper = middle;
          } else {
            lower = middle;
          }
        }
      }
    }
  }

  private void without(int from, int to) {
    List<Integer> choices = new ArrayList<>(smallest.drawn());
    choices.subList(from, to).clear();
    accepts(choices);
  }

  private boolean with(int index, int choice) {
    if (index >= smallest.drawn().size()) {
      return false;
    }
    List<Integer> choices = new ArrayList<>(smallest.drawn());
    choices.set(index, choice);
    return accepts(choices);
  }

  private boolean accepts(List<Integer> choices) {
    if (trials++ >= MOST_TRIALS) {
      return false;
    }
    GraphCase candidate = GraphCase.of(Choices.replay(choices), exactSums);
    if (!isSmaller(candidate.drawn(), smallest.drawn()) || !fails.test(candidate)) {
      return false;
    }
    smallest = candidate;
    return true;
  }

  private static boolean isSmaller(ImmutableList<Integer> a, ImmutableList<Integer> b) {
    if (a.size() != b.size()) {
      return a.size() < b.size();
    }
    for (int i = 0; i < a.size(); i++) {
      if (!a.get(i).equals(b.get(i))) {
        return a.get(i) < b.get(i);
      }
    }
    return false;
  }
}
