/**
 * The example and reference networks, written from seeds, and quantised topologies of float
 * networks. Entry points: {@code ExampleNetworks}, {@code ReferenceNetworks}, {@code
 * QuantisedTopology}. Depends on core's tensor and diagnostic packages, and on protobuf for ONNX.
 */
package io.xbarflow.examples;
