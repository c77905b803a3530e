package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;

/**
 * What {@code core.v.vm} prints: a core as a fetch unit and what follows it.
 *
 * @param title first line
 * @param description further lines of the header
 * @param model source model
 * @param node ONNX node
 * @param sha256 hash of the source model
 * @param module module name
 * @param inputTop highest bit of the input's data
 * @param outputTop highest bit of the output's data
 * @param windowTop highest bit of a window
 * @param skip whether the input is repeated
 * @param signals further signals
 * @param instances the parts
 */
public record CoreView(
    Comment title,
    ImmutableList<Comment> description,
    Comment model,
    Comment node,
    Comment sha256,
    String module,
    int inputTop,
    int outputTop,
    long windowTop,
    boolean skip,
    ImmutableList<Signal> signals,
    ImmutableList<Instance> instances) {

  /**
   * An internal signal.
   *
   * @param declaration as Verilog declares it
   */
  public record Signal(Code declaration) {}
}
