package io.xbarflow.core.onnx;

import io.xbarflow.core.diagnostic.UserException;
import java.util.Locale;

/**
 * Refusals of a model. Names and lists of the file go into the message in one line and shortened,
 * since a file may hold names of megabytes.
 */
final class Refusal {
  private static final int MAX_QUOTED = 400;
  private static final int MAX_EXPECTED = 2000;

  private Refusal() {}

  /** The user's error, with where, what was found, what was expected and what to do. */
  static UserException of(String where, String found, String expected, String advice) {
    return UserException.badInput(
        line(where, MAX_QUOTED), line(found, MAX_QUOTED), line(expected, MAX_EXPECTED), advice);
  }

  private static String line(String text, int most) {
    StringBuilder line = new StringBuilder();
    int end = Math.min(text.length(), most);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    if (end < text.length()) {
      line.append(String.format(Locale.ROOT, " ... (%d characters)", text.length()));
    }
    return line.toString();
  }
}
