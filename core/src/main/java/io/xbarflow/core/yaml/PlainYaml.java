package io.xbarflow.core.yaml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * Reads YAML in which everything means what it looks like. Refused are values that versions of YAML
 * read differently ({@code 040} is 32 in YAML 1.1 and 40 in 1.2, {@code 1_000} a number or a word,
 * {@code yes} true or a word), and aliases and tags, which would put something else in the place of
 * what is written.
 */
public final class PlainYaml {
  private static final YAMLFactory FACTORY = new YAMLFactory();
  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]*)");
  private static final Pattern REAL =
      Pattern.compile("[-+]?(0|[1-9][0-9]*)?(\\.[0-9]*)?([eE][-+]?[0-9]+)?");
  private static final Pattern TRUTH = Pattern.compile("true|false");

  private PlainYaml() {}

  /** A parser of {@code text}, whose tokens {@link #next} gives. */
  public static YAMLParser parser(String text) throws IOException {
    return FACTORY.createParser(text);
  }

  /**
   * The next token of {@code parser}; null at the end.
   *
   * @param source names the text in messages
   * @throws UserException when it is ambiguous, an alias or a tag; with line and column
   */
  public static JsonToken next(YAMLParser parser, String source) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      return null;
    }
    if (parser.isCurrentAlias()) {
      throw refused(
          parser, source, "an alias, *" + parser.getText(), "the value itself", "Write it out.");
    }
    if (parser.getTypeId() != null) {
      throw refused(
          parser, source, "a tag, " + parser.getTypeId(), "a plain value", "Remove the tag.");
    }
    boolean plain =
        switch (token) {
          case VALUE_NUMBER_INT -> INTEGER.matcher(parser.getText()).matches();
          case VALUE_NUMBER_FLOAT -> REAL.matcher(parser.getText()).matches();
          case VALUE_TRUE, VALUE_FALSE -> TRUTH.matcher(parser.getText()).matches();
          default -> true;
        };
    if (!plain) {
      throw refused(
          parser,
          source,
          "'" + parser.getText() + "', which YAML versions read differently",
          "a decimal number without leading zeros and underscores, true, false or a word",
          "Write the number in decimal, or put a word in quotes.");
    }
    return token;
  }

  private static UserException refused(
      YAMLParser parser, String source, String found, String expected, String advice) {
    JsonLocation at = parser.currentTokenLocation();
    return UserException.badInput(
        at == null ? source : source + ":" + at.getLineNr() + ":" + at.getColumnNr(),
        found,
        expected,
        advice);
  }
}
