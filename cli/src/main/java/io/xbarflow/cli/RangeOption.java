package io.xbarflow.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Range;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.mapper.explore.Macro;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One option of a sweep: values parted by commas. Whole numbers also come as {@code LOW..HIGH} or
 * {@code LOW..HIGHxSTEP}.
 *
 * @param name the option
 * @param text what the user gave
 */
record RangeOption(String name, String text) {
  private static final Pattern NUMBERS =
      Pattern.compile("(\\d{1,9})(?:\\.\\.(\\d{1,9})(?:x(\\d{1,9}))?)?");
  private static final Pattern MACRO = Pattern.compile("(\\d{1,9})[xX](\\d{1,9})");

  /** Most values of one option. */
  private static final int MOST_VALUES = 100_000;

  /** Numbers, each in {@code legal}. */
  ImmutableSet<Integer> numbers(Range legal) {
    ImmutableSet.Builder<Integer> numbers = ImmutableSet.builder();
    for (String item : items()) {
      Matcher matcher = NUMBERS.matcher(item);
      if (!matcher.matches()) {
        throw bad(item, "numbers such as 8,130 or 40..80 or 40..80x10, parted by commas");
      }
      int low = legal.check(name, Long.parseLong(matcher.group(1)));
      int high = matcher.group(2) == null ? low : legal.check(name, number(matcher.group(2)));
      int step = matcher.group(3) == null ? 1 : number(matcher.group(3));
      if (high < low || step < 1) {
        throw bad(item, "a range from a lower to a higher number in steps of at least 1");
      }
      if ((high - low) / step >= MOST_VALUES) {
        throw bad(item, "at most " + MOST_VALUES + " values");
      }
      for (long value = low; value <= high; value += step) {
        numbers.add((int) value);
      }
    }
    return numbers.build();
  }

  /** Sizes of a macro. */
  ImmutableSet<Macro> macros() {
    ImmutableSet.Builder<Macro> macros = ImmutableSet.builder();
    for (String item : items()) {
      Matcher matcher = MACRO.matcher(item);
      if (!matcher.matches()) {
        throw bad(item, "rows x columns such as 128x128,256x256, parted by commas");
      }
      macros.add(
          new Macro(
              Architecture.CROSSBAR_ROWS.check(name, number(matcher.group(1))),
              Architecture.CROSSBAR_COLUMNS.check(name, number(matcher.group(2)))));
    }
    return macros.build();
  }

  /** Policies of activation memories. */
  ImmutableSet<ActivationMemoryPolicy> policies() {
    ImmutableSet.Builder<ActivationMemoryPolicy> policies = ImmutableSet.builder();
    for (String item : items()) {
      policies.add(ActivationMemoryPolicy.parse(name, item));
    }
    return policies.build();
  }

  private Iterable<String> items() {
    return Splitter.on(',').trimResults().split(text);
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  private UserException bad(String item, String expected) {
    return UserException.badInput(name, "'" + item + "'", expected, "Mend the value.");
  }
}
