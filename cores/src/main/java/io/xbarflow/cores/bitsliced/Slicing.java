package io.xbarflow.cores.bitsliced;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.coretype.Parameter;
import io.xbarflow.core.coretype.Parameters;

/**
 * The parameters of the type, read: how weights and inputs are cut and columns are read.
 *
 * @param cellBits bits of a weight that one cell holds; divides 8
 * @param inputBits bits of an input that one phase applies; divides 8
 * @param columnsPerAdc columns that take turns at a converter
 * @param adcBits bits of a converter, without sign
 * @param adcStep units of a column's sum that one unit of the code stands for
 */
record Slicing(int cellBits, int inputBits, int columnsPerAdc, int adcBits, int adcStep) {

  static Slicing of(Parameters parameters) {
    return new Slicing(
        parameters.whole("bitsPerCell"),
        parameters.whole("inputBitsPerCycle"),
        parameters.whole("columnsPerAdc"),
        parameters.whole("adcBits"),
        parameters.whole("adcStep"));
  }

  /** Every parameter with its default. */
  static ImmutableList<Parameter> parameters() {
    return ImmutableList.of(
        Parameter.choice(
            "bitsPerCell", ImmutableList.of("2", "1", "4"), "bits of a weight in a cell; ISAAC: 2"),
        Parameter.choice(
            "inputBitsPerCycle",
            ImmutableList.of("1", "2", "4", "8"),
            "bits of an input that a row driver applies in a phase; ISAAC: 1"),
        Parameter.whole(
            "columnsPerAdc", "8", 1, 1024, "columns that share an ADC of one conversion a cycle"),
        Parameter.whole("adcBits", "10", 1, 16, "bits of an ADC; 10 are exact up to 341 rows"),
        Parameter.whole("adcStep", "1", 1, 1024, "least step of an ADC, in units of a cell"));
  }

  /** Slices of a weight. */
  int slices() {
    return 8 / cellBits;
  }

  /** Phases of an MVM. */
  int phases() {
    return 8 / inputBits;
  }

  int mvmCycles() {
    return phases() * columnsPerAdc;
  }

  /** The greatest digit of an input. */
  int greatestDigit() {
    return (1 << inputBits) - 1;
  }

  /** The content of cell {@code slice} of {@code weight}: a digit of weight + 128. */
  int cell(int weight, int slice) {
    return ((weight + 128) >> (slice * cellBits)) & ((1 << cellBits) - 1);
  }

  /** What the digits of signed inputs are taken of: their two's complement, or input + 128. */
  boolean offset(boolean inputsSigned) {
    return inputsSigned && inputBits > 1;
  }

  /** The sum of a column, not negative, as the converter reports it. */
  int convert(int sum) {
    return Math.min((2 * sum + adcStep) / (2 * adcStep), (1 << adcBits) - 1) * adcStep;
  }

  /** How much more than {@code sum} and all smaller sums the converter reports at most. */
  int excess() {
    return adcStep / 2;
  }

  /** How much less than a sum of at most {@code greatest} the converter reports at most. */
  int shortfall(int greatest) {
    return Math.max(adcStep / 2, greatest - ((1 << adcBits) - 1) * adcStep);
  }

  /** Whether the converter reports every sum up to {@code greatest} as it is. */
  boolean exact(int greatest) {
    return excess() == 0 && shortfall(greatest) == 0;
  }

  /** The greatest sum of a column of {@code rows} rows. */
  int greatestSum(int rows) {
    return rows * greatestDigit() * ((1 << cellBits) - 1);
  }
}
