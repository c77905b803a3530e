/**
 * Rewrites of float graphs until only operators are left that have an integer form. Entry point:
 * {@code Rewrites}, which lists them in order. Depends on {@code graph}.
 */
package io.xbarflow.quantize.rewrite;
