/**
 * Proves generated Verilog by co-simulation: builds a simulator with Verilator, runs images through
 * it, compares every link between blocks with the expected bytes and cycles, and names the place of
 * the first difference. Entry point: {@code Cosimulation}. Depends on the mapping records, the
 * tensors and the template renderer.
 */
package io.xbarflow.testbench;
