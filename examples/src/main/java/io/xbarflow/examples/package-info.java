/**
 * The example and reference networks, written from seeds. Entry points: {@code ExampleNetworks},
 * {@code ReferenceNetworks}. Depends on core's tensor package, and on protobuf to write ONNX.
 */
package io.xbarflow.examples;
