package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a co-simulation executed: the artefact {@code coverage.json}.
 *
 * @param points lines and branches there are in the cells that the design has
 * @param reached those that were executed
 * @param cells every cell and template with a statement, in alphabetical order
 */
public record CoverageReport(long points, long reached, ImmutableList<Cell> cells) {
  /** Copies the list. */
  public CoverageReport {
    cells = ImmutableList.copyOf(cells);
  }

  /**
   * One cell, or all modules of one template.
   *
   * @param file its Verilog file or template
   * @param points lines and branches
   * @param reached those that were executed
   * @param holes the others
   */
  public record Cell(String file, long points, long reached, ImmutableList<Hole> holes) {
    /** Copies the list. */
    public Cell {
      holes = ImmutableList.copyOf(holes);
    }
  }

  /**
   * A point that nothing executed.
   *
   * @param line number of the line in {@code rtl/}, 0 in a template
   * @param missing what has not happened there
   * @param source text of the line
   */
  public record Hole(int line, String missing, String source) {}

  /** The report of {@code coverage}. */
  static CoverageReport of(Coverage coverage) {
    Map<String, List<Map.Entry<CoveragePoint, Long>>> units = new TreeMap<>();
    coverage
        .counts()
        .entrySet()
        .forEach(
            entry ->
                units.computeIfAbsent(entry.getKey().unit(), u -> new ArrayList<>()).add(entry));
    ImmutableList<Cell> cells =
        units.entrySet().stream()
            .map(unit -> cell(unit.getKey(), unit.getValue()))
            .collect(ImmutableList.toImmutableList());
    return new CoverageReport(
        cells.stream().mapToLong(Cell::points).sum(),
        cells.stream().mapToLong(Cell::reached).sum(),
        cells);
  }

  private static Cell cell(String unit, List<Map.Entry<CoveragePoint, Long>> points) {
    ImmutableList<Hole> holes =
        points.stream()
            .filter(entry -> entry.getValue() == 0)
            .map(Map.Entry::getKey)
            .map(point -> new Hole(point.line(), point.kind().meaning(), point.source()))
            .collect(ImmutableList.toImmutableList());
    return new Cell(unit, points.size(), points.size() - holes.size(), holes);
  }
}
