package io.xbarflow.testbench;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.xbarflow.sim.Accuracy;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a co-simulation found, beside what was predicted and what a perfect pipeline would reach:
 * the artefact {@code cosim.json}. Cycles are clock cycles; cycle 0 is the first in which the
 * inputs are offered.
 *
 * @param model file name of the network
 * @param architecture name of the architecture
 * @param images images simulated
 * @param bitExact whether every value of every link came and was as expected
 * @param mismatches wrong values, summed over every link
 * @param cyclesPerImage distance between the ends of the last two images at the output that ends
 *     latest; absent with one image
 * @param boundCyclesPerImage the same for a perfect pipeline
 * @param predictedCyclesPerImage the same from the timing model
 * @param firstImageCycles cycles to the end of image 0 at the output that ends latest
 * @param boundFirstImageCycles the same for a perfect pipeline
 * @param predictedFirstImageCycles the same from the timing model
 * @param activationMemoryBits bits of activation memory
 * @param boundActivationMemoryBits least bits of activation memory
 * @param crossbars macros used
 * @param verilateSeconds wall-clock time to build the simulator; 0 when it was cached
 * @param simulateSeconds wall-clock time of the simulation
 * @param simulatedCycles cycles to the last beat
 * @param cycleExact whether each image ended on each link in the predicted cycle; absent when
 *     cycles were not compared
 * @param protocolViolations violations of the stream protocol
 * @param accuracy how many images the chip classifies right; absent without labels
 * @param layers every link between blocks, in topological order
 */
public record CosimReport(
    String model,
    String architecture,
    int images,
    boolean bitExact,
    long mismatches,
    Optional<Long> cyclesPerImage,
    Optional<Long> boundCyclesPerImage,
    Optional<Long> predictedCyclesPerImage,
    Optional<Long> firstImageCycles,
    long boundFirstImageCycles,
    long predictedFirstImageCycles,
    long activationMemoryBits,
    long boundActivationMemoryBits,
    int crossbars,
    double verilateSeconds,
    double simulateSeconds,
    long simulatedCycles,
    Optional<Boolean> cycleExact,
    long protocolViolations,
    Optional<Accuracy> accuracy,
    ImmutableList<Boundary> layers) {

  /** Copies the list; checks that no link is there twice and that nothing is negative. */
  public CosimReport {
    layers = ImmutableList.copyOf(layers);
    Set<String> links = new HashSet<>();
    for (Boundary layer : layers) {
      checkArgument(links.add(layer.link()), "link %s twice", layer.link());
    }
    checkArgument(
        images > 0
            && crossbars >= 0
            && Math.min(mismatches, protocolViolations) >= 0
            && Math.min(boundFirstImageCycles, predictedFirstImageCycles) >= 0
            && Math.min(activationMemoryBits, boundActivationMemoryBits) >= 0
            && Math.min(verilateSeconds, simulateSeconds) >= 0
            && simulatedCycles >= 0,
        "negative figures, or no images");
  }

  /** The same report with {@code counted}, how many images the chip classifies right. */
  public CosimReport withAccuracy(Accuracy counted) {
    return new CosimReport(
        model,
        architecture,
        images,
        bitExact,
        mismatches,
        cyclesPerImage,
        boundCyclesPerImage,
        predictedCyclesPerImage,
        firstImageCycles,
        boundFirstImageCycles,
        predictedFirstImageCycles,
        activationMemoryBits,
        boundActivationMemoryBits,
        crossbars,
        verilateSeconds,
        simulateSeconds,
        simulatedCycles,
        cycleExact,
        protocolViolations,
        Optional.of(counted),
        layers);
  }

  /**
   * One link that was watched.
   *
   * @param link its name
   * @param tensor the network tensor it carries
   * @param block the block that drives it, or the chip input
   * @param beats beats that passed
   * @param bitToggles data bits that change from beat to beat; before the first all are 0
   * @param values values compared
   * @param mismatches values that differ
   * @param imageEndCycles cycle of each image's last beat
   */
  public record Boundary(
      String link,
      String tensor,
      String block,
      long beats,
      long bitToggles,
      long values,
      long mismatches,
      ImmutableList<Long> imageEndCycles) {
    /** Copies the list and checks that nothing is negative. */
    public Boundary {
      imageEndCycles = ImmutableList.copyOf(imageEndCycles);
      checkArgument(
          Math.min(Math.min(beats, bitToggles), Math.min(values, mismatches)) >= 0,
          "negative figures of link %s",
          link);
      for (long end : imageEndCycles) {
        checkArgument(end >= 0, "link %s: an image ends in cycle %s", link, end);
      }
    }
  }
}
