package io.xbarflow.cli.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.io.Resources;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What must hold for every page. */
final class Pages {
  /** Least ratio of the luminances of text and ground: WCAG 2.2, success criterion 1.4.3. */
  private static final double LEAST_CONTRAST = 4.5;

  private Pages() {}

  /** Checks that {@code file} is sound in every window and scheme. */
  static void check(Browser browser, Path file) throws Exception {
    for (String scheme : ImmutableList.of("light", "dark")) {
      for (int width : new int[] {360, 1280}) {
        browser.size(width, 800).scheme(scheme).open(file);
        String where = file.getFileName() + ", " + width + " pixels, " + scheme;
        assertEquals(ImmutableList.of(), overflow(browser, width), where);
        assertEquals(ImmutableList.of(), faint(browser), where);
        assertEquals(ImmutableList.of(), browser.complaints(), where);
        assertEquals(ImmutableList.of(), browser.requests(), where);
      }
    }
    assertEquals(ImmutableList.of(), deadLinks(browser, file));
    assertTrue(!Files.readString(file).contains("http://"), "an address on the network");
    assertTrue(!Files.readString(file).contains("https://"), "an address on the network");
  }

  /** Elements that reach beyond a window of {@code width} and are in no box that scrolls. */
  static List<String> overflow(Browser browser, int width) throws Exception {
    List<String> found = strings(browser.evaluate(script() + "overflow(" + width + ")"));
    int wide = browser.evaluate("document.documentElement.scrollWidth").asInt();
    if (wide > width) {
      found.add("the page is " + wide + " pixels wide");
    }
    return found;
  }

  /** Texts with too little contrast. */
  static List<String> faint(Browser browser) throws Exception {
    return strings(browser.evaluate(script() + "faint(" + LEAST_CONTRAST + ")"));
  }

  /** Links to places or files that are not there. */
  static List<String> deadLinks(Browser browser, Path file) throws Exception {
    List<String> dead = new ArrayList<>();
    List<String> links =
        strings(
            browser.evaluate(
                "[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))"));
    for (String link : links) {
      boolean there =
          link.startsWith("#")
              ? browser
                  .evaluate("document.getElementById('" + link.substring(1) + "') !== null")
                  .asBoolean()
              : Files.isRegularFile(file.resolveSibling(link));
      if (!there) {
        dead.add(link);
      }
    }
    return dead;
  }

  static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(item -> strings.add(item.asText()));
    return strings;
  }

  private static String script() throws Exception {
    return Resources.toString(
        Resources.getResource(Pages.class, "pages.js"), StandardCharsets.UTF_8);
  }
}
