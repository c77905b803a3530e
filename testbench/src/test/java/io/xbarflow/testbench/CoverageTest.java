package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.testbench.CoveragePage.Explanation;
import io.xbarflow.testbench.ToyChip.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Counts of Verilator are read, placed, added up and held against explanations. */
final class CoverageTest {
  private static final String CELL =
      """
module cell (input wire clk, input wire d, output reg q);
  initial begin
    if (1) q = 0;
  end
  always @* begin
    if (d) q = 1;
  end
  always @(posedge clk) begin
    if (d) q <= 1;
  end
endmodule
""";
  private static final String TABLE =
      "// Template table.v.vm; edit the template, not this file.\n%s\n      3'd%s: y = 8'h%s;\n";

  @TempDir private Path folder;

  private static String record(String file, int line, String page, String word, int count) {
    return String.format(
        Locale.ROOT,
        "C '\u0001f\u0002rtl/%s\u0001l\u0002%d\u0001n\u00025\u0001page\u0002%s/m\u0001o\u0002%s"
            + "\u0001S\u00021\u0001h\u0002.top.u_m' %d%n",
        file,
        line,
        page,
        word,
        count);
  }

  private Coverage read(String... records) throws IOException {
    Path rtl = Files.createDirectories(folder.resolve("rtl"));
    Files.writeString(rtl.resolve("cell.v"), CELL);
    Files.writeString(rtl.resolve("a.v"), String.format(Locale.ROOT, TABLE, "", 1, "0f"));
    Files.writeString(rtl.resolve("b.v"), String.format(Locale.ROOT, TABLE, "\n", 2, "30"));
    Path file = folder.resolve("coverage.dat");
    Files.writeString(file, "# SystemC::Coverage-3\n" + String.join("", records));
    return Coverage.read(file, folder);
  }

  private Coverage halfReached() throws IOException {
    return read(
        record("cell.v", 3, "v_branch", "if", 0),
        record("cell.v", 5, "v_line", "block", 0),
        record("cell.v", 9, "v_branch", "if", 0),
        record("cell.v", 9, "v_branch", "else", 2),
        record("cell.v", 9, "v_branch", "else", 3),
        record("a.v", 3, "v_line", "case", 0),
        record("b.v", 4, "v_line", "case", 7));
  }

  @Test
  void instancesAndModulesOfATemplateCountTogether() throws IOException {
    assertEquals(
        new CoverageReport(
            3,
            2,
            ImmutableList.of(
                new CoverageReport.Cell(
                    "cell.v",
                    2,
                    1,
                    ImmutableList.of(
                        new CoverageReport.Hole(9, "condition true", "if (d) q <= 1;"))),
                new CoverageReport.Cell("table.v.vm", 1, 1, ImmutableList.of()))),
        halfReached().report());
  }

  @Test
  void runsAddUp() throws IOException {
    Coverage first = halfReached();
    Coverage second = read(record("cell.v", 9, "v_branch", "if", 1));
    assertEquals(List.of(), first.merge(second).holes());
    assertEquals(first.merge(second), second.merge(first));
    assertEquals(first, first.merge(Coverage.NONE));
  }

  private record Case(
      String name, String missing, String source, boolean executed, List<String> problems) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    String hole = "no explanation of the hole cell.v:9 `if (d) q <= 1;`: never: condition true";
    String holds = "condition true";
    return Stream.of(
        new Case("none", holds, "", false, List.of(hole, "explained, but not there: ")),
        new Case("explained", holds, "if (d) q <= 1;", false, List.of()),
        new Case("executed", holds, "if (d) q <= 1;", true, List.of("explained, but executed: ")),
        new Case(
            "line changed",
            holds,
            "if (d) q <= 2;",
            false,
            List.of(hole, "explained, but not there: ")),
        new Case(
            "other side",
            "condition false",
            "if (d) q <= 1;",
            false,
            List.of(hole, "explained, but executed: ")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void everyHoleHasItsExplanation(Case tested) throws IOException {
    Coverage coverage = halfReached();
    if (tested.executed()) {
      coverage = coverage.merge(read(record("cell.v", 9, "v_branch", "if", 1)));
    }
    CoveragePage page =
        new CoveragePage(
            coverage,
            ImmutableSet.of("cell.v", "table.v.vm"),
            ImmutableSet.of("cell.v"),
            ImmutableSet.of("cell"),
            ImmutableList.of("a run"),
            ImmutableList.of(
                new Explanation("cell.v", tested.missing(), tested.source(), "d is tied.")));
    List<String> problems = page.problems();
    assertEquals(tested.problems().size(), problems.size(), problems::toString);
    for (int i = 0; i < problems.size(); i++) {
      assertTrue(problems.get(i).startsWith(tested.problems().get(i)), problems.get(i));
    }
    assertTrue(page.text().contains("| `table.v.vm` | **no** |"), page::text);
    assertEquals(
        tested.problems().stream().anyMatch(hole -> hole.startsWith("no explanation")),
        page.text().contains("Not explained"));
  }

  @Test
  void aSimulatorCountsWhatItExecutes() throws IOException {
    ToyChip.write(folder, Fault.NONE);
    Cosimulation cosimulation = new Cosimulation(Chain.build().quick(), line -> {});
    CosimRequest request = ToyChip.request(folder, 2, 1);
    CosimResult result = cosimulation.withCoverage().run(request);
    assertEquals(List.of(), result.findings());
    Coverage coverage = result.coverage().orElseThrow();
    List<String> units = coverage.report().cells().stream().map(CoverageReport.Cell::file).toList();
    assertEquals(List.of("link_register.v", "xor_table.v"), units);
    assertTrue(coverage.report().reached() > 0, coverage::toString);
    // The table has branches for defects, of which this chip has none.
    assertFalse(coverage.holes().isEmpty());
    assertTrue(
        coverage.holes().stream().anyMatch(hole -> hole.unit().equals("xor_table.v")),
        coverage::toString);
    assertFalse(Files.exists(folder.resolve("cosim/coverage.dat")));
    CosimResult again = cosimulation.withCoverage().run(request);
    assertEquals(coverage, again.coverage().orElseThrow());
  }
}
