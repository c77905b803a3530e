package io.xbarflow.cli.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.Resources;
import io.xbarflow.core.text.Html;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The frame of a page: head, styles, contents, script. */
final class Page {
  private final String title;
  private final Element header = Element.of("header");
  private final Element index = Element.of("nav").with("aria-label", "Contents");
  private final List<Element> sections = new ArrayList<>();
  private final List<Element> scripts = new ArrayList<>();

  Page(String title) {
    this.title = title;
  }

  /** Adds to the head of the page. */
  Page header(Object... parts) {
    header.add(parts);
    return this;
  }

  /** Adds a section, which the contents name. */
  Page section(String anchor, String heading, Object... parts) {
    index.add(Element.of("a", heading).with("href", "#" + anchor));
    sections.add(Element.of("section", Element.of("h2", heading)).with("id", anchor).add(parts));
    return this;
  }

  /** Adds a script from the resources. */
  Page script(String resource) {
    scripts.add(Element.of("script", resource(resource)));
    return this;
  }

  /** Adds data that scripts find by {@code id}. */
  Page data(String id, String json) {
    scripts.add(
        Element.of("script", Html.scriptData(json))
            .with("type", "application/json")
            .with("id", id));
    return this;
  }

  /** A picture in a box in which it may scroll, with a line under it that says what it shows. */
  static Element figure(Element picture, String caption) {
    return Element.of(
        "figure",
        Element.of("div", picture)
            .styled("scroll")
            .with("tabindex", 0)
            .with("role", "region")
            .with("aria-label", caption),
        Element.of("figcaption", caption));
  }

  private static String resource(String name) {
    try {
      return Resources.toString(Resources.getResource(Page.class, name), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page as text. */
  String html() {
    Element main = Element.of("main").addAll(sections);
    return "<!DOCTYPE html>"
        + Element.of(
                "html",
                Element.of(
                    "head",
                    Element.of("meta").with("charset", "utf-8"),
                    Element.of("meta")
                        .with("name", "viewport")
                        .with("content", "width=device-width, initial-scale=1"),
                    Element.of("meta").with("name", "color-scheme").with("content", "light dark"),
                    // Nothing is fetched, whatever a name in the model looks like.
                    Element.of("meta")
                        .with("http-equiv", "Content-Security-Policy")
                        .with(
                            "content",
                            "default-src 'none'; style-src 'unsafe-inline'; script-src"
                                + " 'unsafe-inline'; img-src data:"),
                    Element.of("meta").with("name", "generator").with("content", "xbarflow"),
                    Element.of("title", title),
                    Element.of("link").with("rel", "icon").with("href", "data:,"),
                    Element.of("style", resource("page.css"))),
                Element.of("body", header, index, main).addAll(scripts))
            .with("lang", "en")
            .html()
        + "\n";
  }
}
