package io.xbarflow.quantize;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * What quantisation has done to every layer: the artefact {@code <model>.quantize.json}.
 *
 * @param model the float model
 * @param images calibration images
 * @param comparedImages the first of them, which the ratios are measured on
 * @param layers in order
 * @param outputs the graph outputs
 * @param notes what else there is to know, one sentence each
 */
public record QuantisationReport(
    String model,
    int images,
    int comparedImages,
    ImmutableList<Row> layers,
    ImmutableList<Row> outputs,
    ImmutableList<String> notes) {
  /**
   * One layer or output.
   *
   * @param name node or output
   * @param operator operator in the float model
   * @param scale of the result
   * @param zeroPoint of the result
   * @param signalToNoiseDecibels power of the float values beside the power of what the quantised
   *     values differ by, over the compared images; absent when they are exact or not compared
   * @param exact whether all quantised values are equal to the float ones
   */
  public record Row(
      String name,
      String operator,
      float scale,
      int zeroPoint,
      Optional<Double> signalToNoiseDecibels,
      boolean exact) {}
}
