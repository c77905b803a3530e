package io.xbarflow.mapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.MappingCheck;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Window;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which max pools keep partial results, and what that costs. */
final class RowPoolMappingTest {
  private static final Architecture DEFAULT = Architectures.named("default").withMvmCycles(8);

  private static <T extends Block> List<T> blocks(Mapping mapping, Class<T> type) {
    return mapping.blocks().stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static long bits(Mapping mapping, List<? extends Block> blocks) {
    return ActivationMemory.bits(ImmutableList.copyOf(blocks), mapping.linksByName());
  }

  @Test
  void aChainOfPoolsReachesTheBound(@TempDir Path folder) {
    Network network = Topologies.vgg8();
    Mapping mapping = Mapper.map(network, DEFAULT);
    List<Block.RowPool> pools = blocks(mapping, Block.RowPool.class);
    assertEquals(3, pools.size());
    // One row of results: 16 x 128, 8 x 256 and 4 x 512 values.
    assertEquals(8L * (16 * 128 + 8 * 256 + 4 * 512), bits(mapping, pools));
    assertEquals(mapping.bound().cyclesPerImage(), mapping.prediction().cyclesPerImage());
    assertTrue(
        mapping.prediction().activationMemoryBits()
            <= 1.02 * mapping.bound().activationMemoryBits(),
        () -> mapping.prediction() + " for a bound of " + mapping.bound());
    Artefacts.write(folder.resolve("mapping.json"), mapping);
    assertEquals(mapping, Artefacts.read(folder.resolve("mapping.json"), Mapping.class));
    assertEquals(ImmutableList.of(), MappingCheck.broken(network, mapping));
  }

  private static Plan with(Plan plan, String layer, LayerPlan decided) {
    Map<String, LayerPlan> layers = new HashMap<>(plan.layers());
    layers.put(layer, decided);
    return new Plan(ImmutableMap.copyOf(layers));
  }

  @Test
  void otherPoliciesKeepPixels() {
    Network network = Topologies.vgg8();
    Plan plan = Plan.plain(network, ActivationMemoryPolicy.ROWS);
    Mapping mapping = Mapper.map(network, DEFAULT, plan, MappingOptions.PLAIN);
    assertEquals(List.of(), blocks(mapping, Block.RowPool.class));
    assertEquals(3, blocks(mapping, Block.PoolCore.class).size());
  }

  @Test
  void patchesOfTwoRowsKeepPixels() {
    Network network = Topologies.vgg8();
    Plan plan = Plan.plain(network, ActivationMemoryPolicy.RING);
    LayerPlan patched = new LayerPlan(new Patch(2, 2), 1, ActivationMemoryPolicy.RING);
    Mapping mapping =
        Mapper.map(network, DEFAULT, with(plan, "conv1", patched), MappingOptions.PLAIN);
    assertEquals(1, blocks(mapping, Block.PoolCore.class).size());
    assertEquals(2, blocks(mapping, Block.RowPool.class).size());
  }

  /** The convolution behind the pool has a quarter of the pixels and no memory. */
  @ParameterizedTest
  @CsvSource({"1, true", "2, true", "3, false", "4, false"})
  void aReaderWithoutMemoryMustKeepUp(int copies, boolean keepsResults) {
    Network network = Topologies.poolThenPointwise();
    Plan plan = Plan.plain(network, ActivationMemoryPolicy.RING);
    LayerPlan copied = new LayerPlan(Patch.SINGLE, copies, ActivationMemoryPolicy.RING);
    Mapping mapping =
        Mapper.map(network, DEFAULT, with(plan, "conv0", copied), MappingOptions.PLAIN);
    assertEquals(keepsResults ? 1 : 0, blocks(mapping, Block.RowPool.class).size());
    assertEquals(mapping.bound().cyclesPerImage(), mapping.prediction().cyclesPerImage());
  }

  private record Refused(String part, Window window, Layer.Pool.Kind kind, StreamOrder order) {}

  @Test
  void onlyMaxPoolsOfSeparateWindowsCanKeepResults() {
    Window fits = new Window(2, 3, 2, 3, 0, 0, 0, 0, 1, 1);
    Layer.Pool.Kind max = Layer.Pool.Kind.MAX;
    assertTrue(Block.RowPool.canCompute(pool(fits, max), StreamOrder.RASTER));
    for (Refused refused :
        List.of(
            new Refused("average", fits, Layer.Pool.Kind.AVERAGE, StreamOrder.RASTER),
            new Refused("order", fits, max, new StreamOrder(2, 2)),
            new Refused("one tap", Window.frame(1, 1), max, StreamOrder.RASTER),
            window("overlap down", 3, 2, 2, 2, 0, 1),
            window("overlap across", 2, 3, 2, 2, 0, 1),
            window("gap", 2, 2, 3, 2, 0, 1),
            window("padding", 2, 2, 2, 2, 1, 1),
            window("dilation", 2, 2, 2, 2, 0, 2))) {
      assertEquals(
          false,
          Block.RowPool.canCompute(pool(refused.window(), refused.kind()), refused.order()),
          refused.part());
    }
  }

  private static Refused window(
      String part, int height, int width, int down, int across, int pad, int dilation) {
    Window window = new Window(height, width, down, across, 0, pad, 0, 0, dilation, 1);
    return new Refused(part, window, Layer.Pool.Kind.MAX, StreamOrder.RASTER);
  }

  private static Layer.Pool pool(Window window, Layer.Pool.Kind kind) {
    return new Layer.Pool("pool", "x", "y", window, kind, false);
  }

  @Test
  void anEditedMappingIsChecked() {
    Network network = Topologies.vgg8();
    Mapping mapping = Mapper.map(network, DEFAULT);
    Window other = new Window(2, 3, 2, 3, 0, 0, 0, 0, 1, 1);
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    for (Block block : mapping.blocks()) {
      blocks.add(
          block instanceof Block.RowPool pool
              ? new Block.RowPool(pool.name(), pool.layer(), pool.input(), pool.output(), other)
              : block);
    }
    Mapping edited =
        new Mapping(
            mapping.model(),
            mapping.modelSha256(),
            mapping.architecture(),
            mapping.inputs(),
            mapping.outputs(),
            mapping.links(),
            blocks.build(),
            mapping.prediction(),
            mapping.bound());
    List<MappingCheck.Broken> broken = MappingCheck.broken(network, edited);
    assertEquals(3, broken.size(), broken::toString);
    assertTrue(broken.get(0).constraint().contains("instead of its layer's"), broken::toString);
  }
}
