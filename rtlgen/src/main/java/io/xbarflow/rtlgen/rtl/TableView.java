package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;

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
    String title,
    ImmutableList<String> description,
    String model,
    String node,
    String sha256,
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
  public record Column(String name, int top, String zero, String end) {}

  /**
   * The outputs for one selector.
   *
   * @param select literal
   * @param assignments one for every output
   */
  public record Row(String select, ImmutableList<String> assignments) {}
}
