package io.xbarflow.core.energy;

/**
 * What one matrix-vector multiplication of a macro costs.
 *
 * @param weight femtojoules for each weight in use
 * @param input femtojoules for each row in use: its driver or converter, all bits
 * @param output femtojoules for each column in use: its converter
 */
public record MacroEnergy(EnergyFigure weight, EnergyFigure input, EnergyFigure output) {}
