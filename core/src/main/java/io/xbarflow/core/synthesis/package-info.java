/**
 * What synthesis found about a generated chip: cells, area, memories and critical paths, per module
 * and in total.
 *
 * <p>Start with {@link io.xbarflow.core.synthesis.Synthesis}, the artefact of {@code xbarflow
 * synth}. Depends on nothing but values.
 */
package io.xbarflow.core.synthesis;
