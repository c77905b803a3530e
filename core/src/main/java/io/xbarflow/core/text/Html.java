package io.xbarflow.core.text;

import com.google.common.html.HtmlEscapers;

/** Text of HTML and SVG pages. */
public final class Html {
  private Html() {}

  /**
   * {@code text} as content of an element or value of an attribute in double quotes. Control
   * characters, which no page may hold, are printed as escapes.
   */
  public static String escape(String text) {
    return HtmlEscapers.htmlEscaper().escape(Printable.lines(text));
  }

  /** {@code json} as the content of a script element: nothing in it ends the element. */
  public static String scriptData(String json) {
    return json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
  }
}
