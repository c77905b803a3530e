package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.timing.TimingModel;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import io.xbarflow.testbench.beats.BeatModel;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The timing model against its recurrence beat by beat, on random mappings and on the same with
 * memories too deep, too shallow and far too shallow: equal to the cycle on every link, for every
 * image, as far as a deadlock lets it get, and equal in what memories hold at most.
 *
 * <p>{@code -Dxbarflow.campaign=N} runs N seeds of each kind, {@code -Dxbarflow.seed=S} starts with
 * seed S.
 */
final class TimingModelTest {
  private static final int VARIANTS = 4;

  @Test
  void equalsTheRecurrenceBeatByBeat() {
    long first = Long.getLong("xbarflow.seed", 1);
    long seeds = Long.getLong("xbarflow.campaign", 20);
    int deadlocks = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      deadlocks += compare(seed, RandomDesign.network(seed));
      deadlocks += compare(1000 + seed, RandomDesign.network(1000 + seed));
      deadlocks += compare(seed, RandomDesign.networkWithConcatenations(seed));
    }
    assertTrue(deadlocks > seeds / 10, deadlocks + " deadlocks");
    assertTrue(deadlocks < seeds * 3 * VARIANTS / 2, deadlocks + " deadlocks");
  }

  @ParameterizedTest(name = "{0} cycles an MVM")
  @ValueSource(ints = {1, 3, 8, 40})
  void equalsItForBlocksThatRearrange(int mvmCycles) {
    Network network = RearrangementTest.everyBlock();
    Architecture architecture = Architectures.named("analog-256").withMvmCycles(mvmCycles);
    compare(mvmCycles, network.model(), Mapper.map(network, architecture));
  }

  @Test
  void equalsItForCoresOfDifferentCycles() {
    Network network = RandomDesign.forEveryCoreType();
    Mapping mapping = CoreTypesChipTest.map(network, CoreTypesChipTest.mixedArchitecture());
    Set<Integer> cycles = new TreeSet<>();
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        cycles.add(core.array().core().macro().mvmCycles());
      }
    }
    assertEquals(Set.of(2, 3, 9, 16), cycles);
    for (int seed = 1; seed <= 5; seed++) {
      compare(seed, "core types", mapping);
    }
  }

  /** Deadlocks among the variants of one mapping. */
  private static int compare(long seed, Network network) {
    Architecture architecture = RandomDesign.architecture(seed, network);
    Mapping mapping =
        Mapper.map(
            network,
            architecture,
            RandomDesign.plan(seed, network, architecture),
            MappingOptions.PLAIN);
    return compare(seed, network.model() + " of seed " + seed, mapping);
  }

  /** Deadlocks among the variants of {@code mapping}. */
  private static int compare(long seed, String name, Mapping mapping) {
    long interval = mapping.prediction().cyclesPerImage().orElseThrow();
    compare(name, mapping, mapping.blocks(), 5, 0);
    compare(name, mapping, mapping.blocks(), 3, interval);
    compare(name, mapping, mapping.blocks(), 3, 2 * interval + 1);
    Random random = new Random(seed);
    int deadlocks = 0;
    for (int variant = 0; variant < VARIANTS; variant++) {
      ImmutableList.Builder<Block> blocks = ImmutableList.builder();
      mapping.blocks().forEach(block -> blocks.add(resized(block, random)));
      deadlocks += compare(name, mapping, blocks.build(), 4, 0) ? 1 : 0;
      compare(name, mapping, blocks.build(), 3, interval);
    }
    return deadlocks;
  }

  /** Whether the pipeline deadlocks. */
  private static boolean compare(
      String name, Mapping mapping, ImmutableList<Block> blocks, int images, long interval) {
    TimingModel.Timing expected =
        BeatModel.runPaced(
            mapping.inputs(), mapping.outputs(), mapping.links(), blocks, images, interval);
    TimingModel.Timing timing =
        TimingModel.runPaced(
            mapping.inputs(), mapping.outputs(), mapping.links(), blocks, images, interval);
    assertEquals(expected, timing, () -> name + ", interval " + interval + ": " + blocks);
    return timing.deadlocked();
  }

  private static Block resized(Block block, Random random) {
    if (block instanceof Block.Fifo fifo) {
      int depth = Math.max(1, fifo.depthBeats() + 1 - random.nextInt(4));
      return new Block.Fifo(fifo.name(), fifo.input(), fifo.output(), depth);
    }
    if (block instanceof Block.ImcCore core && core.fetch().ring().isPresent()) {
      return core.withRing(resized(core.fetch(), random));
    }
    if (block instanceof Block.PoolCore pool && pool.fetch().ring().isPresent()) {
      return pool.withRing(resized(pool.fetch(), random));
    }
    return block instanceof Block.Reorder reorder
        ? reorder.withRing(resized(reorder.ring(), random))
        : block;
  }

  private static Ring resized(Fetch fetch, Random random) {
    return resized(fetch.ring().orElseThrow(), random);
  }

  private static Ring resized(Ring ring, Random random) {
    Ring changed = ring;
    for (int rowClass = 0; rowClass < ring.classes(); rowClass++) {
      int slots = ring.depthPixels().get(rowClass) / ring.banks();
      int change = random.nextInt(6) == 0 ? random.nextInt(3) - 1 : 0;
      changed = changed.withSlots(rowClass, Math.max(1, slots + change));
    }
    return changed;
  }
}
