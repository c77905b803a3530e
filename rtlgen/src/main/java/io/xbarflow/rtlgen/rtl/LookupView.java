package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;

/**
 * What {@code lookup.v.vm} prints: a unary function.
 *
 * @param title first line
 * @param model source model
 * @param node ONNX node
 * @param sha256 hash of the source model
 * @param module module name
 * @param dataTop highest bit of a beat
 * @param lanes lowest bit of every lane
 * @param entries the 256 cases
 */
public record LookupView(
    Comment title,
    Comment model,
    Comment node,
    Comment sha256,
    String module,
    int dataTop,
    ImmutableList<Integer> lanes,
    ImmutableList<Code> entries) {}
