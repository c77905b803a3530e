package io.xbarflow.core.energy;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.energy.EnergyEstimate.OfBlock;
import io.xbarflow.core.energy.EnergyEstimate.Parts;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Energy of an image. Bits that change on links were counted in co-simulation; starts of macros,
 * bits of memories, values scaled and clock cycles follow from the mapping, which co-simulation
 * proves to be what the Verilog does. Flip-flops are estimated from the mapping.
 */
public final class EnergyModel {
  private static final double FEMTO_PER_PICO = 1000;

  private final Mapping mapping;
  private final EnergyTable table;
  private final ImmutableMap<String, Link> links;
  private final Map<String, Layer.Convolution> convolutions = new HashMap<>();
  private final MemoryTraffic traffic;
  private final LinkDistances distances;
  private final FlipFlops flipFlops;
  private final long cycles;

  private EnergyModel(Network network, Mapping mapping, EnergyTable table) {
    this.mapping = mapping;
    this.table = table;
    this.links = mapping.linksByName();
    this.traffic = new MemoryTraffic(links);
    this.distances = new LinkDistances(mapping);
    this.flipFlops = new FlipFlops(network, links);
    this.cycles =
        mapping.prediction().cyclesPerImage().orElse(mapping.prediction().firstImageCycles());
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution convolution) {
        convolutions.put(layer.name(), convolution);
      }
    }
  }

  /**
   * The energy of an image.
   *
   * @param bitToggles bits that changed on every link from beat to beat, by its name
   * @param images images that they were counted over
   */
  public static EnergyEstimate estimate(
      Network network,
      Mapping mapping,
      EnergyTable table,
      Map<String, Long> bitToggles,
      int images) {
    checkArgument(images > 0, "%s images", images);
    Map<String, Double> toggles = new HashMap<>();
    bitToggles.forEach((link, count) -> toggles.put(link, (double) count / images));
    return new EnergyModel(network, mapping, table).estimate(toggles, images);
  }

  private EnergyEstimate estimate(Map<String, Double> toggles, int images) {
    ImmutableList.Builder<OfBlock> blocks = ImmutableList.builder();
    for (Port port : mapping.inputs()) {
      ImmutableList<String> link = ImmutableList.of(port.link());
      blocks.add(ofBlock(port.link(), Optional.empty(), link, Work.NONE, toggles, 1, 0));
    }
    for (Block block : mapping.blocks()) {
      int stages = block instanceof Block.LinkRegister register ? register.stages() : 1;
      blocks.add(
          ofBlock(
              block.name(),
              block.computes(),
              block.outputs(),
              work(block),
              toggles,
              stages,
              flipFlops.of(block)));
    }
    ImmutableList<OfBlock> all = blocks.build();
    Parts parts = Parts.NONE;
    for (OfBlock block : all) {
      parts = parts.plus(block.parts());
    }
    return new EnergyEstimate(table.name(), images, parts.total(), parts, all);
  }

  private OfBlock ofBlock(
      String name,
      Optional<String> layer,
      ImmutableList<String> outputs,
      Work work,
      Map<String, Double> toggles,
      int stages,
      long registers) {
    double bits = 0;
    double wire = 0;
    for (String link : outputs) {
      double changed = toggles.getOrDefault(link, 0.0);
      bits += changed;
      wire += changed * distances.places(link) * table.place().value() * table.wire().value();
    }
    Parts parts =
        new Parts(
            work.macros() / FEMTO_PER_PICO,
            work.memories().bits() * table.memoryBit(work.memories().size()) / FEMTO_PER_PICO,
            work.values() * table.requantise().value() / FEMTO_PER_PICO,
            bits * stages * table.register().value() / FEMTO_PER_PICO,
            registers * cycles * table.clock().value() / FEMTO_PER_PICO,
            wire / FEMTO_PER_PICO);
    return new OfBlock(
        name, layer, work.starts(), work.memories().bits(), bits, registers, parts.total(), parts);
  }

  private Work work(Block block) {
    MemoryTraffic.Bits memories = traffic.of(block);
    if (block instanceof Block.ImcCore core) {
      return ofCore(core, memories);
    }
    boolean scales =
        block instanceof Block.GlobalAverage
            || block instanceof Block.Adder
            || block instanceof Block.ConstantAdder
            || (block instanceof Block.PoolCore pool && pool.average());
    return new Work(0, 0, memories, scales ? values(block.outputs().get(0)) : 0);
  }

  private Work ofCore(Block.ImcCore core, MemoryTraffic.Bits memories) {
    Layer.Convolution layer = convolutions.get(core.layer());
    checkArgument(layer != null, "no convolution %s", core.layer());
    Tiling tiling = Tiling.of(layer, core.fetch().patch(), core.array().core().macro());
    MacroEnergy macro = table.macro(core.array().core().type());
    double multiplication = 0;
    for (int block = 0; block < tiling.blocks(); block++) {
      double rows = tiling.rows(block);
      double columns = tiling.columns(block);
      multiplication += rows * columns * macro.weight().value();
      multiplication += rows * tiling.columnTiles(block) * macro.input().value();
      multiplication += columns * tiling.rowTiles(block) * macro.output().value();
    }
    long windows = core.fetch().windows();
    return new Work(
        windows * tiling.macros(), windows * multiplication, memories, values(core.output()));
  }

  private double values(String link) {
    return links.get(link).shape().size();
  }

  /** What a block does for an image: macros started, femtojoules of them, memory, values scaled. */
  private record Work(long starts, double macros, MemoryTraffic.Bits memories, double values) {
    private static final Work NONE = new Work(0, 0, MemoryTraffic.Bits.NONE, 0);
  }
}
