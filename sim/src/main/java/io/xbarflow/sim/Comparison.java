package io.xbarflow.sim;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Lists;
import com.google.common.collect.Maps;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.sim.golden.GoldenModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A mapped network beside the network with exact sums, on the same images.
 *
 * @param images for every image the tensors kept, by name
 * @param ideal the same of the network with exact sums
 * @param deviations of every layer, in topological order
 * @param goldenSeconds wall-clock time of the golden model of the mapped network
 */
record Comparison(
    ImmutableList<ImmutableMap<String, Image>> images,
    ImmutableList<ImmutableMap<String, Image>> ideal,
    ImmutableList<Deviation> deviations,
    double goldenSeconds) {
  /** Values of all tensors that are held at a time, about. */
  private static final int VALUES = 1 << 25;

  /** Images that are held at a time, at most. */
  private static final int IMAGES = 128;

  /** Whether all sums of {@code mapping} are exact. */
  static boolean exact(Mapping mapping) {
    return mapping.blocks().stream()
        .noneMatch(
            block -> block instanceof Block.ImcCore core && !core.array().core().macro().exact());
  }

  static Comparison of(
      Network network,
      Mapping mapping,
      CoreTypes types,
      List<? extends Map<String, Image>> inputs,
      Predicate<String> kept) {
    int threads = Runtime.getRuntime().availableProcessors();
    GoldenModel mapped = new GoldenModel(network, mapping, types);
    GoldenModel exact = new GoldenModel(network);
    Map<String, Deviation.Sum> sums = sums(network, mapping);
    ImmutableList.Builder<ImmutableMap<String, Image>> images = ImmutableList.builder();
    ImmutableList.Builder<ImmutableMap<String, Image>> ideal = ImmutableList.builder();
    long first = 0;
    long nanoseconds = 0;
    for (List<? extends Map<String, Image>> some : Lists.partition(inputs, together(network))) {
      long start = System.nanoTime();
      List<ImmutableMap<String, Image>> actual = mapped.runAll(some, first, all -> true, threads);
      nanoseconds += System.nanoTime() - start;
      List<ImmutableMap<String, Image>> expected = exact.runAll(some, threads);
      for (int image = 0; image < some.size(); image++) {
        Map<String, Image> got = actual.get(image);
        Map<String, Image> meant = expected.get(image);
        sums.forEach((tensor, sum) -> sum.add(got.get(tensor), meant.get(tensor)));
        images.add(ImmutableMap.copyOf(Maps.filterKeys(got, kept::test)));
        ideal.add(ImmutableMap.copyOf(Maps.filterKeys(meant, kept::test)));
      }
      first += some.size();
    }
    List<Deviation> deviations = new ArrayList<>();
    network.layers().forEach(layer -> deviations.add(sums.get(layer.output()).deviation()));
    return new Comparison(
        images.build(), ideal.build(), ImmutableList.copyOf(deviations), nanoseconds / 1e9);
  }

  private static int together(Network network) {
    long values =
        network.tensorsByName().values().stream().mapToLong(each -> each.shape().size()).sum();
    return (int) Math.max(1, Math.min(IMAGES, VALUES / values));
  }

  /** What is summed up, by the tensor that a layer writes. */
  private static Map<String, Deviation.Sum> sums(Network network, Mapping mapping) {
    Map<String, String> cores = new HashMap<>();
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        cores.put(core.layer(), core.array().core().type());
      }
    }
    Map<String, Deviation.Sum> sums = new HashMap<>();
    for (Layer layer : network.layers()) {
      sums.put(
          layer.output(),
          new Deviation.Sum(
              layer.name(),
              Optional.ofNullable(cores.get(layer.name())),
              network.tensor(layer.output()).quantisation().zeroPoint()));
    }
    return sums;
  }
}
