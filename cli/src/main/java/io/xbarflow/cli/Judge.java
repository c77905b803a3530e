package io.xbarflow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.mapper.explore.Outcome;
import io.xbarflow.sim.Accuracy;
import io.xbarflow.sim.Simulation;
import io.xbarflow.sim.golden.Calibration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs mapped networks on the images of a sweep. Mappings with equal arrays are run once. */
final class Judge {
  /** Images that ranges of converters are taken from, at most. */
  private static final int CALIBRATION_IMAGES = 16;

  private final Network network;
  private final CoreTypes types;
  private final ImmutableList<ImmutableMap<String, Image>> images;
  private final Optional<ImmutableList<Integer>> labels;
  private final Map<String, Outcome.Quality> known = new HashMap<>();

  Judge(Network network, CoreTypes types, SweepImages given) {
    this.network = network;
    this.types = types;
    images = HostImages.load(network, given.inputs());
    labels =
        given.labels().map(file -> ImageLabels.of(file, network, given.inputs(), images.size()));
  }

  /** A hash of images and labels, hexadecimal. */
  String key() {
    Hasher hasher = Hashing.sha256().newHasher();
    for (ImmutableMap<String, Image> image : images) {
      for (Image values : image.values()) {
        for (int value : values.toArray()) {
          hasher.putInt(value);
        }
      }
    }
    return hasher.putString(labels.toString(), UTF_8).hash().toString();
  }

  /** What the images make of {@code mapping}. */
  Outcome.Quality quality(Mapping mapping) {
    StringBuilder arrays = new StringBuilder();
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        arrays
            .append(core.layer())
            .append(core.array().core())
            .append(core.array().copies())
            .append(core.fetch().patch())
            .append(core.fetch().order());
      }
    }
    return known.computeIfAbsent(arrays.toString(), unused -> run(mapping));
  }

  private Outcome.Quality run(Mapping mapping) {
    List<ImmutableMap<String, Image>> first =
        images.subList(0, Math.min(images.size(), CALIBRATION_IMAGES));
    Mapping calibrated = Calibration.of(network, mapping, first);
    Simulation simulation = Simulation.ofValues(network, calibrated, types, images);
    String output = network.outputs().get(0).tensor();
    long values = 0;
    long equal = 0;
    double squares = 0;
    for (int image = 0; image < images.size(); image++) {
      int[] actual = simulation.images().get(image).get(output).toArray();
      int[] exact = simulation.ideal().get(image).get(output).toArray();
      for (int i = 0; i < exact.length; i++) {
        int difference = actual[i] - exact[i];
        values++;
        equal += difference == 0 ? 1 : 0;
        squares += (double) difference * difference;
      }
    }
    Optional<Accuracy> accuracy = labels.map(all -> simulation.accuracy(network, all));
    return new Outcome.Quality(
        images.size(),
        (double) equal / values,
        Math.sqrt(squares / values),
        accuracy.map(Accuracy::top1),
        accuracy.map(Accuracy::idealTop1));
  }
}
