/**
 * Float ONNX files in, quantised ones out. Entry points: {@code OnnxModel} and {@code OnnxFile}.
 * Depends on {@code graph}; the only package of this module that knows protobuf.
 */
package io.xbarflow.quantize.onnx;
