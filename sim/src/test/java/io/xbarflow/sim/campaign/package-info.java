/**
 * Random quantised graphs over all supported operators, compared with ONNX Runtime. Entry point:
 * {@code Campaign}; {@code GraphCase} draws a graph, {@code Trial} compares it, {@code Shrinker}
 * makes one that fails small. Depends on core, the golden model and the test package {@code onnx}.
 */
package io.xbarflow.sim.campaign;
