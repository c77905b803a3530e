package io.xbarflow.mapper.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import io.xbarflow.mapper.choice.ExhaustiveSearch.Candidate;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The choices are the best of all, and cost what they say. */
final class ChoicesTest {
  /** Combinations that one network may take. */
  private static final long AFFORDABLE = 1_000_000;

  private static final int BUDGETS = 40;

  @ParameterizedTest
  @EnumSource(Parallelism.class)
  void nothingIsBetterThanTheChoices(Parallelism parallelism) {
    int networks = 0;
    int faster = 0;
    for (int seed = 0; networks < 150; seed++) {
      int layers = 1 + seed % 3;
      RandomChain chain = RandomChain.of(seed, layers, layers == 1 ? 7 : 4);
      if (ExhaustiveSearch.combinations(chain) > AFFORDABLE) {
        continue;
      }
      networks++;
      Choices plain = Choices.plain(chain.network(), chain.architecture());
      int most = (int) plain.macros() + BUDGETS;
      ExhaustiveSearch all = new ExhaustiveSearch(chain, parallelism, most);
      for (int budget = (int) plain.macros(); budget <= most; budget++) {
        Choices choices =
            Choices.leastInterval(chain.network(), chain.architecture(), budget, parallelism);
        String where = budget + " macros, " + chain;
        assertEquals(all.leastCycles(budget), choices.cycles(), where);
        assertEquals(all.fewestMacrosFor(choices.cycles()), choices.macros(), where);
        checkCost(chain, choices);
        faster += choices.cycles() < plain.cycles() ? 1 : 0;
      }
      for (int slots = 1; slots <= all.mostSlots() + 1; slots++) {
        Choices choices =
            Choices.fewestCrossbars(chain.network(), chain.architecture(), slots, parallelism);
        String where = slots + " slots, " + chain;
        assertEquals(all.fewestMacros(slots), choices.macros(), where);
        assertTrue(choices.slots() <= slots, where);
        checkCost(chain, choices);
      }
      assertEquals(Long.MAX_VALUE, all.leastCycles((int) plain.macros() - 1), "plain is the least");
    }
    assertTrue(faster > 1000, "the budgets hardly matter: " + faster);
  }

  private static void checkCost(RandomChain chain, Choices choices) {
    long macros = 0;
    long slots = 0;
    long cycles = 0;
    for (Layer.Convolution layer : chain.convolutions()) {
      Candidate candidate = candidate(chain, layer, choices.of(layer));
      macros += candidate.macros();
      slots = Math.max(slots, candidate.slots());
      cycles = Math.max(cycles, candidate.cycles());
    }
    assertEquals(macros, choices.macros(), chain.toString());
    assertEquals(slots, choices.slots(), chain.toString());
    assertEquals(cycles, choices.cycles(), chain.toString());
  }

  private static Candidate candidate(
      RandomChain chain, Layer.Convolution layer, LayerChoice choice) {
    return ExhaustiveSearch.candidates(chain, layer, Parallelism.PATCHES_AND_COPIES).stream()
        .filter(candidate -> candidate.choice().equals(choice))
        .findFirst()
        .orElseThrow();
  }

