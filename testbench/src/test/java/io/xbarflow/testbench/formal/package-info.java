/**
 * Proofs of properties of the Verilog's leaf modules by Yosys and an SMT solver. Properties stand
 * in {@code <cell>_properties.sv} among the resources, an English sentence each; {@code Proofs}
 * lists what is proved with which parameters, {@code Prover} runs one. May depend on nothing but
 * the testbench's {@code ToolProcess}.
 */
package io.xbarflow.testbench.formal;
