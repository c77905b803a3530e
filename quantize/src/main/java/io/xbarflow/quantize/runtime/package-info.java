/**
 * Running ONNX files with ONNX Runtime. Entry point: {@code FloatRun}. Depends on {@code graph};
 * the only package that knows ONNX Runtime.
 */
package io.xbarflow.quantize.runtime;
