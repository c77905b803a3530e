/**
 * Chooses how many pixels each convolution computes per MVM: patches and copies under a budget of
 * macros, or the fewest macros for an interval. Entry point: {@code Choices}. Depends on core only.
 */
package io.xbarflow.mapper.choice;
