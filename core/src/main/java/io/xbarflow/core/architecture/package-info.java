/**
 * What the chip is built from: size and kind of the crossbars, cycles of an MVM, clock, grid of
 * places, memory policy. Entry points: {@code Architecture} (the values), {@code Architectures} (by
 * name or file). Depends on {@code io.xbarflow.core.diagnostic} and on Jackson's YAML parser.
 */
package io.xbarflow.core.architecture;
