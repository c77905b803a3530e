package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;
import java.util.ArrayList;
import java.util.List;

/** Collects the rows of a {@link TableView}. */
final class ConstantTable {
  private final int selectBits;
  private final List<String> names = new ArrayList<>();
  private final List<Integer> widths = new ArrayList<>();
  private final List<TableView.Row> rows = new ArrayList<>();

  ConstantTable(int selectBits) {
    this.selectBits = selectBits;
  }

  ConstantTable column(String name, int widthBits) {
    names.add(name);
    widths.add(widthBits);
    return this;
  }

  /** The values, in binary digits, that {@code select} gives. */
  void row(long select, String... values) {
    ImmutableList.Builder<Code> assignments = ImmutableList.builder();
    for (int i = 0; i < names.size(); i++) {
      assignments.add(Code.expression(names.get(i) + " = " + BitWidths.hexadecimal(values[i])));
    }
    rows.add(new TableView.Row(Code.expression(selectBits + "'d" + select), assignments.build()));
  }

  TableView view(
      Comment title,
      ImmutableList<Comment> description,
      Source source,
      String node,
      String module) {
    ImmutableList.Builder<TableView.Column> columns = ImmutableList.builder();
    for (int i = 0; i < names.size(); i++) {
      columns.add(
          new TableView.Column(
              names.get(i),
              widths.get(i) - 1,
              Code.expression(widths.get(i) + "'h0"),
              i + 1 < names.size() ? "," : ""));
    }
    return new TableView(
        title,
        description,
        source.model(),
        Comment.ofName(node),
        source.sha256(),
        module,
        selectBits - 1,
        columns.build(),
        ImmutableList.copyOf(rows));
  }
}
