package io.xbarflow.quantize;

import io.xbarflow.quantize.calibrate.RangeRule;
import io.xbarflow.quantize.emit.QuantisedGraph;
import java.util.Optional;

/**
 * How to quantise.
 *
 * @param rule how ranges follow from the calibration images
 * @param signed int8 activations when true, uint8 when false
 * @param style what the file is to look like
 * @param replaceNormalisation whether an LRN becomes a constant factor per channel, rather than
 *     being refused
 * @param end the value to end with; the model's outputs when absent
 */
public record Settings(
    RangeRule rule,
    boolean signed,
    QuantisedGraph.Style style,
    boolean replaceNormalisation,
    Optional<String> end) {}
