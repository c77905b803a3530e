package io.xbarflow.examples.results;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Optional;

/**
 * What is read of {@code cosim.json}.
 *
 * @param images images simulated
 * @param bitExact whether every value of every link was as expected
 * @param cycleExact whether each image ended on each link in the predicted cycle
 * @param mismatches wrong values
 * @param cyclesPerImage measured; absent with one image
 * @param predictedCyclesPerImage predicted for as many images
 * @param firstImageCycles measured
 * @param predictedFirstImageCycles predicted
 * @param verilateSeconds time to build the simulator
 * @param simulateSeconds time of the simulation
 * @param simulatedCycles cycles to the last beat
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record CosimFigures(
    int images,
    boolean bitExact,
    Optional<Boolean> cycleExact,
    long mismatches,
    Optional<Long> cyclesPerImage,
    Optional<Long> predictedCyclesPerImage,
    Optional<Long> firstImageCycles,
    long predictedFirstImageCycles,
    double verilateSeconds,
    double simulateSeconds,
    long simulatedCycles) {}
