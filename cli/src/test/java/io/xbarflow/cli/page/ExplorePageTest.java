package io.xbarflow.cli.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import io.xbarflow.cli.CommandLineForTests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a sweep, in a browser. */
final class ExplorePageTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("xbarflow.root")).resolve("examples/small_cnn");

  @TempDir private static Path folder;
  private static Path output;
  private static Browser browser;

  @BeforeAll
  static void run() throws Exception {
    output = folder.resolve("out");
    browser = new Browser(folder);
    CommandLineForTests.run(
        "explore",
        EXAMPLE.resolve("model.onnx"),
        "-o",
        output,
        "--crossbar",
        "32x32,64x64",
        "--core",
        "pcm",
        "--sweep",
        "pcm.adcBits=4,6,8",
        "--mvm-cycles",
        130,
        "--input",
        EXAMPLE.resolve("input.npy"),
        "--crossbars",
        "20,40");
  }

  @AfterAll
  static void close() throws Exception {
    browser.close();
  }

  private static Browser page() throws Exception {
    return browser.size(1280, 900).scheme("light").open(output.resolve("explore.html"));
  }

  private static JsonNode report() throws Exception {
    return new ObjectMapper().readTree(output.resolve("explore.json").toFile());
  }

  private static List<String> texts(String selector) throws Exception {
    return Pages.strings(
        browser.evaluate(
            "[...document.querySelectorAll('" + selector + "')].map(e => e.textContent)"));
  }

  private static int visible(String selector) throws Exception {
    return browser
        .evaluate(
            "[...document.querySelectorAll('"
                + selector
                + "')].filter(e => e.getClientRects().length > 0).length")
        .asInt();
  }

  @Test
  void isSoundInEveryWindowAndScheme() throws Exception {
    Pages.check(browser, output.resolve("explore.html"));
  }

  @Test
  void theTableIsTheFrontWithItsCommands() throws Exception {
    page();
    List<String> commands = new ArrayList<>();
    report().get("front").forEach(best -> commands.add("./" + best.get("command").asText()));
    List<String> shown = texts("#front code");
    assertEquals(commands.stream().sorted().toList(), shown.stream().sorted().toList());
    assertTrue(shown.get(0).contains("--set pcm.adcBits="), shown.get(0));
    assertEquals(commands.size(), texts("#front button").size());
  }

  @Test
  void everyPointIsInEveryPlot() throws Exception {
    page();
    int feasible = report().get("points").asInt() - report().get("infeasible").asInt();
    // Four plots of costs, one of quality against the swept parameter.
    assertEquals(5, texts(".plots svg").size());
    for (int plot = 1; plot <= 5; plot++) {
      assertEquals(feasible, visible(".plots figure:nth-child(" + plot + ") .point"));
    }
    assertEquals(
        "values equal to exact sums, % against pcm.adcBits", texts(".plots figcaption").get(4));
    // The more values are equal, the higher a point stands.
    JsonNode heights =
        browser.evaluate(
            "[...document.querySelectorAll('#front tbody tr')].map(row => ["
                + "parseFloat(row.cells[row.cells.length - 2].textContent), Number(document"
                + ".querySelector(`.plots figure:nth-child(5) [data-point='${row.dataset.point}']`)"
                + ".getAttribute('cy'))]).sort((a, b) => a[0] - b[0])");
    Set<Double> shares = new HashSet<>();
    for (int i = 1; i < heights.size(); i++) {
      shares.add(heights.get(i).get(0).asDouble());
      double more = heights.get(i).get(0).asDouble() - heights.get(i - 1).get(0).asDouble();
      double higher = heights.get(i - 1).get(1).asDouble() - heights.get(i).get(1).asDouble();
      assertEquals(more > 0, higher > 0, heights.toString());
    }
    assertTrue(shares.size() > 2, shares.toString());
  }

  @Test
  void filtersHideWhatTheyLeaveOut() throws Exception {
    page();
    int all = visible(".plots figure:nth-child(1) .point");
    int rows = visible("#front tbody tr");
    browser.point("input[name=\"pcm.adcBits\"][value=\"4\"]", true);
    assertEquals(all * 2 / 3, visible(".plots figure:nth-child(1) .point"));
    assertEquals(all * 2 / 3 + " of " + all + " points", texts("#shown").get(0));
    assertTrue(visible("#front tbody tr") < rows);
    browser.point("input[name=\"pcm.adcBits\"][value=\"4\"]", true);
    assertEquals(all, visible(".plots figure:nth-child(1) .point"));
    browser.point("input[name=front]", true);
    assertEquals(rows, visible(".plots figure:nth-child(1) .point"));
    assertEquals(rows, visible("#front tbody tr"));
    assertEquals(ImmutableList.of(), browser.complaints());
  }

  @Test
  void aPointTellsItsFiguresUnderThePointer() throws Exception {
    page();
    browser.point("input[name=front]", true);
    assertEquals(0, visible("#tip"));
    browser.point(".plots .point.front", false);
    assertEquals(1, visible("#tip"));
    String index = browser.evaluate("document.querySelector('.point.lit').dataset.point").asText();
    List<String> row = texts("#point-" + index + " > *");
    String tip = texts("#tip").get(0);
    assertTrue(tip.contains(row.get(0) + " images/s (" + row.get(1) + " cycles)"), tip);
    assertTrue(
        browser
            .evaluate("document.querySelector('#point-" + index + "').matches('.lit')")
            .asBoolean());
    browser.point("h1", false);
    assertEquals(0, visible("#tip"));
  }

  @Test
  void aButtonCopiesTheCommand() throws Exception {
    page();
    browser.call(
        "Browser.grantPermissions",
        "permissions",
        ImmutableList.of("clipboardReadWrite", "clipboardSanitizedWrite"));
    browser.point("#front button", true);
    browser.evaluate("new Promise(done => setTimeout(done, 300))");
    String said = texts("#front button").get(0);
    assertFalse(said.equals("copy"), said);
    String got =
        said.equals("copied")
            ? browser.evaluate("navigator.clipboard.readText()").asText()
            : browser.evaluate("getSelection().toString()").asText();
    assertEquals(texts("#front code").get(0), got);
  }
}
