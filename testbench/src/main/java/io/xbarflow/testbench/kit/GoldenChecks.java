package io.xbarflow.testbench.kit;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.Macro;
import java.util.Arrays;
import java.util.List;

/** Checks of the Java side alone: the golden arithmetic keeps its own promises. */
final class GoldenChecks {
  private final Findings findings = new Findings("golden");

  private GoldenChecks() {}

  /** Checks the answers of {@code type} and the macros of {@code cases}. */
  static Check of(CoreType type, List<MacroCase> cases) {
    GoldenChecks checks = new GoldenChecks();
    checks.sources(type);
    int mvms = 0;
    for (MacroCase each : cases) {
      checks.promises(each);
      mvms += checks.results(each);
    }
    return checks.findings.check(
        mvms + " MVMs: deterministic, the same in batches, within least() and greatest()");
  }

  private void sources(CoreType type) {
    String file = type.module() + ".v";
    if (!type.sources().containsKey(file) && !type.sources().containsKey(file + ".vm")) {
      findings.add(
          "sources() has no " + file + " and no " + file + ".vm, but " + type.sources().keySet(),
          "Name the file after module().");
    }
    if (!type.name().matches("[a-z][a-z0-9_]*")) {
      findings.add(
          "name() is '" + type.name() + "'",
          "Use lower-case letters, digits and underscores, a letter first.");
    }
  }

  private void promises(MacroCase on) {
    Macro macro = on.macro();
    if (macro.columnBits() < 1 || macro.columnBits() > 32) {
      findings.add(on + ": columnBits() is " + macro.columnBits(), "Let it be from 1 to 32.");
      return;
    }
    long limit = 1L << (macro.columnBits() - 1);
    for (int column = 0; column < on.tile().columns(); column++) {
      long least = macro.least(column);
      long greatest = macro.greatest(column);
      if (least > greatest || least < -limit || greatest >= limit) {
        findings.add(
            on
                + ": column "
                + column
                + " goes from "
                + least
                + " to "
                + greatest
                + " in "
                + macro.columnBits()
                + " bits",
            "Let least() be at most greatest(), and both fit columnBits() signed bits.");
        return;
      }
      if (macro.gain(column) < 1) {
        findings.add(
            on + ": gain(" + column + ") is " + macro.gain(column), "Let it be at least 1.");
        return;
      }
    }
    if (!macro.memory().endsWith("\n")) {
      findings.add(on + ": memory() does not end with a new line", "End its last line.");
    }
    on.parameters().keySet().stream()
        .filter(name -> !name.matches("[A-Z][A-Z0-9_]*"))
        .forEach(
            name ->
                findings.add("verilogParameters() has " + name, "Write its name in upper case."));
  }

  /** Gives the number of MVMs that were made. */
  private int results(MacroCase on) {
    ImmutableList<Vectors.Vector> vectors = Vectors.of(on.tile(), 24, 5);
    int[][] rows = new int[on.tile().rows()][vectors.size()];
    for (int mvm = 0; mvm < vectors.size(); mvm++) {
      int[] values = vectors.get(mvm).values();
      for (int row = 0; row < values.length; row++) {
        rows[row][mvm] = values[row];
      }
    }
    int[][] before = copy(rows);
    int[][] whole = multiply(on, rows, vectors.size(), 0, vectors.size());
    if (!Arrays.deepEquals(before, rows)) {
      findings.add(on + ": multiply() changes its inputs", "Leave the arrays of rows alone.");
    }
    if (!Arrays.deepEquals(whole, multiply(on, before, vectors.size(), 0, vectors.size()))) {
      findings.add(
          on + ": multiply() gives other results the second time",
          "Compute from the tile, the inputs and the number of the MVM only.");
    }
    int[][] parts = new int[on.tile().columns()][0];
    for (int first = 0, size = 1; first < vectors.size(); first += size, size = size % 7 + 2) {
      size = Math.min(size, vectors.size() - first);
      int[][] part = multiply(on, before, vectors.size(), first, size);
      for (int column = 0; column < parts.length; column++) {
        parts[column] = concat(parts[column], part[column]);
      }
    }
    if (!Arrays.deepEquals(whole, parts)) {
      findings.add(
          on + ": multiply() gives other results when the MVMs come in several batches",
          "Number MVM m of a batch first + m.");
    }
    range(on, vectors, whole);
    return vectors.size();
  }

  private void range(MacroCase on, List<Vectors.Vector> vectors, int[][] columns) {
    for (int column = 0; column < columns.length; column++) {
      for (int mvm = 0; mvm < columns[column].length; mvm++) {
        int value = columns[column][mvm];
        if (value < on.macro().least(column) || value > on.macro().greatest(column)) {
          findings.add(
              on
                  + " ("
                  + vectors.get(mvm).name()
                  + "): column "
                  + column
                  + " is "
                  + value
                  + ", promised from "
                  + on.macro().least(column)
                  + " to "
                  + on.macro().greatest(column),
              "Mend least() and greatest(): the digital part is built for what they promise.");
          return;
        }
      }
    }
  }

  private static int[][] multiply(MacroCase on, int[][] rows, int all, int first, int count) {
    int[][] inputs = new int[rows.length][];
    for (int row = 0; row < rows.length; row++) {
      inputs[row] =
          first == 0 && count == all
              ? rows[row]
              : Arrays.copyOfRange(rows[row], first, first + count);
    }
    int[][] columns = new int[on.tile().columns()][count];
    on.macro().multiply(inputs, count, first, columns);
    return columns;
  }

  private static int[][] copy(int[][] rows) {
    return Arrays.stream(rows).map(int[]::clone).toArray(int[][]::new);
  }

  private static int[] concat(int[] left, int[] right) {
    int[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }
}
