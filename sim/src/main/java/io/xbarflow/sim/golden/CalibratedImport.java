package io.xbarflow.sim.golden;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.GivenQuantisation;
import io.xbarflow.core.onnx.ImportedModel;
import io.xbarflow.core.onnx.Interval;
import io.xbarflow.core.tensor.Image;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Imports a model, and sees in images which values the float results have that it does not
 * quantise. The first network has them in the scale of their proven range; each further one in that
 * of the range seen before and a margin on both sides.
 */
public final class CalibratedImport {
  private static final int ROUNDS = 3;

  /** By which part of it a range is wider than what was seen, for images that were not. */
  private static final double MARGIN = 0.125;

  /** By which part of it a range grows that was saturated. */
  private static final double GROWTH = 0.25;

  private CalibratedImport() {}

  /**
   * The model with ranges that {@code images} show; as it is where no range is missing.
   *
   * @param reader imports the model with ranges of float results, by ONNX value
   * @param images the inputs of a network for every image, as {@link GoldenModel#run} takes them
   */
  public static ImportedModel of(
      Function<ImmutableMap<String, Interval>, ImportedModel> reader,
      Function<Network, ? extends List<? extends Map<String, Image>>> images) {
    ImmutableMap<String, Interval> ranges = ImmutableMap.of();
    ImportedModel model = reader.apply(ranges);
    if (model.given().isEmpty()) {
      return model;
    }
    List<? extends Map<String, Image>> inputs = images.apply(model.network());
    for (int round = 0; round < ROUNDS; round++) {
      ImmutableMap<String, Interval> seen = seen(model, inputs);
      if (seen.equals(ranges)) {
        return model;
      }
      ranges = seen;
      model = reader.apply(ranges);
    }
    return model;
  }

  private static ImmutableMap<String, Interval> seen(
      ImportedModel model, List<? extends Map<String, Image>> inputs) {
    ImmutableSet<String> written =
        model.network().layers().stream()
            .map(layer -> layer.output())
            .collect(ImmutableSet.toImmutableSet());
    ImmutableSet<String> tensors =
        model.given().stream()
            .map(GivenQuantisation::tensor)
            .filter(written::contains)
            .collect(ImmutableSet.toImmutableSet());
    Map<String, Integer> least = new HashMap<>();
    Map<String, Integer> greatest = new HashMap<>();
    int threads = Runtime.getRuntime().availableProcessors();
    ImmutableList<ImmutableMap<String, Image>> results =
        new GoldenModel(model.network()).runAll(inputs, tensors::contains, threads);
    for (Map<String, Image> result : results) {
      for (String tensor : tensors) {
        least.merge(tensor, result.get(tensor).least(), Math::min);
        greatest.merge(tensor, result.get(tensor).greatest(), Math::max);
      }
    }
    ImmutableMap.Builder<String, Interval> ranges = ImmutableMap.builder();
    for (GivenQuantisation given : model.given()) {
      if (tensors.contains(given.tensor())) {
        ranges.put(
            given.value(), range(given, least.get(given.tensor()), greatest.get(given.tensor())));
      }
    }
    return ranges.buildOrThrow();
  }

  /** The range for the next round, when the integers {@code least} to {@code greatest} are seen. */
  private static Interval range(GivenQuantisation given, int least, int greatest) {
    Quantisation quantisation = given.quantisation();
    double step = quantisation.scale();
    double grown = GROWTH * step * (quantisation.max() - quantisation.min());
    double wider = MARGIN * step * (greatest - least) + step / 2;
    double low =
        (least - quantisation.zeroPoint()) * step - (least == quantisation.min() ? grown : wider);
    double high =
        (greatest - quantisation.zeroPoint()) * step
            + (greatest == quantisation.max() ? grown : wider);
    return new Interval(low, high).cutTo(given.possible());
  }
}
