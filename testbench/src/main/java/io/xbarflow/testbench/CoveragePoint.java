package io.xbarflow.testbench;

import java.util.Comparator;

/**
 * One place in the Verilog whose executions are counted.
 *
 * @param unit file of the cell, as {@code ram_1r1w.v}, or the template that the module was made
 *     from, as {@code table.v.vm}
 * @param line number of the line in the cell; 0 in a template, whose modules differ
 * @param column of the statement; 0 in a template
 * @param kind what is counted there
 * @param source the line's text; in a template with # for every number
 */
public record CoveragePoint(String unit, int line, int column, Kind kind, String source)
    implements Comparable<CoveragePoint> {
  private static final Comparator<CoveragePoint> ORDER =
      Comparator.comparing(CoveragePoint::unit)
          .thenComparingInt(CoveragePoint::line)
          .thenComparingInt(CoveragePoint::column)
          .thenComparing(CoveragePoint::kind)
          .thenComparing(CoveragePoint::source);

  /** What is counted at a point. */
  public enum Kind {
    /** Executions of a block of statements. */
    BLOCK("executed"),
    /** The condition of an {@code if} holds. */
    IF("condition true"),
    /** It does not, whether or not there is an {@code else}. */
    ELSE("condition false"),
    /** An item of a {@code case} is chosen. */
    CASE("item chosen");

    private final String meaning;

    Kind(String meaning) {
      this.meaning = meaning;
    }

    /** What has happened when the point is reached. */
    public String meaning() {
      return meaning;
    }

    /** Of Verilator's word. */
    static Kind of(String word) {
      return switch (word) {
        case "if", "elsif" -> IF;
        case "else" -> ELSE;
        case "case" -> CASE;
        default -> BLOCK;
      };
    }
  }

  @Override
  public int compareTo(CoveragePoint other) {
    return ORDER.compare(this, other);
  }
}
