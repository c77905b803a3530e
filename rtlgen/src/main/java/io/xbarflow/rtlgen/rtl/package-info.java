/**
 * Writes the Verilog, the weight memories and the file lists of a mapping. Entry point: {@code
 * Generator}. Depends on core, {@code arithmetic} and {@code template}.
 */
package io.xbarflow.rtlgen.rtl;
