package io.xbarflow.mapper.explore;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.network.Network;
import io.xbarflow.mapper.choice.Choices;
import java.util.Optional;

/**
 * What a sweep varies.
 *
 * @param crossbars sizes of a macro
 * @param mvmCycles clock cycles of an MVM
 * @param memory policies of the activation memories
 * @param lanes values a beat carries at least
 * @param budgets numbers of macros; empty for numbers from the fewest that hold the network on
 * @param physics values of core types' parameters, by TYPE.PARAMETER, one map for each choice
 */
public record Ranges(
    ImmutableSet<Macro> crossbars,
    ImmutableSet<Integer> mvmCycles,
    ImmutableSet<ActivationMemoryPolicy> memory,
    ImmutableSet<Integer> lanes,
    Optional<ImmutableSet<Integer>> budgets,
    ImmutableSet<ImmutableSortedMap<String, String>> physics) {

  /** With chosen budgets: one of every so many of the fewest macros. */
  private static final int BUDGETS_PER_OCTAVE = 12;

  /** With chosen budgets: the greatest is the fewest macros times two to the power of this. */
  private static final int OCTAVES = 2;

  /** Ranges with the architecture's parameters of core types. */
  public Ranges(
      ImmutableSet<Macro> crossbars,
      ImmutableSet<Integer> mvmCycles,
      ImmutableSet<ActivationMemoryPolicy> memory,
      ImmutableSet<Integer> lanes,
      Optional<ImmutableSet<Integer>> budgets) {
    this(crossbars, mvmCycles, memory, lanes, budgets, ImmutableSet.of(ImmutableSortedMap.of()));
  }

  /** Checks that nothing is empty. */
  public Ranges {
    checkArgument(
        !crossbars.isEmpty() && !mvmCycles.isEmpty() && !memory.isEmpty() && !lanes.isEmpty(),
        "an empty range");
    checkArgument(!physics.isEmpty(), "no physics");
    checkArgument(budgets.isEmpty() || !budgets.get().isEmpty(), "no budget");
  }

  /** Combinations there are at most. */
  public long mostPoints() {
    long ofBudget = budgets.map(ImmutableSet::size).orElse(OCTAVES * BUDGETS_PER_OCTAVE + 2);
    return ofBudget
        * crossbars.size()
        * mvmCycles.size()
        * memory.size()
        * lanes.size()
        * physics.size();
  }

  /**
   * Every combination for {@code network}, in a fixed order. With chosen budgets also the mapping
   * without one, of one pixel per MVM and one copy.
   *
   * @param base the architecture for what is not varied
   * @param types core types that it may name
   */
  public ImmutableList<Point> points(Network network, Architecture base, CoreTypes types) {
    ImmutableList.Builder<Point> points = ImmutableList.builder();
    for (Macro macro : crossbars) {
      ImmutableList<Optional<Integer>> budgetsOfMacro = budgets(network, base, types, macro);
      for (int cycles : mvmCycles) {
        for (ActivationMemoryPolicy policy : memory) {
          for (int least : lanes) {
            for (Optional<Integer> budget : budgetsOfMacro) {
              physics.forEach(
                  each -> points.add(new Point(macro, cycles, policy, least, budget, each)));
            }
          }
        }
      }
    }
    return points.build();
  }

  private ImmutableList<Optional<Integer>> budgets(
      Network network, Architecture base, CoreTypes types, Macro macro) {
    if (budgets.isPresent()) {
      return budgets.get().stream().map(Optional::of).collect(ImmutableList.toImmutableList());
    }
    Architecture architecture = base.withCrossbar(macro.rows(), macro.columns());
    long fewest =
        Choices.plain(network, architecture, types.assign(network, architecture)).macros();
    ImmutableSet.Builder<Optional<Integer>> chosen = ImmutableSet.builder();
    chosen.add(Optional.empty());
    for (int step = 0; step <= OCTAVES * BUDGETS_PER_OCTAVE; step++) {
      double budget = fewest * Math.pow(2, (double) step / BUDGETS_PER_OCTAVE);
      chosen.add(Optional.of((int) Math.min(Integer.MAX_VALUE, Math.round(budget))));
    }
    return chosen.build().asList();
  }
}
