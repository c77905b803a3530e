package io.xbarflow.core.onnx;

import static java.util.Objects.requireNonNull;

import io.xbarflow.core.network.Quantisation;

/**
 * The quantisation of a float result that had no QuantizeLinear, chosen by its range.
 *
 * @param value ONNX value
 * @param tensor network tensor that holds it
 * @param quantisation how it is quantised
 * @param possible the range that it can have, as far as what follows can tell its values apart
 */
public record GivenQuantisation(
    String value, String tensor, Quantisation quantisation, Interval possible) {
  /** Checks that all are there. */
  public GivenQuantisation {
    requireNonNull(value);
    requireNonNull(tensor);
    requireNonNull(quantisation);
    requireNonNull(possible);
  }
}
