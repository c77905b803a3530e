package io.xbarflow.examples.results;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What is read of {@code simulation.json}.
 *
 * @param goldenImagesPerSecond speed of the golden model
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record SimulationFigures(double goldenImagesPerSecond) {}
