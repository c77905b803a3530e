package io.xbarflow.cli.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Markup, and how numbers stand on a page. */
final class ElementTest {
  @Test
  void textsAndValuesAreEscaped() {
    assertEquals(
        "<b title=\"&quot;&lt;&#39;&amp;\">&lt;i&gt;&amp;amp;</b>",
        Element.of("b", "<i>&amp;").with("title", "\"<'&").html());
    assertEquals("\n<title>&lt;/title&gt;</title>", Element.of("title", "</title>").html());
  }

  @Test
  void aScriptCannotEndItself() {
    Element script = Element.of("script", "'</script><b>'");
    assertThrows(IllegalArgumentException.class, script::html);
    assertThrows(IllegalArgumentException.class, () -> Element.of("br", "x"));
    String page = new Page("t").data("d", "[\"</script><b>\"]").html();
    assertTrue(page.contains("[\"\\u003c/script>\\u003cb>\"]"), page);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 4 | 0 %",
        "1 | 4 | 25 %",
        "1 | 3 | 33.3 %",
        "3 | 3 | 100 %",
        "1 | 10000 | < 0.1 %",
        "999 | 1000 | 99.9 %",
        "9999 | 10000 | 100 %",
        "5 | 4 | 125 %"
      })
  void percent(double part, double whole, String expected) {
    assertEquals(expected, Words.percent(part, whole));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "100 | 1000 | 100 ns",
        "2573 | 1000 | 2.57 µs",
        "2048 | 100 | 20.5 µs",
        "1500000 | 1000 | 1.50 ms",
        "999.9 | 1000 | 1,000 ns",
        "3000000000 | 1000 | 3 s"
      })
  void time(double cycles, int clockMHz, String expected) {
    assertEquals(expected, Words.time(cycles, clockMHz));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"abc | 3 | abc", "abcdef | 5 | ab…ef", "😀😀😀😀 | 3 | 😀…😀"})
  void cut(String name, int most, String expected) {
    assertEquals(expected, Words.cut(name, most));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"1023 | 1,023 bits", "1024 | 1 Kibit", "11040 | 10.8 Kibit", "3145728 | 3 Mibit"})
  void bits(long bits, String expected) {
    assertEquals(expected, Words.bits(bits));
  }
}
