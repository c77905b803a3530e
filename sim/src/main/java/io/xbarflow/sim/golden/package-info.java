/**
 * The golden model: what a network computes, written from the ONNX operator specification as ONNX
 * Runtime's integer kernels compute it. Entry point: {@code GoldenModel}. Depends on the records of
 * core only, and shares nothing with the generator.
 */
package io.xbarflow.sim.golden;
