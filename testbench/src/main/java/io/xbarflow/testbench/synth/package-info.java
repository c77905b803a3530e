/**
 * Runs the scripts in {@code syn/} of a generated chip and reads what the tools say: area, cells,
 * memories and critical paths with their names.
 *
 * <p>Start with {@link io.xbarflow.testbench.synth.SynthesisRun}. Depends on {@code testbench} for
 * running programs and on {@code core.synthesis} for the results.
 */
package io.xbarflow.testbench.synth;
