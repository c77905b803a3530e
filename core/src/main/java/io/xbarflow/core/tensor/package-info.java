/**
 * Images at the boundary of the chip: tensor files ({@code .npy}), host quantisation, random
 * inputs. Entry points: {@code ImageBatch}, {@code NetworkImages}, {@code RandomImages}. Depends on
 * the network and diagnostic packages.
 */
package io.xbarflow.core.tensor;
