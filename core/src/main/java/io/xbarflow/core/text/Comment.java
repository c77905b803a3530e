package io.xbarflow.core.text;

import com.google.errorprone.annotations.CompileTimeConstant;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Locale;

/**
 * A part of a comment of one line: after {@code //} in Verilog and C++, after {@code #} in Tcl,
 * Yosys, SDC and YAML, in the titles of a GTKWave view, in Markdown. Our own words are constants of
 * the program; the rest is escaped (see {@link Escapes#plain}).
 */
public final class Comment implements SafeText {
  private final String text;

  private Comment(String text) {
    this.text = text;
  }

  /** {@code format} with {@code arguments}: numbers as they are, everything else escaped. */
  @FormatMethod
  public static Comment of(
      @CompileTimeConstant @FormatString final String format, Object... arguments) {
    Object[] harmless = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      harmless[i] = harmless(arguments[i]);
    }
    return new Comment(String.format(Locale.ROOT, format, harmless));
  }

  private static Object harmless(Object argument) {
    if (argument instanceof Number || argument instanceof Comment) {
      return argument;
    }
    return Escapes.plain(String.valueOf(argument));
  }

  /** {@code name} as it stands behind words of a template. */
  public static Comment ofName(String name) {
    return new Comment(Escapes.plain(name));
  }

  /** Whether there is nothing to print. */
  public boolean isEmpty() {
    return text.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Comment comment && comment.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
