package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import io.xbarflow.testbench.CoveragePoint.Kind;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of one module, in which points are placed. */
final class CoverageSource {
  private static final Pattern TEMPLATE =
      Pattern.compile("^// Template (\\S+); edit the template", Pattern.MULTILINE);

  /** A number, sized or not, that does not end a name. */
  private static final Pattern NUMBER = Pattern.compile("\\b\\d+('[bdh][0-9a-fA-FxXzZ_]+)?");

  private static final Pattern INITIAL = Pattern.compile("( *)initial\\b.*");

  private final String unit;
  private final boolean template;
  private final ImmutableList<String> lines;
  private final BitSet initial;

  /** The module with {@code text} in {@code file}. */
  CoverageSource(String file, String text) {
    this.unit = unit(file, text);
    this.template = !unit.equals(file);
    this.lines = ImmutableList.copyOf(text.split("\n", -1));
    this.initial = initial(lines);
  }

  /** The template that the module with {@code text} was made from, else its {@code file}. */
  static String unit(String file, String text) {
    Matcher made = TEMPLATE.matcher(text);
    return made.find() ? made.group(1) : file;
  }

  /**
   * The point at {@code line} and {@code column}; none in an {@code initial} block, which belongs
   * to the simulation and runs before the reset, and none for a combinational block as a whole,
   * which Verilator counts when the simulation begins and not again; what is inside counts.
   *
   * @param word Verilator's word for what is counted
   */
  Optional<CoveragePoint> point(int line, int column, String word) {
    String source = line >= 1 && line <= lines.size() ? lines.get(line - 1).strip() : "";
    Kind kind = Kind.of(word);
    if (initial.get(line) || (kind == Kind.BLOCK && source.startsWith("always @*"))) {
      return Optional.empty();
    }
    return Optional.of(
        template
            ? new CoveragePoint(unit, 0, 0, kind, NUMBER.matcher(source).replaceAll("#"))
            : new CoveragePoint(unit, line, column, kind, source));
  }

  /** Numbers of the lines of {@code initial} blocks, which end where their indentation ends. */
  private static BitSet initial(List<String> lines) {
    BitSet found = new BitSet();
    for (int index = 0; index < lines.size(); index++) {
      Matcher begin = INITIAL.matcher(lines.get(index));
      if (!begin.matches()) {
        continue;
      }
      found.set(index + 1);
      String end = begin.group(1) + "end";
      boolean block = lines.get(index).contains("begin");
      while (block && index + 1 < lines.size()) {
        index++;
        found.set(index + 1);
        block = !lines.get(index).startsWith(end);
      }
    }
    return found;
  }
}
