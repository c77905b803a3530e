package io.xbarflow.mapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.MappingCheck;
import io.xbarflow.core.network.Network;
import io.xbarflow.mapper.choice.Choices;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Two layers on cores with MVMs of different length, against figures worked out by hand. Each layer
 * has 64 pixels and just fills a macro, so that a patch of p pixels needs p x p macros, p copies
 * need p.
 */
final class MixedCoresTest {
  private static final Network NETWORK = Topologies.pointwiseTwice();
  private static final Architecture ARCHITECTURE = Architectures.named("default").withMvmCycles(10);

  private static CoreUse use(String type, MacroSpec macro) {
    return new CoreUse(type, ImmutableSortedMap.of(), macro);
  }

  /** Macros that the first and the second layer just fill. */
  private static ImmutableMap<String, CoreUse> cores(int first, int second) {
    return ImmutableMap.of(
        "conv0", use("fast", MacroSpec.exact(4, 8, first)),
        "conv1", use("slow", MacroSpec.exact(8, 8, second)));
  }

  /** A second layer that cannot have copies. */
  private static ImmutableMap<String, CoreUse> alone(boolean crossbar) {
    return ImmutableMap.of(
        "conv0", use("fast", MacroSpec.exact(4, 8, 3)),
        "conv1", use("alone", new MacroSpec(8, 8, 10, true, false, false, crossbar, false)));
  }

  private static void assertLeast(
      ImmutableMap<String, CoreUse> cores, int crossbars, long macros, long cycles) {
    Choices choices = Choices.leastInterval(NETWORK, ARCHITECTURE, cores, crossbars);
    assertEquals(macros, choices.macros(), choices::toString);
    assertEquals(cycles, choices.cycles(), choices::toString);
  }

  @Test
  void theSlowCoreGetsTheCopies() {
    // 64 MVMs of 3 cycles; of the 10 cycles of the others 64, 22 and 16 one after another.
    assertLeast(cores(3, 10), 2, 2, 640);
    assertLeast(cores(3, 10), 4, 4, 220);
    assertLeast(cores(3, 10), 5, 5, 192);
    // 32 x 3 beside 16 x 10.
    assertLeast(cores(3, 10), 6, 6, 160);
    assertLeast(cores(10, 3), 4, 4, 220);
  }

  @Test
  void aSlotIsAnMvmOfTheArchitecture() {
    // 200 cycles: 64 of 3 in one macro, 16 of 10 in each of four.
    assertEquals(5, Choices.fewestCrossbars(NETWORK, ARCHITECTURE, cores(3, 10), 20).macros());
    // 100 cycles: 32 of 3 in each of two, 10 of 10 in seven.
    assertEquals(9, Choices.fewestCrossbars(NETWORK, ARCHITECTURE, cores(3, 10), 10).macros());
  }

  @Test
  void aCoreWithoutCopiesLimitsTheInterval() {
    assertLeast(alone(true), 10, 2, 640);
    assertLeast(alone(false), 10, 1, 640);
    assertLeast(alone(false), 1, 1, 640);
    assertEquals(1, Choices.plain(NETWORK, ARCHITECTURE, alone(false)).macros());
  }

  private static Mapping map(ImmutableMap<String, CoreUse> cores) {
    return Mapper.map(NETWORK, ARCHITECTURE, MappingOptions.PLAIN.withCores(cores));
  }

  @Test
  void lanesFollowTheCyclesOfTheCoreThatWrites() {
    // 8 channels within 3 cycles: 3 lanes, of which 4 divide 8. Within 10 one is enough.
    assertEquals(Map.of("input", 1, "conv0_out", 4, "conv1_out", 1), lanes(map(cores(3, 10))));
    assertEquals(Map.of("input", 1, "conv0_out", 1, "conv1_out", 4), lanes(map(cores(10, 3))));
  }

  private static ImmutableMap<String, Integer> lanes(Mapping mapping) {
    return mapping.links().stream()
        .filter(link -> !link.name().endsWith("_far"))
        .collect(ImmutableMap.toImmutableMap(link -> link.tensor(), link -> link.lanes()));
  }

  @Test
  void theBoundCountsEveryMvmWithItsOwnCycles() {
    // A pixel a cycle; the first is through the first layer after 3, then 64 times 10 cycles.
    assertEquals(Optional.of(640L), map(cores(3, 10)).bound().cyclesPerImage());
    assertEquals(3 + 640, map(cores(3, 10)).bound().firstImageCycles());
    // In steps of 2 cycles.
    assertEquals(4 + 640, map(cores(4, 10)).bound().firstImageCycles());
    // The last of 64 times 10 cycles, then once 3.
    assertEquals(640 + 3, map(cores(10, 3)).bound().firstImageCycles());
    assertEquals(2, map(cores(10, 3)).bound().crossbars());
    assertEquals(1, map(alone(false)).bound().crossbars());
    assertEquals(1, map(alone(false)).prediction().crossbars());
  }

  private static ImmutableMap<String, CoreUse> uses(Mapping mapping) {
    return mapping.blocks().stream()
        .filter(Block.ImcCore.class::isInstance)
        .map(Block.ImcCore.class::cast)
        .collect(ImmutableMap.toImmutableMap(core -> core.layer(), core -> core.array().core()));
  }

  @Test
  void revisionKeepsTheCores() {
    Mapping mapping = map(cores(3, 10));
    Revision revision = Revision.of(NETWORK, mapping, "mapping.json");
    assertEquals(ImmutableList.of(), revision.derivedAgain());
    assertEquals(mapping, revision.mapping());
    assertEquals(cores(3, 10), uses(revision.mapping()));
  }

  @Test
  void revisionFollowsAMacroOfAnotherSize() {
    Mapping mapping = map(cores(3, 10));
    CoreUse smaller = use("other", MacroSpec.exact(2, 3, 5));
    Mapping edited =
        mapping.withBlocks(
            mapping.blocks().stream()
                .map(
                    block ->
                        block instanceof Block.ImcCore core && core.layer().equals("conv0")
                            ? core.withArray(core.array().withCore(smaller))
                            : block)
                .collect(ImmutableList.toImmutableList()));
    Revision revision = Revision.of(NETWORK, edited, "mapping.json");
    assertFalse(revision.derivedAgain().isEmpty());
    assertEquals(
        ImmutableMap.of("conv0", smaller, "conv1", cores(3, 10).get("conv1")),
        uses(revision.mapping()));
    // 4 x 8 weights in macros of 2 x 3, and one macro more.
    assertEquals(7, revision.mapping().prediction().crossbars());
    assertEquals(5 + 640, revision.mapping().bound().firstImageCycles());
    assertEquals(ImmutableList.of(), MappingCheck.broken(NETWORK, revision.mapping()));
  }
}
