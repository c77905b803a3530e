package io.xbarflow.core.mapping;

/**
 * A stream at the chip's edge.
 *
 * @param link the link it drives or reads
 * @param tensor the network tensor it carries
 */
public record Port(String link, String tensor) {}
