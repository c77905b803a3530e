package io.xbarflow.testbench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSortedMap;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often each line and branch of the Verilog was executed, summed over all instances and sets of
 * parameters of a module. Counted from the reset on: what registers with random contents do before
 * proves nothing. A branch of a {@code generate} that no instance has is no point.
 *
 * @param counts executions by point
 */
public record Coverage(ImmutableSortedMap<CoveragePoint, Long> counts) {
  /** What nothing executed. */
  public static final Coverage NONE = new Coverage(ImmutableSortedMap.of());

  private static final Pattern RECORD = Pattern.compile("C '(.*)' (\\d+)");
  private static final Splitter FIELDS = Splitter.on('\u0001').omitEmptyStrings();
  private static final char VALUE = '\u0002';
  private static final String RTL = "rtl/";

  /**
   * Reads what Verilator's run time wrote ({@code verilated_cov.cpp}: fields that begin with 1,
   * their values with 2).
   *
   * @param file its records
   * @param folder output folder with the Verilog
   * @throws UserException when a file cannot be read or the records are not of that form
   */
  static Coverage read(Path file, Path folder) {
    Map<String, CoverageSource> sources = new HashMap<>();
    Map<CoveragePoint, Long> counts = new TreeMap<>();
    for (String line : text(file).lines().toList()) {
      if (line.startsWith("#")) {
        continue;
      }
      Matcher record = RECORD.matcher(line);
      if (!record.matches()) {
        throw UserException.badInput(
            file.toString(),
            "has the line " + line,
            "records of Verilator's coverage",
            "Install the version of Verilator that docs/architecture.md names.");
      }
      Map<String, String> fields = new HashMap<>();
      for (String field : FIELDS.split(record.group(1))) {
        int value = field.indexOf(VALUE);
        if (value >= 0) {
          fields.put(field.substring(0, value), field.substring(value + 1));
        }
      }
      String name = fields.getOrDefault("f", "");
      if (!name.startsWith(RTL)) {
        continue; // the top level of the co-simulation
      }
      sources
          .computeIfAbsent(
              name,
              path -> new CoverageSource(path.substring(RTL.length()), text(folder.resolve(path))))
          .point(
              Integer.parseInt(fields.getOrDefault("l", "0")),
              Integer.parseInt(fields.getOrDefault("n", "0")),
              fields.getOrDefault("o", ""))
          .ifPresent(point -> counts.merge(point, Long.parseLong(record.group(2)), Long::sum));
    }
    return new Coverage(ImmutableSortedMap.copyOf(counts));
  }

  /** What this run and {@code other} executed together. */
  public Coverage merge(Coverage other) {
    Map<CoveragePoint, Long> merged = new TreeMap<>(counts);
    other.counts.forEach((point, count) -> merged.merge(point, count, Long::sum));
    return new Coverage(ImmutableSortedMap.copyOf(merged));
  }

  /** The points that nothing executed, in order. */
  public List<CoveragePoint> holes() {
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() == 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The figures of every cell, and its holes. */
  public CoverageReport report() {
    return CoverageReport.of(this);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw Artefacts.unwritable(file, e);
    }
  }
}
