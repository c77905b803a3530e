package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;

/**
 * What {@code top.v.vm} prints: the chip as blocks and links.
 *
 * @param title first line
 * @param description further lines of the header
 * @param model source model
 * @param sha256 hash of the source model
 * @param inputs AXI4-Stream inputs
 * @param outputs AXI4-Stream outputs
 * @param links streams between blocks
 * @param signals declarations of further signals
 * @param instances blocks, and what stands at the ports
 */
public record TopView(
    Comment title,
    ImmutableList<Comment> description,
    Comment model,
    Comment sha256,
    ImmutableList<PortView> inputs,
    ImmutableList<PortView> outputs,
    ImmutableList<LinkView> links,
    ImmutableList<Code> signals,
    ImmutableList<Instance> instances) {

  /**
   * An AXI4-Stream port.
   *
   * @param prefix of its signals
   * @param link the link it is
   * @param top highest bit of its data
   * @param frame what a frame is, in words
   * @param index position among the inputs, or among the outputs
   */
  public record PortView(String prefix, String link, int top, Comment frame, int index) {}

  /**
   * A link.
   *
   * @param name of its signals
   * @param comment what it carries
   * @param top highest bit of its data
   */
  public record LinkView(String name, Comment comment, int top) {}
}
