package io.xbarflow.core.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainYamlTest {
  private static String last(String value) throws IOException {
    String text = "";
    try (YAMLParser parser = PlainYaml.parser("a:\n  b: " + value + "\n")) {
      while (PlainYaml.next(parser, "file.yaml") != null) {
        if (parser.currentToken().isScalarValue()) {
          text = parser.getText();
        }
      }
    }
    return text;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "040", "-012", "00", "1_000", "1__0", "0x10", "0b11", "1_0.5", "00.5", ".inf", "yes", "no",
        "on", "Off", "TRUE", "*c", "!!str 5", "!x 5", "{c: *d}"
      })
  void refused(String value) {
    UserException error = assertThrows(UserException.class, () -> last(value));
    assertTrue(error.getMessage().startsWith("file.yaml:2:"), error::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "40, 40",
    "-7, -7",
    "+5, +5",
    "0.5, 0.5",
    "1e3, 1e3",
    "1.5e-3, 1.5e-3",
    "true, true",
    "false, false",
    "word, word",
    "\"yes\", yes",
    "\"*c\", *c",
    "0o17, 0o17"
  })
  void taken(String value, String expected) throws IOException {
    assertEquals(expected, last(value));
  }
}
