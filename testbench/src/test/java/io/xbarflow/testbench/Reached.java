package io.xbarflow.testbench;

import static com.google.common.collect.ImmutableSortedSet.toImmutableSortedSet;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.SetMultimap;
import com.google.common.io.Resources;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.rtlgen.rtl.Generator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the co-simulations of this process have reached: cells and templates with an instance in a
 * chip that was right, and with {@code -Dxbarflow.coverage=PAGE} how often each line and branch of
 * them was executed.
 */
final class Reached {
  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private static final Set<String> UNITS = new TreeSet<>();
  private static final Set<Class<?>> TESTS = new HashSet<>();
  private static final SetMultimap<Class<?>, Path> CHIPS = HashMultimap.create();
  private static Coverage coverage = Coverage.NONE;

  private Reached() {}

  /** Whether executions are counted. */
  static boolean measured() {
    return System.getProperty("xbarflow.coverage") != null;
  }

  /** Adds what came of a co-simulation; one that found something wrong proves nothing. */
  static synchronized void add(Path folder, CosimResult result) {
    Set<Class<?>> callers =
        STACK.walk(frames -> frames.map(f -> f.getDeclaringClass()).collect(Collectors.toSet()));
    TESTS.addAll(callers);
    if (result.passed() && unaltered(folder)) {
      UNITS.addAll(Elaborated.of(folder));
      callers.forEach(test -> CHIPS.put(test, folder));
      coverage = coverage.merge(result.coverage().orElse(Coverage.NONE));
    }
  }

  /** Whether the cells are the generator's, not those that a test has put a defect into. */
  private static boolean unaltered(Path folder) {
    try {
      for (String cell : Generator.CELLS) {
        String text =
            Resources.toString(Resources.getResource(Generator.class, cell + ".v"), UTF_8);
        Path file = folder.resolve("rtl").resolve(cell + ".v");
        if (!Files.exists(file) || !Files.readString(file).endsWith(text)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cells and templates with an instance in one of the chips. */
  static synchronized ImmutableSortedSet<String> units() {
    return ImmutableSortedSet.copyOf(UNITS);
  }

  /** Executions in all of the chips. */
  static synchronized Coverage coverage() {
    return coverage;
  }

  /** Whether {@code test} has co-simulated. */
  static synchronized boolean by(Class<?> test) {
    return TESTS.contains(test);
  }

  /** How many chips {@code test} found right. */
  static synchronized int chipsOf(Class<?> test) {
    return CHIPS.get(test).size();
  }

  /** Every cell of the generator and of the built-in core types, and every template. */
  static ImmutableSortedSet<String> everyUnit() {
    return Stream.of(
            Generator.CELLS.stream().map(cell -> cell + ".v"),
            Generator.TEMPLATES.stream(),
            CoreTypes.installed().types().values().stream()
                .flatMap(type -> type.sources().keySet().stream()))
        .flatMap(files -> files)
        .collect(toImmutableSortedSet(Comparator.naturalOrder()));
  }

  /** Asserts that all of {@code units} are among {@code reached}. */
  static void assertReached(Set<String> units, Set<String> reached) {
    Set<String> missing = new TreeSet<>(units);
    missing.removeAll(reached);
    if (!missing.isEmpty()) {
      throw new AssertionError(
          "in no co-simulated chip: "
              + String.join(", ", missing)
              + "; add a chip that has them to a test, or remove them");
    }
  }
}
