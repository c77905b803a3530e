package io.xbarflow.cli;

import static java.util.Objects.requireNonNull;

import io.xbarflow.core.energy.EnergyTable;
import io.xbarflow.testbench.CycleWindow;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a co-simulation is told.
 *
 * @param inputs images
 * @param stallSeed seed of random gaps at the input and back-pressure at the output; without it
 *     there are none
 * @param waves cycles of which a waveform is written even if all is well
 * @param coverage whether executions of lines and branches are counted
 * @param dump folder for the network's outputs
 * @param energy what single events cost
 * @param cache folder where compiled simulations are kept
 * @param classes what is known of classes
 */
record CosimSettings(
    Inputs inputs,
    Optional<Long> stallSeed,
    Optional<CycleWindow> waves,
    boolean coverage,
    Optional<Path> dump,
    EnergyTable energy,
    Path cache,
    KnownClasses classes) {
  CosimSettings {
    requireNonNull(inputs);
    requireNonNull(stallSeed);
    requireNonNull(waves);
    requireNonNull(dump);
    requireNonNull(energy);
    requireNonNull(cache);
    requireNonNull(classes);
  }
}
