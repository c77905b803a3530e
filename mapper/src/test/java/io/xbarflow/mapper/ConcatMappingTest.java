package io.xbarflow.mapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.timing.TimingModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lanes, buffers, cycles and bounds of concatenations. */
final class ConcatMappingTest {
  private static final Architecture DEFAULT = Architectures.named("default").withMvmCycles(8);

  private static Block.Concat concat(Mapping mapping) {
    return mapping.blocks().stream()
        .filter(Block.Concat.class::isInstance)
        .map(Block.Concat.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /** The window of two columns asks for 2 * channels / 8 lanes, as far as all channels allow. */
  @ParameterizedTest
  @CsvSource({"8, 8, 8, 8", "8, 4, 16, 4", "12, 6, 18, 6", "3, 5, 7, 1"})
  void lanesDivideTheChannelsOfEveryOperand(int a, int b, int c, int lanes) {
    Mapping mapping = Mapper.map(Topologies.inception(a, b, c), DEFAULT);
    ImmutableMap<String, Link> links = mapping.linksByName();
    Block.Concat concat = concat(mapping);
    assertEquals(3, concat.inputs().size());
    assertEquals(lanes, links.get(concat.output()).lanes());
    for (String input : concat.inputs()) {
      assertEquals(lanes, links.get(input).lanes());
      assertEquals(0, links.get(input).shape().channels() % lanes);
    }
  }

  @Test
  void wideEnoughLinksCostNoSlots() {
    Mapping mapping = Mapper.map(Topologies.inception(8, 8, 8), DEFAULT);
    assertEquals(mapping.bound().cyclesPerImage(), mapping.prediction().cyclesPerImage());
    assertEquals(8L * 256, mapping.prediction().cyclesPerImage().orElseThrow());
  }

  @Test
  void channelsWithoutCommonDivisorCrossOneByOne() {
    Mapping mapping = Mapper.map(Topologies.inception(3, 5, 7), DEFAULT);
    // 15 beats a column, and 8 cycles for a row's last window, which reads no new column.
    assertEquals(16 * (16 * 15L + 8), mapping.prediction().cyclesPerImage().orElseThrow());
  }

  @Test
  void cyclesAreThoseOfTheBlockDiagram() {
    Mapping mapping = Mapper.map(Topologies.twice(), DEFAULT);
    // The input's beat crosses at 0 towards the first operand, and stays on offer to the second: 2
    // beats enter at 0 and 1 and are offered a cycle later.
    assertEquals(3, mapping.prediction().firstImageCycles());
    assertEquals(2, mapping.prediction().cyclesPerImage().orElseThrow());
    assertEquals(0, fifos(mapping));
  }

  @Test
  void earlyOperandsWaitInTheLeastFifos() {
    Mapping mapping = Mapper.map(Topologies.inception(8, 8, 8), DEFAULT);
    Pipeline pipeline =
        new Pipeline(mapping.inputs(), mapping.outputs(), mapping.links(), mapping.blocks());
    long interval = mapping.prediction().cyclesPerImage().orElseThrow();
    int shortened = 0;
    for (int index = 0; index < pipeline.blocks().size(); index++) {
      if (pipeline.blocks().get(index) instanceof Block.Fifo fifo) {
        int beats = fifo.depthBeats() - pipeline.link(fifo.input()).beatsPerPixel();
        Pipeline shorter =
            beats == 0
                ? pipeline.without(index)
                : pipeline.with(
                    index, new Block.Fifo(fifo.name(), fifo.input(), fifo.output(), beats));
        TimingModel.Timing timing = shorter.run(8, 5);
        assertTrue(
            timing.deadlocked()
                || timing.cyclesPerImage(shorter.outputs(), 5).orElseThrow() > interval,
            fifo.toString());
        shortened++;
      }
    }
    assertEquals(2, shortened);
  }

  @Test
  void theBoundCountsWhatMustWait() {
    // Both rings, and 16 + 2 pixels that wait for the convolution: it sees its window's last pixel
    // 16 + 1 pixels later and takes a slot.
    long pixels = 2 * (2 * 16 + 3) + (16 + 2);
    assertEquals(
        pixels * 8 * 8,
        PerfectPipeline.bound(
                Topologies.denselyConnected(),
                DEFAULT,
                Plan.plain(Topologies.denselyConnected(), DEFAULT.memory()))
            .activationMemoryBits());
  }

  @Test
  void jsonKeepsLayerAndBlock(@TempDir Path folder) {
    Network network = Topologies.inception(8, 4, 16);
    Mapping mapping = Mapper.map(network, DEFAULT.withReach(1));
    Artefacts.write(folder.resolve("network.json"), network);
    Artefacts.write(folder.resolve("mapping.json"), mapping);
    assertEquals(network, Artefacts.read(folder.resolve("network.json"), Network.class));
    assertEquals(mapping, Artefacts.read(folder.resolve("mapping.json"), Mapping.class));
    assertEquals(mapping, Mapper.map(network, DEFAULT.withReach(1)));
  }

  private static long fifos(Mapping mapping) {
    return mapping.blocks().stream().filter(Block.Fifo.class::isInstance).count();
  }
}
