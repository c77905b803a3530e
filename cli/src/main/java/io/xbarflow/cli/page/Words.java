package io.xbarflow.cli.page;

import java.util.Locale;

/** How numbers and names stand on a page. */
final class Words {
  private Words() {}

  /** {@code 12,345}. */
  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code text}, digits grouped where it is a whole number. */
  static String grouped(String text) {
    return text.matches("-?\\d{4,18}") ? number(Long.parseLong(text)) : text;
  }

  /** {@code part} of {@code whole} in per cent: {@code 37.5 %}, {@code 100 %}. */
  static String percent(double part, double whole) {
    if (whole == 0) {
      return "";
    }
    double percent = 100 * part / whole;
    String text =
        percent > 0 && percent < 0.05
            ? "< 0.1"
            : String.format(Locale.ROOT, "%.1f", percent).replaceFirst("\\.0$", "");
    return text + " %";
  }

  /** {@code part} of {@code whole} in per cent. */
  static String percent(long part, long whole) {
    return percent((double) part, (double) whole);
  }

  /** {@code 1 macro}, {@code 2 macros}. */
  static String count(long count, String one, String many) {
    return number(count) + " " + (count == 1 ? one : many);
  }

  /** {@code name}, cut in the middle when it is longer than {@code most} characters. */
  static String cut(String name, int most) {
    if (name.codePointCount(0, name.length()) <= most) {
      return name;
    }
    int[] points = name.codePoints().toArray();
    int head = (most - 1) / 2;
    int tail = most - 1 - head;
    return new String(points, 0, head) + "…" + new String(points, points.length - tail, tail);
  }

  /** {@code cycles} at {@code clockMHz} in a unit that suits: {@code 2.57 µs}. */
  static String time(double cycles, int clockMHz) {
    double nanoseconds = cycles * 1000 / clockMHz;
    if (nanoseconds < 1000) {
      return significant(nanoseconds) + " ns";
    }
    if (nanoseconds < 1e6) {
      return significant(nanoseconds / 1e3) + " µs";
    }
    return nanoseconds < 1e9
        ? significant(nanoseconds / 1e6) + " ms"
        : significant(nanoseconds / 1e9) + " s";
  }

  /** {@code cycles} at {@code clockMHz} in a unit that suits. */
  static String time(long cycles, int clockMHz) {
    return time((double) cycles, clockMHz);
  }

  /** {@code bits} in a unit that suits: {@code 10.8 Kibit}. */
  static String bits(long bits) {
    if (bits < 1024) {
      return number(bits) + " bits";
    }
    return bits < 1 << 20
        ? significant(bits / 1024.0) + " Kibit"
        : significant(bits / (1024.0 * 1024)) + " Mibit";
  }

  /** Three significant digits, without an exponent. */
  static String significant(double value) {
    double size = Math.abs(value);
    if (size >= 100) {
      return number(Math.round(value));
    }
    String format = size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value).replaceFirst("\\.0+$", "");
  }
}
