package io.xbarflow.cli;

/**
 * What a simulation tells.
 *
 * @param figures images, accuracy, cycles
 * @param deviations of the layers from the network with exact sums
 */
record SimulationTables(ResultTable figures, DeviationTable deviations) {

  /** Both tables; the second is left out when it is empty. */
  String text() {
    String layers = deviations.text();
    return figures.text() + (layers.isEmpty() ? "" : "\n" + layers);
  }
}
