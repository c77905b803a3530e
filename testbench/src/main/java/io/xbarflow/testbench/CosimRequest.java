package io.xbarflow.testbench;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.tensor.Image;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to co-simulate.
 *
 * @param folder output folder that holds {@code rtl/filelist.f} and {@code mem/}
 * @param mapping what the Verilog was generated from
 * @param signedTensors names of the tensors whose values are int8; the others are uint8
 * @param images for every image the expected values of every tensor on a link, inputs included, by
 *     tensor name
 * @param predictedImageEnds for every link the predicted cycle of each image's last beat; absent
 *     when cycles are not to be compared
 * @param stalls gaps and back-pressure; cycles are compared only without them
 * @param badFrames frames of a wrong length among the images, which then are what the chip has to
 *     make of them: filled up with the input's zero point, or cut; cycles are compared only without
 * @param watchdogCycles cycles without a transfer on any link that count as a deadlock
 */
public record CosimRequest(
    Path folder,
    Mapping mapping,
    ImmutableSet<String> signedTensors,
    ImmutableList<ImmutableMap<String, Image>> images,
    Optional<ImmutableMap<String, ImmutableList<Long>>> predictedImageEnds,
    Stalls stalls,
    ImmutableList<SentFrame> badFrames,
    long watchdogCycles) {

  /** Checks that every link has its expectation. */
  public CosimRequest {
    images = ImmutableList.copyOf(images);
    checkArgument(!images.isEmpty(), "no images");
    checkArgument(watchdogCycles > 0, "watchdog of %s cycles", watchdogCycles);
    for (ImmutableMap<String, Image> image : images) {
      for (Link link : mapping.links()) {
        Image expected = image.get(link.tensor());
        checkArgument(expected != null, "no expectation for tensor %s", link.tensor());
        checkArgument(
            expected.shape().size() == link.shape().size()
                && expected.shape().channels() == link.shape().channels(),
            "tensor %s is %s, link %s is %s",
            link.tensor(),
            expected.shape(),
            link.name(),
            link.shape());
      }
    }
    if (predictedImageEnds.isPresent()) {
      for (Link link : mapping.links()) {
        ImmutableList<Long> ends = predictedImageEnds.get().get(link.name());
        checkArgument(
            ends != null && ends.size() >= images.size(), "no prediction for link %s", link.name());
      }
    }
  }

  /**
   * A run without stalls and without predicted cycles, with a generous watchdog.
   *
   * @param images for every image every tensor of {@code network} by name, as the golden model
   *     gives them
   */
  public static CosimRequest of(
      Path folder, Network network, Mapping mapping, List<ImmutableMap<String, Image>> images) {
    return of(
        folder,
        mapping,
        network.tensors().stream()
            .filter(tensor -> tensor.quantisation().signed())
            .map(Tensor::name)
            .collect(ImmutableSet.toImmutableSet()),
        images);
  }

  /** A run without stalls and without predicted cycles, with a generous watchdog. */
  public static CosimRequest of(
      Path folder,
      Mapping mapping,
      ImmutableSet<String> signedTensors,
      List<ImmutableMap<String, Image>> images) {
    return new CosimRequest(
        folder,
        mapping,
        signedTensors,
        ImmutableList.copyOf(images),
        Optional.empty(),
        Stalls.none(),
        ImmutableList.of(),
        20_000 + 16L * longestMvm(mapping));
  }

  private static int longestMvm(Mapping mapping) {
    return mapping.blocks().stream()
        .mapToInt(
            block ->
                block instanceof Block.ImcCore core ? core.array().core().macro().mvmCycles() : 0)
        .max()
        .orElse(0);
  }

  /** The same, with cycles compared. */
  public CosimRequest withPrediction(ImmutableMap<String, ImmutableList<Long>> imageEnds) {
    return new CosimRequest(
        folder,
        mapping,
        signedTensors,
        images,
        Optional.of(imageEnds),
        stalls,
        badFrames,
        watchdogCycles);
  }

  /** The same under {@code newStalls}. */
  public CosimRequest withStalls(Stalls newStalls) {
    return new CosimRequest(
        folder,
        mapping,
        signedTensors,
        images,
        predictedImageEnds,
        newStalls,
        badFrames,
        watchdogCycles);
  }

  /** The same with frames of a wrong length. */
  public CosimRequest withBadFrames(ImmutableList<SentFrame> frames) {
    return new CosimRequest(
        folder, mapping, signedTensors, images, predictedImageEnds, stalls, frames, watchdogCycles);
  }

  /** Whether the cycles of the run can be those that were predicted. */
  boolean timed() {
    return predictedImageEnds.isPresent() && !stalls.any() && badFrames.isEmpty();
  }

  /** The same with another watchdog. */
  public CosimRequest withWatchdog(long cycles) {
    return new CosimRequest(
        folder, mapping, signedTensors, images, predictedImageEnds, stalls, badFrames, cycles);
  }
}
