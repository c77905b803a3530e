package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;

/**
 * What {@code table.v.vm} prints: constants selected by a counter.
 *
 * @param title first line
 * @param description further lines of the header
 * @param model source model
 * @param node ONNX node
 * @param sha256 hash of the source model
 * @param module module name
 * @param selectTop highest bit of the selector
 * @param columns outputs
 * @param rows values by selector
 */
public record TableView(
    Comment title,
    ImmutableList<Comment> description,
    Comment model,
    Comment node,
    Comment sha256,
    String module,
    int selectTop,
    ImmutableList<Column> columns,
    ImmutableList<Row> rows) {

  /**
   * One output.
   *
   * @param name port
   * @param top highest bit
   * @param zero the literal of its width that is 0
   * @param end a comma, or nothing after the last
   */
  public record Column(String name, int top, Code zero, String end) {}

  /**
   * The outputs for one selector.
   *
   * @param select literal
   * @param assignments one for every output
   */
  public record Row(Code select, ImmutableList<Code> assignments) {}
}
