package io.xbarflow.core.text;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.errorprone.annotations.CompileTimeConstant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Code: constants of the program, Verilog expressions, and Verilog that was written as a file. */
public final class Code implements SafeText {
  /** What an expression consists of: no statement, no keyword, no string, no comment. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "[A-Za-z_][A-Za-z0-9_]*+"
              + "|[0-9]*+'s?[bdh][0-9a-fA-F]++"
              + "|[0-9]++(?:\\.[0-9]++)?"
              + "|[\\[\\]{}():+\\-,|&=?.<>!~^%]|\\*(?!/)|/(?![/*])"
              + "|[ \n]");

  private final String text;

  private Code(String text) {
    this.text = text;
  }

  /** A constant of the program, in whatever language. */
  public static Code literal(@CompileTimeConstant final String text) {
    return new Code(text);
  }

  /**
   * A Verilog expression, of several lines perhaps, or the declaration of a wire.
   *
   * @throws IllegalArgumentException when it is anything else
   */
  public static Code expression(String text) {
    checkArgument(isExpression(text), "no Verilog expression: %s", Printable.of(text));
    return new Code(text);
  }

  /**
   * Verilog that is a file of a core type or of the generator already; never for names.
   * ArchitectureRulesTest says who may call it.
   */
  public static Code source(String verilog) {
    return new Code(verilog);
  }

  /** Whether {@code text} is a Verilog expression or the declaration of a wire. */
  public static boolean isExpression(String text) {
    Matcher token = TOKEN.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!token.find(at) || token.start() != at) {
        return false;
      }
      String found = token.group();
      if (VerilogNames.isKeyword(found) && !found.equals("wire")) {
        return false;
      }
      at = token.end();
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Code code && code.text.equals(text);
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
