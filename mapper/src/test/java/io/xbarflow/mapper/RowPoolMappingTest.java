package io.xbarflow.mapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.mapping.ActivationMemory;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.MappingCheck;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
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

  /** A pool on a map of 8 x 9 pixels. */
  private record Candidate(String part, Window window, Layer.Pool.Kind kind, StreamOrder order) {
    boolean canKeepResults() {
      Layer.Pool pool = new Layer.Pool("pool", "x", "y", window, kind, false);
      Shape output =
          new Shape(
              4,
              (8 + window.padTop() + window.padBottom() - window.extentHeight())
                      / window.strideHeight()
                  + 1,
              (9 + window.padLeft() + window.padRight() - window.extentWidth())
                      / window.strideWidth()
                  + 1);
      return Block.RowPool.canCompute(pool, new Shape(4, 8, 9), output, order);
    }
  }

  private static Candidate max(String part, Window window) {
    return new Candidate(part, window, Layer.Pool.Kind.MAX, StreamOrder.RASTER);
  }

  private static Window square(int kernel, int stride, int before, int behind) {
    return new Window(kernel, kernel, stride, stride, before, before, behind, behind, 1, 1);
  }

  @Test
  void maxPoolsCanKeepResultsUnlessAPixelCompletesTwo() {
    Window fits = new Window(2, 3, 2, 3, 0, 0, 0, 0, 1, 1);
    for (Candidate accepted :
        List.of(
            max("apart", fits),
            max("gaps", square(2, 3, 0, 0)),
            max("overlap", square(3, 2, 1, 1)),
            max("overlap, rounded up", square(3, 2, 0, 1)),
            max("stride 1, padded before", square(3, 1, 2, 0)),
            max("one window, wider than the map", square(15, 2, 3, 4)))) {
      assertTrue(accepted.canKeepResults(), accepted.part());
    }
    for (Candidate refused :
        List.of(
            new Candidate("average", fits, Layer.Pool.Kind.AVERAGE, StreamOrder.RASTER),
            new Candidate("order", fits, Layer.Pool.Kind.MAX, new StreamOrder(2, 2)),
            max("one tap", Window.frame(1, 1)),
            max("stride 1, padded around", square(3, 1, 1, 1)),
            max("padded behind by a stride", new Window(4, 2, 2, 2, 0, 0, 2, 0, 1, 1)),
            max("padded right by a stride", new Window(2, 4, 2, 2, 0, 0, 0, 3, 1, 1)),
            max("window in padding above", square(2, 2, 2, 0)),
            max("window in padding behind", new Window(2, 2, 3, 3, 0, 0, 3, 0, 1, 1)),
            max("dilation", new Window(2, 2, 2, 2, 0, 0, 0, 0, 2, 1)))) {
      assertFalse(refused.canKeepResults(), refused.part());
    }
  }

  /** Rows of results and pixels beside them for windows on a map with 4 x 5 results. */
  @ParameterizedTest
  @CsvSource({
    "2, 2, 2, 2, 5", // apart: one row
    "2, 2, 3, 3, 6", // a pixel more where a row has pixels between its windows
    "3, 3, 2, 2, 6", // a row goes on where the next begins
    "3, 3, 1, 1, 12",
    "5, 5, 2, 2, 12",
    "3, 1, 2, 1, 5",
    "1, 3, 1, 2, 1",
    "2, 3, 2, 2, 6"
  })
  void memoryIsThatOfTheWindowsThatAreOpen(int height, int width, int down, int across, int kept) {
    Window window = new Window(height, width, down, across, 0, 0, 0, 0, 1, 1);
    Block.RowPool pool = new Block.RowPool("pool", "pool", "x", "y", window);
    assertEquals(kept, pool.keptPixels(new Shape(3, 4, 5)));
  }

  @Test
  void oneWindowHasOneResult() {
    Block.RowPool pool = new Block.RowPool("pool", "pool", "x", "y", Window.frame(4, 5));
    assertEquals(1, pool.keptPixels(new Shape(3, 1, 1)));
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
