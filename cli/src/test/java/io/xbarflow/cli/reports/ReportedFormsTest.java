package io.xbarflow.cli.reports;

import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.cli.reports.ReportedCase.Result;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The forms that real exporters write and public reports describe, each as its index wants it or
 * with a reason in the table "Reported forms" of docs/operators.md.
 */
@NeedsThirdPartyModels
class ReportedFormsTest {
  private static final Path FOLDER = ThirdPartyModels.resolve("reports");

  /** What the index wants, by how it begins, and what fulfils it. */
  private static final ImmutableMap<String, ImmutableSet<String>> WANTED =
      ImmutableMap.<String, ImmutableSet<String>>builder()
          .put("equal", ImmutableSet.of("equal"))
          .put("imports", ImmutableSet.of("imports", "equal"))
          .put("quantises, maps, equal", ImmutableSet.of("equal"))
          .put("refused", ImmutableSet.of("refused"))
          .put("exact", ImmutableSet.of("equal", "refused"))
          .put("as QOperator says", ImmutableSet.of("equal"))
          .buildOrThrow();

  /** Verdicts, the gravest last: that of a case with several models. */
  private static final ImmutableList<String> GRAVITY =
      ImmutableList.of("equal", "imports", "refused", "differs", "crash");

  private static final Pattern ROW =
      Pattern.compile("\\| `([^`]+)` \\| (imports|differs|refused) \\|.*");

  @TempDir private Path folder;

  private final Map<String, String> verdicts = new TreeMap<>();

  @TestFactory
  List<DynamicTest> everyCaseIsAsWanted() throws IOException {
    ImmutableMap<String, String> reasons = reasons();
    List<DynamicTest> tests = new ArrayList<>();
    List<String> lines = Files.readAllLines(FOLDER.resolve("INDEX.tsv"));
    String chosen = System.getProperty("xbarflow.reports", "");
    for (String line : lines.subList(1, lines.size())) {
      List<String> columns = Splitter.on('\t').splitToList(line);
      String name = columns.get(0);
      if (chosen.isEmpty() || Splitter.on(',').splitToList(chosen).contains(name)) {
        tests.add(dynamicTest(name, () -> check(name, columns.get(3), reasons)));
      }
    }
    if (chosen.isEmpty()) {
      tests.add(dynamicTest("counts of docs/operators.md", this::counts));
    }
    return tests;
  }

  private void check(String name, String wanted, ImmutableMap<String, String> reasons)
      throws IOException {
    List<Result> results = new ArrayList<>();
    for (ReportedCase each : ReportedCase.below(FOLDER.resolve(name))) {
      results.add(each.run(Files.createTempDirectory(folder, "case")));
    }
    Result result =
        Collections.max(results, Comparator.comparing(r -> GRAVITY.indexOf(r.verdict())));
    verdicts.put(name, result.verdict());
    String key = WANTED.keySet().stream().filter(wanted::startsWith).findFirst().orElseThrow();
    boolean fulfilled = WANTED.get(key).contains(result.verdict());
    assertEquals(
        fulfilled ? "" : result.verdict(),
        reasons.getOrDefault(name, ""),
        () -> "wanted: " + wanted + "; found: " + results + "; left: docs, right: found");
  }

  private void counts() throws IOException {
    Map<String, Long> counts =
        verdicts.values().stream().collect(groupingBy(verdict -> verdict, Collectors.counting()));
    String sentence =
        String.format(
            "Of %d cases %d are equal, %d import, %d are refused and %d differ",
            verdicts.size(),
            counts.getOrDefault("equal", 0L),
            counts.getOrDefault("imports", 0L),
            counts.getOrDefault("refused", 0L),
            counts.getOrDefault("differs", 0L));
    assertTrue(
        Files.readString(documentation()).contains(sentence),
        () -> "docs/operators.md does not say: " + sentence);
  }

  private static ImmutableMap<String, String> reasons() throws IOException {
    ImmutableMap.Builder<String, String> reasons = ImmutableMap.builder();
    ImmutableList<String> section =
        Files.readAllLines(documentation()).stream()
            .dropWhile(line -> !line.equals("## Reported forms"))
            .skip(1)
            .takeWhile(line -> !line.startsWith("## "))
            .collect(ImmutableList.toImmutableList());
    for (String line : section) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        reasons.put(row.group(1), row.group(2));
      }
    }
    return reasons.buildOrThrow();
  }

  private static Path documentation() {
    return Path.of(System.getProperty("xbarflow.root", ".."), "docs", "operators.md");
  }
}
