package io.xbarflow.mapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.text.VerilogNames;
import io.xbarflow.core.timing.TimingModel;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MapperTest {
  private static final Architecture DEFAULT = Architectures.named("default");

  /** Published figures of the perfect pipeline on 256 x 256 macros. */
  private record Bound(Network network, int arrays, long slots, long firstSlots, double kibibytes) {
    @Override
    public String toString() {
      return network.model();
    }
  }

  static Stream<Bound> bounds() {
    return Stream.of(
        new Bound(Topologies.resnet8(), 14, 1024, 1123, 7.9),
        new Bound(Topologies.vgg8(), 206, 1024, 1116, 50.9));
  }

  @ParameterizedTest
  @MethodSource("bounds")
  void boundsAreThePublishedOnes(Bound expected) {
    for (int cycles : new int[] {8, 130}) {
      Figures bound =
          PerfectPipeline.bound(
              expected.network(),
              DEFAULT.withMvmCycles(cycles),
              Plan.plain(expected.network(), DEFAULT.memory()));
      assertEquals(expected.arrays(), bound.crossbars());
      assertEquals(expected.slots() * cycles, bound.cyclesPerImage().orElseThrow());
      // Those figures have the whole input at slot 0; the first window waits for 34 of its pixels.
      assertEquals((expected.firstSlots() + 33 / cycles) * cycles, bound.firstImageCycles());
      assertEquals(
          expected.kibibytes(),
          (double) bound.activationMemoryBits() / 8192,
          0.02 * expected.kibibytes());
    }
  }

  @Test
  void theFirstImageIsNotBoundToComeBeforeItsInput() {
    Network network = Topologies.inputBound();
    Mapping mapping = Mapper.map(network, DEFAULT.withMvmCycles(8));
    // 32 x 32 pixels, one a cycle. The last row's first window sees its last pixel, number 31 * 32
    // + 3, in slot 124; it and the other seven of the row take a slot each.
    assertEquals(1024, mapping.bound().cyclesPerImage().orElseThrow());
    assertEquals((124 + 8) * 8, mapping.bound().firstImageCycles());
    assertTrue(
        mapping.prediction().firstImageCycles() <= 1.05 * mapping.bound().firstImageCycles(),
        mapping::toString);
    // At 130 cycles the macros set the pace again: 64 slots, and the wait for the first window.
    Figures slow =
        PerfectPipeline.bound(
            network, DEFAULT.withMvmCycles(130), Plan.plain(network, DEFAULT.memory()));
    assertEquals(64 * 130, slow.firstImageCycles());
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 130})
  void resnet8ReachesTheBound(int cycles) {
    Mapping mapping = Mapper.map(Topologies.resnet8(), DEFAULT.withMvmCycles(cycles));
    Figures reached = mapping.prediction();
    Figures bound = mapping.bound();
    assertEquals(bound.crossbars(), reached.crossbars());
    assertEquals(bound.cyclesPerImage(), reached.cyclesPerImage());
    assertTrue(reached.firstImageCycles() <= 1.05 * bound.firstImageCycles(), mapping::toString);
    assertTrue(
        reached.activationMemoryBits() <= 1.15 * bound.activationMemoryBits(), mapping::toString);
  }

  @Test
  void windowsInsideTheMapNeedNoRingWherePixelsComeNoFaster() {
    // 3 x 3 windows inside 12 x 12 pixels of 16 channels.
    Mapping mapping = Mapper.map(Topologies.insideTheMap(), DEFAULT.withMvmCycles(1));
    assertTrue(core(mapping).fetch().lineBuffer(), mapping::toString);
    assertEquals(2 * 12 * 16 * 8, mapping.prediction().activationMemoryBits());
    assertEquals(12 * 12, mapping.prediction().cyclesPerImage().orElseThrow());
    // Pixels could come faster than an MVM takes: a ring lets them in meanwhile.
    Mapping slow = Mapper.map(Topologies.insideTheMap(), DEFAULT.withMvmCycles(130));
    assertTrue(core(slow).fetch().ring().isPresent(), slow::toString);
    assertEquals(10 * 10 * 130, slow.prediction().cyclesPerImage().orElseThrow());
    // Whoever asks for whole maps in memory gets them.
    Mapping frames =
        Mapper.map(
            Topologies.insideTheMap(),
            DEFAULT.withMvmCycles(1).withMemory(ActivationMemoryPolicy.FRAME));
    assertTrue(core(frames).fetch().ring().isPresent(), frames::toString);
  }

  private static Block.ImcCore core(Mapping mapping) {
    return mapping.blocks().stream()
        .filter(Block.ImcCore.class::isInstance)
        .map(Block.ImcCore.class::cast)
        .findFirst()
        .orElseThrow();
  }

  static Stream<Network> networks() {
    return Stream.of(Topologies.resnet8(), Topologies.stridedStem(), Topologies.dense());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void equalArgumentsGiveEqualMappingsAndJsonKeepsThem(Network network, @TempDir Path folder) {
    Architecture architecture = DEFAULT.withReach(1);
    Mapping mapping = Mapper.map(network, architecture);
    assertEquals(mapping, Mapper.map(network, architecture));
    Artefacts.write(folder.resolve("mapping.json"), mapping);
    assertEquals(mapping, Artefacts.read(folder.resolve("mapping.json"), Mapping.class));
  }

  @Test
  void aStrideInTheBusiestLayerCostsNoSlots() {
    Mapping mapping = Mapper.map(Topologies.stridedStem(), DEFAULT);
    assertEquals(mapping.bound().cyclesPerImage(), mapping.prediction().cyclesPerImage());
    // Two readers of one tensor without an addition behind them: a fork.
    assertTrue(mapping.blocks().stream().anyMatch(Block.Fork.class::isInstance));
  }

  @Test
  void cyclesOfOneLayerAreThoseOfTheBlockDiagram() {
    // 4 beats in (cycles 0 to 3), a cycle in a register (4), start 5, captured 8 cycles later (13),
    // enters post-processing 14, offered and taken 5 cycles later (19): 20 cycles.
    Mapping mapping = Mapper.map(Topologies.dense(), DEFAULT.withMvmCycles(8));
    assertEquals(20, mapping.prediction().firstImageCycles());
    assertEquals(8, mapping.prediction().cyclesPerImage().orElseThrow());
  }

  @Test
  void depthsAreLeast() {
    Mapping mapping = Mapper.map(Topologies.resnet8(), DEFAULT);
    Pipeline pipeline =
        Pipeline.of(mapping.inputs(), mapping.outputs(), mapping.links(), mapping.blocks());
    long interval = mapping.prediction().cyclesPerImage().orElseThrow();
    int shortened = 0;
    for (int index = 0; index < pipeline.blocks().size(); index++) {
      Pipeline shorter = pipeline;
      if (pipeline.blocks().get(index) instanceof Block.Fifo fifo) {
        int beats = pipeline.link(fifo.input()).beatsPerPixel();
        shorter =
            pipeline.with(
                index,
                new Block.Fifo(
                    fifo.name(), fifo.input(), fifo.output(), fifo.depthBeats() - beats));
      } else if (pipeline.blocks().get(index) instanceof Block.ImcCore core
          && core.skip().isPresent()) {
        Ring ring = core.fetch().ring().orElseThrow();
        shorter =
            pipeline.with(
                index, core.withRing(ring.withSlots(0, ring.pixels() / ring.banks() - 1)));
      }
      if (!shorter.equals(pipeline)) {
        TimingModel.Timing timing = shorter.run(5);
        assertTrue(
            timing.deadlocked()
                || timing.cyclesPerImage(shorter.outputs(), 5).orElseThrow() > interval
                || timing.firstImageCycles(shorter.outputs())
                    > mapping.prediction().firstImageCycles(),
            pipeline.blocks().get(index).toString());
        shortened++;
      }
    }
    assertTrue(shortened >= 2, "shortened " + shortened);
  }

  @Test
  void aChannelThatIsTooNarrowIsRefused() {
    Architecture wide = withChannel(64);
    assertEquals(
        Mapper.map(Topologies.resnet8(), DEFAULT).prediction(),
        Mapper.map(Topologies.resnet8(), wide).prediction());
    Architecture narrow = withChannel(1);
    UserException error =
        assertThrows(UserException.class, () -> Mapper.map(Topologies.resnet8(), narrow));
    assertTrue(error.getMessage().contains("channel"), error::getMessage);
  }

  private static Architecture withChannel(int bits) {
    return new Architecture(
        "channels", 256, 256, CoreSelection.IDEAL, 8, 1000, 0, 0, 16, DEFAULT.memory(), bits);
  }

  @Test
  void longLinksGetRegisterStages() {
    Mapping near = Mapper.map(Topologies.resnet8(), DEFAULT.withReach(16));
    Mapping far = Mapper.map(Topologies.resnet8(), DEFAULT.withReach(1));
    // Before the cores without a ring: two projections, the fully connected layer. Behind cores
    // whose results are added: one in the first block, whose other operand comes from a ring, two
    // in
    // the other blocks.
    assertEquals(3 + 5, registers(near));
    assertTrue(registers(far) > 8);
    assertEquals(near.prediction().cyclesPerImage(), far.prediction().cyclesPerImage());
  }

  private static long registers(Mapping mapping) {
    return mapping.blocks().stream().filter(Block.LinkRegister.class::isInstance).count();
  }

  private record Impossible(Architecture architecture, String... expected) {}

  static Stream<Impossible> impossible() {
    return Stream.of(
        new Impossible(DEFAULT.withCrossbar(8, 256), "conv0", "8 rows", "3 x 3"),
        new Impossible(DEFAULT.withGrid(3, 4), "3 x 4", "14 macros"));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void impossibleArchitecturesAreRefused(Impossible impossible) {
    UserException error =
        assertThrows(
            UserException.class, () -> Mapper.map(Topologies.resnet8(), impossible.architecture()));
    for (String part : impossible.expected()) {
      assertTrue(error.getMessage().contains(part), () -> part + " in " + error.getMessage());
    }
  }

  @Test
  void aMacroFarTooSmallForALayerIsRefused() {
    UserException error =
        assertThrows(
            UserException.class, () -> Mapper.map(Topologies.vgg8(), DEFAULT.withCrossbar(16, 1)));
    assertTrue(error.getMessage().contains("at most 16384 macros"), error::getMessage);
  }

  @Test
  void namesAreLegalAndUnique() {
    VerilogNames names = new VerilogNames();
    assertEquals("layer1_conv_2", names.legalise("/layer1/Conv:2"));
    assertEquals("layer1_conv_2_2", names.legalise("layer1.conv.2"));
    assertEquals("n3", names.legalise("3"));
    assertEquals("fork_x", names.legalise("Fork"));
    assertEquals("n", names.legalise("::"));
  }
}
