package io.xbarflow.testbench.kit;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the templates of the bench read.
 *
 * @param module module under test
 * @param rowBits bits of the widest row_data
 * @param resultBits bits of the widest column_data
 * @param rowBytes bytes that hold row_data
 * @param resultBytes bytes that hold column_data
 * @param instances one for each case
 */
public record BenchView(
    String module,
    int rowBits,
    int resultBits,
    int rowBytes,
    int resultBytes,
    ImmutableList<Instance> instances) {

  /**
   * A case.
   *
   * @param id its number
   * @param name what it is
   * @param rowBits bits of its row_data
   * @param resultBits bits of its column_data
   * @param padded its column_data at the width of the widest
   * @param or what joins it to the next case: an operator, or the end of the statement
   * @param parameters Verilog parameters
   */
  public record Instance(
      int id,
      Comment name,
      int rowBits,
      int resultBits,
      Code padded,
      Join or,
      ImmutableList<Setting> parameters) {}

  /**
   * What stands between two cases.
   *
   * @param bit in an expression of one bit
   * @param word in an expression of a whole result
   */
  public record Join(Code bit, Code word) {}

  /**
   * The value of a parameter.
   *
   * @param name parameter
   * @param value number
   * @param comma what parts it from the next
   */
  public record Setting(String name, long value, String comma) {}

  private static final Join OPERATORS = new Join(Code.literal(" ||"), Code.literal(" |"));
  private static final Join END = new Join(Code.literal(";"), Code.literal(";"));

  /** The bench of {@code cases}. */
  static BenchView of(String module, List<MacroCase> cases) {
    int rowBits = cases.stream().mapToInt(BenchView::rowBits).max().orElseThrow();
    int resultBits = cases.stream().mapToInt(BenchView::resultBits).max().orElseThrow();
    ImmutableList.Builder<Instance> instances = ImmutableList.builder();
    for (MacroCase each : cases) {
      String signal = "column_data_" + each.id();
      int missing = resultBits - resultBits(each);
      boolean last = each.id() + 1 == cases.size();
      instances.add(
          new Instance(
              each.id(),
              Comment.ofName(each.name()),
              rowBits(each),
              resultBits(each),
              Code.expression(missing == 0 ? signal : "{{" + missing + "{1'b0}}, " + signal + "}"),
              last ? END : OPERATORS,
              settings(each)));
    }
    return new BenchView(
        module, rowBits, resultBits, rowBits / 8, (resultBits + 7) / 8, instances.build());
  }

  private static int rowBits(MacroCase each) {
    return each.tile().rows() * 8;
  }

  private static int resultBits(MacroCase each) {
    return each.tile().columns() * each.columnBits();
  }

  private static ImmutableList<Setting> settings(MacroCase each) {
    Map<String, Long> values = new TreeMap<>(each.parameters());
    values.put("ROWS", (long) each.tile().rows());
    values.put("COLUMNS", (long) each.tile().columns());
    values.put("COLUMN_BITS", (long) each.columnBits());
    values.put("INPUTS_SIGNED", each.tile().inputsSigned() ? 1L : 0L);
    values.put("MVM_CYCLES", (long) each.mvmCycles());
    values.put("COUNT_BITS", Math.max(1L, 32 - Integer.numberOfLeadingZeros(each.mvmCycles() - 1)));
    List<Setting> settings = new ArrayList<>();
    values.forEach(
        (name, value) ->
            settings.add(new Setting(name, value, settings.size() + 1 < values.size() ? "," : "")));
    return ImmutableList.copyOf(settings);
  }
}
