package io.xbarflow.cores.pcm;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.coretype.Parameter;
import io.xbarflow.core.coretype.Parameters;

/**
 * The parameters of the type, read.
 *
 * @param adcBits bits of a converter, sign included
 * @param perColumn whether every column's converter has the range of its own sums
 * @param fullScaleRows rows at 127 x 127 that just reach full scale when all ranges are equal
 * @param inputBits magnitude bits of a row driver
 * @param levels levels of a device above RESET; 0 when continuous
 * @param programmingNoise factor on the published one
 * @param readNoise factor on the published one
 * @param drift factor on the published exponents
 * @param seconds since programming
 * @param driftCompensation whether the converters' reference follows the drift
 * @param stuck part of the devices that cannot be programmed, from 0 to 1
 * @param seed of the random numbers
 */
record PcmSettings(
    int adcBits,
    boolean perColumn,
    double fullScaleRows,
    int inputBits,
    int levels,
    double programmingNoise,
    double readNoise,
    double drift,
    double seconds,
    boolean driftCompensation,
    double stuck,
    int seed) {

  static PcmSettings of(Parameters parameters) {
    return new PcmSettings(
        parameters.whole("adcBits"),
        parameters.text("adcRange").equals("column"),
        parameters.decimal("fullScaleRows"),
        parameters.whole("inputBits"),
        parameters.whole("levels"),
        parameters.decimal("programmingNoise"),
        parameters.decimal("readNoise"),
        parameters.decimal("drift"),
        parameters.decimal("driftSeconds"),
        parameters.text("driftCompensation").equals("yes"),
        parameters.decimal("stuckCells") / 100,
        parameters.whole("seed"));
  }

  /** Every parameter with its default. */
  static ImmutableList<Parameter> parameters() {
    return ImmutableList.of(
        Parameter.mvmCycles(),
        Parameter.whole("adcBits", "8", 2, 12, "bits of a column's converter, sign included"),
        Parameter.choice(
            "adcRange",
            ImmutableList.of("column", "macro"),
            "full scale of the converters: of each column's own sums, or the same for all"),
        Parameter.decimal(
            "fullScaleRows",
            "8",
            0.01,
            512,
            "rows at input 127 and weight 127 that reach full scale, for adcRange=macro"),
        Parameter.whole("inputBits", "8", 1, 8, "magnitude bits of a row driver"),
        Parameter.whole(
            "levels", "0", 0, 4096, "levels a device can take above RESET; 0 for any conductance"),
        Parameter.decimal(
            "programmingNoise", "1", 0, 10, "factor on the published programming noise"),
        Parameter.decimal("readNoise", "1", 0, 10, "factor on the published read noise"),
        Parameter.decimal("drift", "1", 0, 10, "factor on the published drift exponents"),
        Parameter.decimal(
            "driftSeconds", "0", 0, 1e9, "seconds since programming; no drift up to 20"),
        Parameter.choice(
            "driftCompensation",
            ImmutableList.of("yes", "no"),
            "whether the converters' reference follows the mean drift of the macro"),
        Parameter.decimal(
            "stuckCells", "0", 0, 100, "percent of devices stuck, half at 0, half at g_max"),
        Parameter.whole("seed", "1", 0, 999_999_999, "seed of all random numbers"));
  }
}
