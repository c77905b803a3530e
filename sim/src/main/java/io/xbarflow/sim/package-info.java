/**
 * Runs a network in Java: values from the golden model, cycles from the timing model. Entry point:
 * {@code Simulation}. Depends on core only.
 */
package io.xbarflow.sim;
