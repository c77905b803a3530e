package io.xbarflow.core.text;

import java.util.Locale;

/** Text for a terminal or a log: no character of it moves the cursor or hides another. */
public final class Printable {
  private Printable() {}

  /** {@code text} with control and formatting characters, line ends too, as escapes. */
  public static String of(String text) {
    return escape(text, false);
  }

  /** The same where the lines are our own and stay. */
  public static String lines(String text) {
    return escape(text, true);
  }

  private static String escape(String text, boolean lines) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (visible(point) || (lines && point == '\n')) {
                escaped.appendCodePoint(point);
              } else {
                escaped.append(escape(point));
              }
            });
    return escaped.toString();
  }

  private static boolean visible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  private static String escape(int point) {
    return switch (point) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format(Locale.ROOT, point < 0x10000 ? "\\u%04x" : "\\u{%x}", point);
    };
  }
}
