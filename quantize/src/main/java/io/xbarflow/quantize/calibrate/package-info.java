/**
 * Scales and zero points: what values occur, the range that is represented, and which values share
 * their parameters. Entry points: {@code Observations}, {@code RangeRule}, {@code Scheme}. Depends
 * on {@code graph}.
 */
package io.xbarflow.quantize.calibrate;
