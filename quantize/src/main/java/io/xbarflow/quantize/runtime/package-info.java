/**
 * Running ONNX files with ONNX Runtime. Entry points: {@code FloatRun}, {@code ModelRun}. Depends
 * on {@code graph}; the only package that knows ONNX Runtime.
 */
package io.xbarflow.quantize.runtime;
