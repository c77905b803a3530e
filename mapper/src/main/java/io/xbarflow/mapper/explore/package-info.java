/**
 * Sweeps ranges of architectures and options over a network and finds the points that no other
 * point beats in everything. Entry point: {@code Sweep}. Does no input or output; depends on core
 * and {@code mapper}.
 */
package io.xbarflow.mapper.explore;
