/**
 * The example networks, written from seeds. Entry point: {@code ExampleNetworks}. Depends on core's
 * tensor package, and on protobuf to write ONNX.
 */
package io.xbarflow.examples;
