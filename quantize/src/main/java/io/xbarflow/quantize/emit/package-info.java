/**
 * Float graphs with a scheme become quantised ones, in QOperator or QDQ form. Entry point: {@code
 * QuantisedGraph}. Depends on {@code graph} and {@code calibrate}.
 */
package io.xbarflow.quantize.emit;
