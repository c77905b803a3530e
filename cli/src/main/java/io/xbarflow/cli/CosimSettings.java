package io.xbarflow.cli;

import static java.util.Objects.requireNonNull;

import io.xbarflow.core.energy.EnergyTable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a co-simulation is told.
 *
 * @param inputs images
 * @param stallSeed seed of random gaps at the input and back-pressure at the output; without it
 *     there are none
 * @param dump folder for the network's outputs
 * @param energy what single events cost
 * @param cache folder where compiled simulations are kept
 */
record CosimSettings(
    Inputs inputs, Optional<Long> stallSeed, Optional<Path> dump, EnergyTable energy, Path cache) {
  CosimSettings {
    requireNonNull(inputs);
    requireNonNull(stallSeed);
    requireNonNull(dump);
    requireNonNull(energy);
    requireNonNull(cache);
  }
}
