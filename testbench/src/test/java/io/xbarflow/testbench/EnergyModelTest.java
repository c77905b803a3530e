package io.xbarflow.testbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.energy.EnergyEstimate;
import io.xbarflow.core.energy.EnergyEstimate.OfBlock;
import io.xbarflow.core.energy.EnergyEstimate.Parts;
import io.xbarflow.core.energy.EnergyModel;
import io.xbarflow.core.energy.EnergyTable;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Energy of an image of an example, held against counts by hand. */
final class EnergyModelTest {
  private static final Network NETWORK = Chain.example("residual_cnn");
  private static final Mapping MAPPING =
      Mapper.map(NETWORK, Architectures.named("default"), MappingOptions.PLAIN);
  private static final int TOGGLES = 3000;

  private static EnergyEstimate estimate(EnergyTable table, long toggles, int images) {
    ImmutableMap.Builder<String, Long> all = ImmutableMap.builder();
    for (Link link : MAPPING.links()) {
      all.put(link.name(), toggles);
    }
    return EnergyModel.estimate(NETWORK, MAPPING, table, all.buildOrThrow(), images);
  }

  /** The built-in table with every {@code pattern} in its text replaced. */
  private static EnergyTable changed(Path folder, String pattern, String by) throws IOException {
    String text =
        Resources.toString(Resources.getResource(EnergyTable.class, "energy.yaml"), UTF_8);
    String other = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text).replaceAll(by);
    assertTrue(!other.equals(text), pattern);
    Path file = folder.resolve("table.yaml");
    Files.writeString(file, other);
    return EnergyTable.read(file);
  }

  private static OfBlock block(EnergyEstimate estimate, String name) {
    return estimate.blocks().stream()
        .filter(block -> block.block().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void firstLayerIsAsCountedByHand() {
    // 3 x 3 over 3 x 16 x 16 with padding 1 to 8 channels: 256 windows, 27 x 8 weights, core
    // type ideal, so "other". Rows of windows read 2, 14 times 3, and 2 rows of 16 pixels.
    OfBlock stem = block(estimate(EnergyTable.builtIn(), TOGGLES, 1), "stem");
    assertEquals(256, stem.macroStarts());
    assertEquals(256 * 27 * 8 * 204.9 / 1000, stem.parts().macros(), 1e-6);
    double bits = 3 * 8 * (256 + 16 * (2 + 14 * 3 + 2));
    assertEquals(bits, stem.memoryBits());
    assertEquals(bits * 156 / 1000, stem.parts().memories(), 1e-6);
    assertEquals(8 * 256 * 3200 / 1000.0, stem.parts().arithmetic(), 1e-6);
    assertEquals(TOGGLES * 5 / 1000.0, stem.parts().registers(), 1e-6);
  }

  @Test
  void everyFlipFlopIsClockedInEveryCycle() {
    long cycles = MAPPING.prediction().cyclesPerImage().orElseThrow();
    OfBlock stem = block(estimate(EnergyTable.builtIn(), TOGGLES, 1), "stem");
    // 3 columns of 3 rows slide through the window, a second register holds it for the macros; the
    // sums of 8 columns; three quarters of the rest is the requantiser.
    long window = 2 * 9 * 3 * 8;
    assertTrue(stem.flipFlops() > window + 8 * 18, stem::toString);
    assertEquals(stem.flipFlops() * cycles * 2.4 / 1000, stem.parts().clock(), 1e-6);
  }

  @Test
  void lineBuffersWriteAndReadEveryRowButTheLast() {
    // 3 x 3 windows inside 12 x 12 pixels of 16 channels: each beat goes into two delayed rows.
    Network network = LineBufferTest.insideTheMap();
    Mapping mapping =
        Mapper.map(network, Architectures.named("default").withMvmCycles(1), MappingOptions.PLAIN);
    assertTrue(
        mapping.blocks().stream()
            .anyMatch(b -> b instanceof Block.ImcCore core && core.fetch().lineBuffer()),
        mapping::toString);
    EnergyEstimate estimate =
        EnergyModel.estimate(network, mapping, EnergyTable.builtIn(), ImmutableMap.of(), 1);
    assertEquals(2 * 2 * 12 * 12 * 16 * 8, block(estimate, "conv").memoryBits());
    assertEquals(4 * 12 * 12 * 16 * 8 * 156 / 1000.0, estimate.parts().memories(), 1e-6);
  }

  @Test
  void energyIsLinearInTheFigures(@TempDir Path folder) throws IOException {
    EnergyEstimate single = estimate(EnergyTable.builtIn(), TOGGLES, 1);
    EnergyTable tenfold = changed(folder, "femtojoules: ([0-9.]+)", "femtojoules: $1e+1");
    assertEquals(10 * single.total(), estimate(tenfold, TOGGLES, 1).total(), 1e-6);
    EnergyTable nothing = changed(folder, "femtojoules: [0-9.]+", "femtojoules: 0");
    assertEquals(0, estimate(nothing, TOGGLES, 1).total());
  }

  @Test
  void aFigureChangesItsPartOnly(@TempDir Path folder) throws IOException {
    Parts before = estimate(EnergyTable.builtIn(), TOGGLES, 1).parts();
    Parts wires =
        estimate(changed(folder, "femtojoules: 40.4", "femtojoules: 80.8"), TOGGLES, 1).parts();
    assertTrue(before.wires() > 0);
    assertEquals(
        new Parts(
            before.macros(),
            before.memories(),
            before.arithmetic(),
            before.registers(),
            before.clock(),
            2 * before.wires()),
        wires);
    Parts far =
        estimate(changed(folder, "millimetres: 0.8", "millimetres: 1.6"), TOGGLES, 1).parts();
    assertEquals(wires, far);
  }

  @Test
  void togglesAreOfAllImagesTogether() {
    Parts one = estimate(EnergyTable.builtIn(), TOGGLES, 1).parts();
    assertEquals(one, estimate(EnergyTable.builtIn(), 4 * TOGGLES, 4).parts());
    Parts still = estimate(EnergyTable.builtIn(), 0, 1).parts();
    assertEquals(0, still.wires() + still.registers());
    assertEquals(one.macros(), still.macros());
  }

  @Test
  void partsAndBlocksHaveTheSameSum() {
    EnergyEstimate estimate = estimate(EnergyTable.builtIn(), TOGGLES, 1);
    double blocks = estimate.blocks().stream().mapToDouble(OfBlock::total).sum();
    assertEquals(estimate.total(), blocks, 1e-6 * blocks);
    assertEquals(MAPPING.blocks().size() + 1, estimate.blocks().size());
  }
}
