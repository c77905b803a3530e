package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Optional;

/**
 * What a mapping reaches, or the bound of a perfect pipeline.
 *
 * @param crossbars macros used
 * @param cyclesPerImage initiation interval in steady state, clock cycles; absent when too few
 *     images were run to see it
 * @param firstImageCycles cycles from the first beat offered to the last beat of the first image
 * @param activationMemoryBits bits of activation memory: rings, windows of full-frame layers, skip
 *     FIFOs
 */
public record Figures(
    int crossbars,
    Optional<Long> cyclesPerImage,
    long firstImageCycles,
    long activationMemoryBits) {
  /** Checks that nothing is negative. */
  public Figures {
    checkArgument(
        Math.min(crossbars, Math.min(firstImageCycles, activationMemoryBits)) >= 0
            && cyclesPerImage.orElse(0L) >= 0,
        "negative figures");
  }
}
