package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.timing.TimingModel;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.sim.golden.GoldenModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Verilog with a pixel less in any memory on a skip is slower or stops, in the very cycles and
 * at the very beats that the timing model foretells of it.
 */
final class SkipDepthsTest {
  private static final int IMAGES = 4;

  @TempDir private Path folder;
  private final Network network = Chain.example("residual_cnn");
  private final Mapping mapping =
      Mapper.map(network, Architectures.named("default").withMvmCycles(8));

  @Test
  void aPixelLessSlowsTheVerilogDownAsPredicted() {
    List<ImmutableMap<String, Image>> inputs =
        Chain.of(network, mapping, folder.resolve("mapped")).randomInputs(IMAGES, 1);
    GoldenModel golden = new GoldenModel(network);
    List<ImmutableMap<String, Image>> images = inputs.stream().map(golden::run).toList();
    TimingModel.Timing mapped = run(mapping, images, "mapped");
    assertFalse(mapped.deadlocked(), "the mapped chip deadlocks");

    int fifos = 0;
    int rings = 0;
    int deadlocks = 0;
    for (Block block : mapping.blocks()) {
      if (isOnSkip(block)) {
        for (Mapping shorter : Shortened.byOnePlace(mapping, block)) {
          TimingModel.Timing timing = run(shorter, images, "shorter" + (fifos + rings));
          assertTrue(
              timing.deadlocked() || isSlower(timing, mapped),
              () -> block + " is deeper than it need be");
          fifos += block instanceof Block.Fifo ? 1 : 0;
          rings += block instanceof Block.ImcCore ? 1 : 0;
          deadlocks += timing.deadlocked() ? 1 : 0;
        }
      }
    }
    assertTrue(fifos > 0, "FIFOs on skips: " + fifos);
    assertTrue(rings > 1, "rings on skips: " + rings);
    assertTrue(deadlocks > 0 && deadlocks < fifos + rings, deadlocks + " deadlocks");
  }

  private static boolean isOnSkip(Block block) {
    return block instanceof Block.Fifo
        || block instanceof Block.Reorder
        || (block instanceof Block.ImcCore core && core.skip().isPresent());
  }

  private boolean isSlower(TimingModel.Timing timing, TimingModel.Timing mapped) {
    return timing.cyclesPerImage(mapping.outputs(), IMAGES).orElseThrow()
            > mapped.cyclesPerImage(mapping.outputs(), IMAGES).orElseThrow()
        || timing.firstImageCycles(mapping.outputs()) > mapped.firstImageCycles(mapping.outputs());
  }

  /** What the model says of {@code chip}, after the Verilog has done exactly that. */
  private TimingModel.Timing run(
      Mapping chip, List<ImmutableMap<String, Image>> images, String name) {
    Path place = folder.resolve(name);
    Chain.of(network, chip, place);
    TimingModel.Timing timing = TimingModel.run(chip, IMAGES);
    CosimResult result = Chain.simulate(CosimRequest.of(place, network, chip, images));
    assertEquals(
        timing.deadlocked(),
        result.findings().stream().anyMatch(finding -> finding.startsWith("deadlock: ")),
        () -> name + ": " + result.findings());
    CosimReport report = result.report();
    assertEquals(0, report.mismatches(), name);
    assertEquals(0, report.protocolViolations(), name);
    assertEquals(chip.links().size(), report.layers().size(), name);
    for (CosimReport.Boundary boundary : report.layers()) {
      ImmutableList<Long> predicted = timing.imageEnds().get(boundary.link());
      assertNotNull(predicted, boundary.link());
      assertEquals(predicted, boundary.imageEndCycles(), () -> name + ": " + boundary.link());
    }
    return timing;
  }
}
