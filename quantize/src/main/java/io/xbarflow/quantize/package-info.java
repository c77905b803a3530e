/**
 * From a float ONNX model to a quantised one that the importer takes. Entry point: {@code
 * Quantizer}. Depends on {@code core} and, to measure what quantisation costs, on the golden model
 * in {@code sim}.
 */
package io.xbarflow.quantize;
