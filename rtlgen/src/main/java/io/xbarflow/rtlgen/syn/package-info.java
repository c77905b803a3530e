/**
 * What goes into {@code syn/} beside the Verilog: scripts, constraints, timing views of memories
 * and macros, a core file.
 *
 * <p>Start with {@link io.xbarflow.rtlgen.syn.SynthesisFiles}. Depends on the templates' renderer
 * only.
 */
package io.xbarflow.rtlgen.syn;
