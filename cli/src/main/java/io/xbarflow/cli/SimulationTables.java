package io.xbarflow.cli;

/**
 * What a simulation tells.
 *
 * @param figures images, accuracy, cycles
 * @param deviations of the layers from the network with exact sums
 * @param answers the classes that the images were given
 */
record SimulationTables(ResultTable figures, DeviationTable deviations, Answers answers) {

  /** Both tables and the classes; what is empty is left out. */
  String text() {
    String layers = deviations.text();
    return figures.text() + answers.text() + (layers.isEmpty() ? "" : "\n" + layers);
  }
}