  /** With one layer the tie-break is exact. */
  @Test
  void tiesGoToLatencyThenMemoryThenPatchHeightThenCopies() {
    int ties = 0;
    for (int seed = 0; seed < 300; seed++) {
      RandomChain chain = RandomChain.of(seed, 1, 8);
      Network network = chain.network();
      Layer.Convolution layer = chain.convolutions().get(0);
      int slots = 1 + seed % chain.shape(layer.output()).pixels();
      Choices choices = Choices.fewestCrossbars(network, chain.architecture(), slots);
      long target = (long) slots * chain.architecture().mvmCycles();
      List<Candidate> tied =
          ExhaustiveSearch.candidates(chain, layer, Parallelism.PATCHES_AND_COPIES).stream()
              .filter(candidate -> candidate.slots() <= slots)
              .filter(candidate -> candidate.macros() == choices.macros())
              .toList();
      Comparator<Candidate> order =
          Comparator.<Candidate>comparingLong(candidate -> Math.max(target, candidate.cycles()))
              .thenComparingLong(candidate -> latency(chain, layer, candidate.choice()))
              .thenComparingLong(candidate -> memory(chain, layer, candidate.choice()))
              .thenComparingInt(candidate -> candidate.choice().patch().height())
              .thenComparingInt(candidate -> candidate.choice().copies())
              .thenComparingInt(candidate -> candidate.choice().patch().width());
      Candidate best = tied.stream().min(order).orElseThrow();
      assertEquals(best.choice(), choices.of(layer), slots + " slots, " + chain);
      ties += tied.size() > 1 ? 1 : 0;
    }
    assertTrue(ties > 100, ties + " ties");
  }

  private static long latency(RandomChain chain, Layer.Convolution layer, LayerChoice choice) {
    // The whole input is there at once, so a layer takes its slots, whatever the order.
    return choice.slots(chain.shape(layer.output()));
  }

  private static long memory(RandomChain chain, Layer.Convolution layer, LayerChoice choice) {
    Window window = choice.patch().window(layer.window());
    Shape in = chain.shape(layer.input());
    return window.taps() == 1
        ? 0
        : ((long) (window.extentHeight() - 1) * in.width() + window.extentWidth()) * in.channels();
  }

  @Test
  void equalArgumentsGiveEqualChoices() {
    for (int seed = 0; seed < 20; seed++) {
      RandomChain chain = RandomChain.of(seed, 3, 9);
      RandomChain again = RandomChain.of(seed, 3, 9);
      assertEquals(
          Choices.fewestCrossbars(chain.network(), chain.architecture(), 3),
          Choices.fewestCrossbars(again.network(), again.architecture(), 3));
    }
  }

  @Test
  void tooFewCrossbarsNameTheLeast() {
    RandomChain chain = RandomChain.of(7, 3, 6);
    Choices plain = Choices.plain(chain.network(), chain.architecture());
    int budget = (int) plain.macros() - 1;
    UserException refused =
        assertThrows(
            UserException.class,
            () -> Choices.leastInterval(chain.network(), chain.architecture(), budget));
    assertTrue(refused.getMessage().contains("at least " + plain.macros()), refused.getMessage());
  }

  @Test
  void lessThanOneSlotIsRefused() {
    RandomChain chain = RandomChain.of(7, 3, 6);
    UserException refused =
        assertThrows(
            UserException.class,
            () -> Choices.fewestCrossbars(chain.network(), chain.architecture(), 0));
    assertTrue(refused.getMessage().contains("0 slots"), refused.getMessage());
  }

  @Test
  void layersWithoutChoiceAreRefused() {
    RandomChain chain = RandomChain.of(7, 1, 6);
    RandomChain other = RandomChain.of(7, 2, 6);
    Choices choices = Choices.plain(chain.network(), chain.architecture());
    assertThrows(IllegalArgumentException.class, () -> choices.of(other.convolutions().get(1)));
  }

  @Test
  void longMvmsLeaveTheSlotsFormula() {
    for (int seed = 0; seed < 50; seed++) {
      RandomChain chain = RandomChain.of(seed, 2, 6);
      Architecture slow = chain.architecture().withMvmCycles(Architecture.MVM_CYCLES.most());
      Choices plain = Choices.plain(chain.network(), slow);
      Choices choices = Choices.leastInterval(chain.network(), slow, (int) plain.macros() + 5);
      assertEquals(choices.slots() * Architecture.MVM_CYCLES.most(), choices.cycles());
      assertEquals(
          choices.macros(),
          Choices.fewestCrossbars(chain.network(), slow, choices.slots()).macros());
      assertTrue(
          choices.slots() == 1
              || Choices.fewestCrossbars(chain.network(), slow, choices.slots() - 1).macros()
                  > plain.macros() + 5);
    }
  }
}
