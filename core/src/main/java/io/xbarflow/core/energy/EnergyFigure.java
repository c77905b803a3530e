package io.xbarflow.core.energy;

/**
 * One figure of an {@link EnergyTable}.
 *
 * @param value in the unit that the table gives it
 * @param source where it is from
 */
public record EnergyFigure(double value, String source) {}
