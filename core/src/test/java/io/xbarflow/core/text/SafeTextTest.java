package io.xbarflow.core.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What came from outside means nothing to any language it is printed in. */
final class SafeTextTest {
  private record Case(String raw, String printed) {}

  static List<Case> names() {
    return List.of(
        new Case("/conv1/Conv_output_0", "/conv1/Conv_output_0"),
        new Case("StatefulPartitionedCall:0", "StatefulPartitionedCall:0"),
        new Case("", ""),
        new Case("a\n  initial $system(\"x\");\n//", "a%0A  initial %24system(%22x%22)%3B%0A//"),
        new Case("end */ x", "end %2A/ x"),
        new Case("backslash\\", "backslash%5C"),
        new Case("[exec touch x]", "%5Bexec touch x%5D"),
        new Case("`include \"x\"", "%60include %22x%22"),
        new Case("</script><script>", "%3C/script%3E%3Cscript%3E"),
        new Case("${x} #set($x=1) $v.x", "%24%7Bx%7D %23set(%24x%3D1) %24v.x"),
        new Case("größe", "gr%C3%B6%C3%9Fe"),
        new Case("\ud83d\ude00", "%F0%9F%98%80"),
        new Case("\ud83d", "%3F"),
        new Case("\r\u0085\u2028\u001b", "%0D%C2%85%E2%80%A8%1B"),
        new Case("x".repeat(10_000), "x".repeat(Escapes.LONGEST) + "... (10000 characters)"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void namesAreEscapedInComments(Case each) {
    assertEquals(each.printed, Comment.ofName(each.raw).toString());
    assertEquals(
        "Node " + each.printed + ", 3.", Comment.of("Node %s, %d.", each.raw, 3).toString());
    assertEquals('"' + each.printed + '"', new YamlScalar(Comment.ofName(each.raw)).toString());
  }

  @Test
  void ourOwnWordsStand() {
    assertEquals("sum x * w[o]; 50.0 %", Comment.of("sum x * w[o]; %.1f %%", 50.0).toString());
    assertEquals("\"say \\\"x\\\"\"", new YamlScalar(Comment.of("say \"x\"")).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{a_data, b_data}",
        "{\n      a,\n      b\n    }",
        "8'h0f",
        "-12'sd5",
        "frame_errors[3]",
        "wire [7:0] x =\n      a\n      | b",
        "x[24 +: 8]",
        "24'd7",
        "8.333",
        ""
      })
  void expressionsArePrinted(String text) {
    assertTrue(Code.isExpression(text));
    assertEquals(text, Code.expression(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x; initial",
        "initial",
        "a initial b",
        "$system",
        "\"text\"",
        "a // b",
        "a /* b",
        "b */ a",
        "`define",
        "a \\b ",
        "a\tb",
        "a\rb",
        "größe",
        "@(posedge clk)",
        "#1"
      })
  void nothingElseIsAnExpression(String text) {
    assertFalse(Code.isExpression(text));
    assertThrows(IllegalArgumentException.class, () -> Code.expression(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-o", "a b", "a\"b", "a[b]", "a;b", "a\nb", "$x", "ä", "a\\b", "{a}"})
  void aWordForAFileNeedsNoQuotes(String path) {
    assertFalse(FileWord.isLegal(path));
    assertThrows(IllegalArgumentException.class, () -> new FileWord(path));
  }

  @Test
  void filesAndPortsArePrinted() {
    assertEquals("\"mem/a_b.hex\"", new VerilogString(new FileWord("mem/a_b.hex")).toString());
    assertEquals(
        "clk s_axis_tdata[*]",
        TclList.of(List.of(new TclList.Port("clk", false), new TclList.Port("s_axis_tdata", true)))
            .toString());
    assertThrows(
        IllegalArgumentException.class,
        () -> TclList.of(List.of(new TclList.Port("x} [exec y]", false))));
  }

  private record Shown(String raw, String line, String html) {}

  static List<Shown> shown() {
    return List.of(
        new Shown("größe \ud83d\ude00", "größe \ud83d\ude00", "größe \ud83d\ude00"),
        new Shown("a\nb\tc", "a\\nb\\tc", "a\nb\\tc"),
        new Shown("\u001b[31m\u0007\r", "\\u001b[31m\\u0007\\r", "\\u001b[31m\\u0007\\r"),
        new Shown("\u202egnp.exe", "\\u202egnp.exe", "\\u202egnp.exe"),
        new Shown("<b>\"'&", "<b>\"'&", "&lt;b&gt;&quot;&#39;&amp;"));
  }

  @ParameterizedTest
  @MethodSource("shown")
  void terminalsAndPagesShowControlCharacters(Shown each) {
    assertEquals(each.line, Printable.of(each.raw));
    assertEquals(each.html, Html.escape(each.raw));
  }

  @Test
  void dataEndNoScript() {
    assertEquals("\"\\u003c/script>\"", Html.scriptData("\"</script>\""));
  }
}
