package io.xbarflow.testbench;

import static com.google.common.collect.ImmutableSet.toImmutableSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import io.xbarflow.core.architecture.Architectures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every cell, template and macro is in a chip that one of the co-simulations before this class has
 * found right; so it is the last to run ({@code junit-platform.properties}). Skipped when only some
 * of the tests were asked for, unless {@code -Dxbarflow.everyTest=true} says that all were, as
 * {@code ./verify} does.
 */
@Order(Integer.MAX_VALUE)
final class CellsReachedTest {
  private static final Pattern PROOF = Pattern.compile("\\| `(\\w+)`");

  /** Those that co-simulate chips, without the ones that need other files. */
  private static final List<Class<?>> BENCHES =
      List.of(
          AveragePoolTest.class,
          ConcatTest.class,
          CoreTypesChipTest.class,
          FrameAlignmentTest.class,
          LineBufferTest.class,
          RandomNetworksTest.class,
          RearrangementTest.class,
          RowPoolTest.class,
          StallSeedsTest.class);

  @Test
  void everyCellIsInAChip() {
    List<String> missing =
        BENCHES.stream().filter(test -> !Reached.by(test)).map(Class::getSimpleName).toList();
    if (Boolean.getBoolean("xbarflow.everyTest")) {
      assertEquals(List.of(), missing, "tests that did not co-simulate");
    }
    assumeTrue(missing.isEmpty(), () -> "not all tests ran; missing " + String.join(", ", missing));
    Reached.assertReached(Reached.everyUnit(), Reached.units());
  }

  /** Writes the page; fails when a hole is not explained. */
  @Test
  @EnabledIfSystemProperty(
      named = "xbarflow.coverage",
      matches = ".+",
      disabledReason = "./verify --coverage writes the page")
  void holesAreExplained(@TempDir Path folder) throws IOException {
    CoveragePage page = page(folder);
    Files.writeString(Chain.root().resolve(System.getProperty("xbarflow.coverage")), page.text());
    assertEquals("", String.join("\n", page.problems()));
  }

  private static CoveragePage page(Path scratch) throws IOException {
    return new CoveragePage(
        Reached.coverage(),
        Reached.everyUnit(),
        Reached.units(),
        provedCells(),
        runs(),
        CoveragePage.explanations(scratch));
  }

  /** Cells with a row in the page of proofs. */
  private static ImmutableSet<String> provedCells() throws IOException {
    return Files.readAllLines(Chain.root().resolve("docs/proofs.md")).stream()
        .map(PROOF::matcher)
        .filter(Matcher::lookingAt)
        .map(row -> row.group(1))
        .collect(toImmutableSet());
  }

  private static ImmutableList<String> runs() {
    ImmutableList.Builder<String> runs = ImmutableList.builder();
    for (Class<?> test : BENCHES) {
      if (Reached.by(test)) {
        int chips = Reached.chipsOf(test);
        runs.add(
            String.format(
                Locale.ROOT,
                "`%s`: %d %s",
                test.getSimpleName(),
                chips,
                test == RandomNetworksTest.class
                    ? "random networks from seed " + Long.getLong("xbarflow.seed", 1)
                    : chips == 1 ? "chip" : "chips"));
      }
    }
    return runs.build();
  }

  @Test
  void aCellThatNoChipHasIsNamed(@TempDir Path folder) {
    Chain chain =
        Chain.of(
            Chain.example("small_cnn"), Architectures.named("default").withMvmCycles(8), folder);
    ImmutableSortedSet<String> units = Elaborated.of(chain.folder());
    assertTrue(units.contains("mvm_control.v") && units.contains("top.v.vm"), units::toString);
    assertTrue(!units.contains("ram_2r1w.v"), "a cell that is only in the file list");
    Reached.assertReached(units, units);
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Reached.assertReached(
                    Sets.union(units, ImmutableSortedSet.of("lonely.v", "ram_2r1w.v")), units));
    assertTrue(error.getMessage().contains("chip: lonely.v, ram_2r1w.v;"), error.getMessage());
  }
}
