package io.xbarflow.mapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
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

  /** The window of two columns asks for 2 * channels / 8 lanes, which all channels allow. */
  @ParameterizedTest
  @CsvSource({"8, 8, 8, 8", "4, 4, 8, 4", "6, 6, 12, 6"})
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

  /** The same window asks for more lanes than the greatest common divisor of the channels. */
  @ParameterizedTest
  @CsvSource({"8, 4, 16, 4, 4, 4, 7", "12, 6, 18, 6, 6, 6, 9", "3, 5, 7, 1, 1, 1, 5"})
  void wholePixelsWhereTheCommonDivisorIsTooSmall(
      int a, int b, int c, int lanesOfA, int lanesOfB, int lanesOfC, int lanes) {
    Mapping mapping = Mapper.map(Topologies.inception(a, b, c), DEFAULT);
    ImmutableMap<String, Link> links = mapping.linksByName();
    Block.Concat concat = concat(mapping);
    assertEquals(
        ImmutableList.of(lanesOfA, lanesOfB, lanesOfC),
        concat.inputs().stream()
            .map(input -> links.get(input).lanes())
            .collect(ImmutableList.toImmutableList()));
    assertEquals(lanes, links.get(concat.output()).lanes());
    assertEquals(mapping.bound().cyclesPerImage(), mapping.prediction().cyclesPerImage());
    assertTrue(
        mapping.prediction().firstImageCycles() <= 1.05 * mapping.bound().firstImageCycles(),
        mapping.prediction()::toString);
  }

  @Test
  void cyclesOfWholePixelsAreThoseOfTheBlockDiagram() {
    Mapping mapping = Mapper.map(Topologies.twice(), DEFAULT);
    Pipeline pipeline = pipeline(mapping);
    Link joined = pipeline.link(concat(mapping).output());
    assertEquals(4, joined.lanes());
    // The beat crosses at 0 into both FIFOs, is offered by them and taken at 2, given at 3.
    assertEquals(2, fifos(mapping));
    assertEquals(4, mapping.prediction().firstImageCycles());
    assertEquals(1, mapping.prediction().cyclesPerImage().orElseThrow());
    // In lanes of 1 the pixel is given from 3 to 6, and the next when that has left.
    Pipeline narrow = withLanes(pipeline, joined.name(), 1);
    assertEquals(7, narrow.run(3).firstImageCycles(narrow.outputs()));
    assertEquals(4, narrow.run(3).cyclesPerImage(narrow.outputs(), 3).orElseThrow());
  }

  @Test
  void cyclesOfOperandsInTurnAreThoseOfTheBlockDiagram() {
    Mapping mapping = Mapper.map(Topologies.twice(), DEFAULT);
    Pipeline pipeline = pipeline(mapping);
    for (int index = pipeline.blocks().size() - 1; index >= 0; index--) {
      if (pipeline.blocks().get(index) instanceof Block.Fifo) {
        pipeline = pipeline.without(index);
      }
    }
    // The input's beat crosses at 0 towards the first operand, and stays on offer to the second: 2
    // beats enter at 0 and 1 and are offered a cycle later.
    Pipeline inTurn = withLanes(pipeline, concat(mapping).output(), 2);
    assertEquals(3, inTurn.run(3).firstImageCycles(inTurn.outputs()));
    assertEquals(2, inTurn.run(3).cyclesPerImage(inTurn.outputs(), 3).orElseThrow());
  }

  private static Pipeline pipeline(Mapping mapping) {
    return Pipeline.of(mapping.inputs(), mapping.outputs(), mapping.links(), mapping.blocks());
  }

  private static Pipeline withLanes(Pipeline pipeline, String name, int lanes) {
    return Pipeline.of(
        pipeline.inputs(),
        pipeline.outputs(),
        pipeline.links().stream()
            .map(
                link ->
                    link.name().equals(name)
                        ? new Link(name, link.tensor(), link.shape(), lanes, link.order())
                        : link)
            .collect(ImmutableList.toImmutableList()),
        pipeline.blocks());
  }

  @Test
  void earlyOperandsWaitInTheLeastFifos() {
    Mapping mapping = Mapper.map(Topologies.inception(8, 8, 8), DEFAULT);
    Pipeline pipeline = pipeline(mapping);
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
        TimingModel.Timing timing = shorter.run(5);
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
