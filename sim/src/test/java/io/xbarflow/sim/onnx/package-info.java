/**
 * What tests need to ask ONNX Runtime: models written as protobuf, and runs of them. Entry points:
 * {@code OnnxModel}, {@code OnnxRuntime}. Depends on core only.
 */
package io.xbarflow.sim.onnx;
