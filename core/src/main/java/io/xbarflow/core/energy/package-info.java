/**
 * Energy of an image: activity that co-simulation counted and a mapping implies, times a table of
 * figures that the user may replace. Start with {@link io.xbarflow.core.energy.EnergyModel}. May
 * depend on diagnostics, the network and the mapping.
 */
package io.xbarflow.core.energy;
