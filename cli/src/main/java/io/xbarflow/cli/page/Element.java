package io.xbarflow.cli.page;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.text.Html;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One element of a page, HTML or SVG. Texts and values are escaped when it is printed: names come
 * from the user's model.
 */
final class Element {
  private static final ImmutableSet<String> EMPTY =
      ImmutableSet.of("br", "hr", "input", "link", "meta");

  /** Elements whose text is not markup. */
  private static final ImmutableSet<String> RAW = ImmutableSet.of("script", "style");

  /** Elements that begin on a line of their own, so that the page can be read as a text. */
  private static final Pattern BLOCK =
      Pattern.compile(
          "html|head|body|meta|title|style|script|main|nav|header|footer|section|article|div|p|h[1-6]"
              + "|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tr|figure|figcaption|svg|g|fieldset");

  private final String tag;
  private final StringBuilder attributes = new StringBuilder();
  private String styles = "";
  private final List<Object> content = new ArrayList<>();

  private Element(String tag) {
    this.tag = tag;
  }

  /** An element of kind {@code tag} with {@code content}: elements and texts. */
  static Element of(String tag, Object... content) {
    return new Element(tag).add(content);
  }

  /** Sets an attribute. */
  Element with(String name, Object value) {
    attributes.append(' ').append(name).append("=\"").append(Html.escape(text(value))).append('"');
    return this;
  }

  /** Sets the class. */
  Element styled(String classes) {
    styles = classes;
    return with("class", classes);
  }

  /** Whether its class was set to {@code classes}. */
  boolean isStyled(String classes) {
    return styles.equals(classes);
  }

  /** Adds elements and texts. */
  Element add(Object... parts) {
    return addAll(Arrays.asList(parts));
  }

  /** Adds elements and texts. */
  Element addAll(Iterable<?> parts) {
    for (Object part : parts) {
      checkArgument(!EMPTY.contains(tag), "%s has no content", tag);
      content.add(part instanceof Element ? part : text(part));
    }
    return this;
  }

  /** Numbers of pictures have two decimals at most. */
  private static String text(Object value) {
    if (!(value instanceof Double)) {
      return value.toString();
    }
    String text = String.format(Locale.ROOT, "%.2f", (Double) value);
    return text.replaceFirst("\\.?0+$", "");
  }

  /** The element as text. */
  String html() {
    StringBuilder out = new StringBuilder();
    print(out);
    return out.toString();
  }

  private void print(StringBuilder out) {
    if (BLOCK.matcher(tag).matches()) {
      out.append('\n');
    }
    out.append('<').append(tag).append(attributes).append('>');
    if (EMPTY.contains(tag)) {
      return;
    }
    for (Object part : content) {
      if (part instanceof Element element) {
        element.print(out);
      } else if (RAW.contains(tag)) {
        checkArgument(!part.toString().contains("</" + tag), "%s ends itself", tag);
        out.append(part);
      } else {
        out.append(Html.escape(part.toString()));
      }
    }
    out.append("</").append(tag).append('>');
  }
}
