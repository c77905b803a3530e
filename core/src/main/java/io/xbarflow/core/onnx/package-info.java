/**
 * Reading ONNX files: quantised graphs in QOperator or QDQ form, and tensor files. Entry points:
 * {@code OnnxImport} and {@code OnnxTensorFile}. Depends on the network, tensor and diagnostic
 * packages; the only package that knows protobuf.
 */
package io.xbarflow.core.onnx;
