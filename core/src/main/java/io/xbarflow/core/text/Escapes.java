package io.xbarflow.core.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.CharMatcher;
import java.util.Locale;

/** The one way in which text from outside is reduced to harmless characters. */
final class Escapes {
  /** Characters of one piece of text from outside. */
  static final int LONGEST = 200;

  private static final CharMatcher PLAIN =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'))
          .or(CharMatcher.anyOf(" _.,:/+-()"))
          .precomputed();

  private Escapes() {}

  /**
   * {@code raw} with every character but letters, digits, blanks and {@code _.,:/+-()} as {@code
   * %XX}, byte by byte of its UTF-8. At most {@link #LONGEST} characters, then what it has in all.
   */
  static String plain(String raw) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < raw.length()) {
      int point = raw.codePointAt(at);
      String next = escaped(point);
      if (text.length() + next.length() > LONGEST) {
        return text + "... (" + raw.length() + " characters)";
      }
      text.append(next);
      at += Character.charCount(point);
    }
    return text.toString();
  }

  private static String escaped(int point) {
    if (point < 128 && PLAIN.matches((char) point)) {
      return Character.toString(point);
    }
    StringBuilder bytes = new StringBuilder();
    for (byte each : Character.toString(point).getBytes(UTF_8)) {
      bytes.append(String.format(Locale.ROOT, "%%%02X", each));
    }
    return bytes.toString();
  }
}
