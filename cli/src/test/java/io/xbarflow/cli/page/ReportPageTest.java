package io.xbarflow.cli.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.cli.CommandLineForTests;
import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.synthesis.ModuleSynthesis;
import io.xbarflow.core.synthesis.Resources;
import io.xbarflow.core.synthesis.Synthesis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of an example, in a browser. */
final class ReportPageTest {
  private static final Path ROOT = Path.of(System.getProperty("xbarflow.root"));

  @TempDir private static Path folder;
  private static Path output;
  private static Browser browser;

  @BeforeAll
  static void run() throws Exception {
    output = folder.resolve("out");
    browser = new Browser(folder);
    CommandLineForTests.run("run", ROOT.resolve("examples/residual_cnn/model.onnx"), "-o", output);
  }

  @AfterAll
  static void close() throws Exception {
    browser.close();
  }

  private static JsonNode json(String file) throws Exception {
    return new ObjectMapper().readTree(output.resolve(file).toFile());
  }

  private static Browser page() throws Exception {
    return browser.size(1280, 800).scheme("light").open(output.resolve("report.html"));
  }

  private static List<String> texts(String selector) throws Exception {
    return Pages.strings(
        browser.evaluate(
            "[...document.querySelectorAll('" + selector + "')].map(e => e.textContent)"));
  }

  @Test
  void isSoundInEveryWindowAndScheme() throws Exception {
    Pages.check(browser, output.resolve("report.html"));
  }

  @Test
  void aPageThatIsUnsoundIsFound() throws Exception {
    Path page = folder.resolve("unsound.html");
    Files.writeString(
        page,
        "<!DOCTYPE html><meta name=viewport content='width=device-width, initial-scale=1,"
            + " minimum-scale=1'><body style='background:#fff'><p style='color:#999'>faint</p><div"
            + " style='width:500px'>wide</div><a href='#nowhere'>x</a><a href='none.v'>y</a><img"
            + " src='http://localhost:9/x.png'><script>console.error('no');nothing()</script>");
    browser.size(360, 800).scheme("light").open(page);
    assertEquals(1, Pages.faint(browser).size());
    assertEquals(
        ImmutableList.of("div.: wide", "the page is 508 pixels wide"),
        Pages.overflow(browser, 360));
    assertEquals(ImmutableList.of("#nowhere", "none.v"), Pages.deadLinks(browser, page));
    assertEquals(ImmutableList.of("http://localhost:9/x.png"), browser.requests());
    assertTrue(browser.complaints().size() >= 2, () -> browser.complaints().toString());
  }

  @Test
  void theHeadlineTableIsThatOfTheArtefacts() throws Exception {
    JsonNode cosim = json("cosim.json");
    page();
    List<String> cells = texts("#results tbody tr:nth-child(2) > *");
    assertEquals(
        ImmutableList.of(
            "cycles per image (initiation interval)",
            number(cosim.get("cyclesPerImage").asLong()),
            number(cosim.get("predictedCyclesPerImage").asLong()),
            number(cosim.get("boundCyclesPerImage").asLong()),
            "1.000"),
        cells);
    assertEquals(
        number(cosim.get("activationMemoryBits").asLong()),
        texts("#results tbody tr:nth-child(4) > *").get(1));
    long values = 0;
    for (JsonNode layer : cosim.get("layers")) {
      values += layer.get("values").asLong();
    }
    String verdict = texts("#verdict").get(0);
    assertTrue(verdict.startsWith("✓ Verified."), verdict);
    String streams = " values on " + cosim.get("layers").size() + " streams over 4 images";
    assertTrue(verdict.contains(number(values) + streams), verdict);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  @Test
  void everyLayerHasItsSectionItsBoxItsMacrosAndItsVerilog() throws Exception {
    page();
    JsonNode mapping = json("mapping.json");
    int number = 0;
    int macros = 0;
    for (JsonNode block : mapping.get("blocks")) {
      if (!block.has("layer")) {
        continue;
      }
      number++;
      String layer = block.get("layer").asText();
      assertEquals(
          ImmutableList.of(number + " " + layer), texts("section#layer-" + number + " h3"));
      assertEquals(1, texts("#pipeline a[href=\"#layer-" + number + "\"]").size(), layer);
      assertEquals(1, texts("#timeline svg a[href=\"#layer-" + number + "\"]").size(), layer);
      if (block.has("array")) {
        int places = block.get("array").get("places").size();
        macros += places;
        assertEquals(
            places, texts("#floorplan a[href=\"#layer-" + number + "\"] rect").size(), layer);
        assertEquals(
            "rtl/xbarflow_" + block.get("name").asText() + "_core.v",
            texts("section#layer-" + number + " a[href^=rtl]").get(0));
      }
    }
    assertEquals(10, number);
    assertEquals(json("cosim.json").get("crossbars").asInt(), macros);
    assertEquals("rtl/stream_adder.v", texts("section#layer-4 a[href^=rtl]").get(0));
    // The line on which the instance stands is the right one.
    String fact = texts("section#layer-4").get(0);
    int line = Integer.parseInt(fact.replaceAll("(?s).*xbarflow_top.v line (\\d+).*", "$1"));
    List<String> top = Files.readAllLines(output.resolve("rtl/xbarflow_top.v"));
    assertEquals("  stream_adder #(", top.get(line - 1));
    assertEquals("  // Layer block1_add.", top.get(line - 2));
  }

  @Test
  void theTimelineHasTheMeasuredEnds() throws Exception {
    page();
    long[] ends = new long[11];
    for (JsonNode boundary : json("cosim.json").get("layers")) {
      int row = texts("#timeline tbody th").indexOf(boundary.get("block").asText());
      for (int i = 0; i < texts("#timeline tbody th").size(); i++) {
        boolean same =
            texts("#timeline tbody th").get(i).endsWith(" " + boundary.get("block").asText());
        row = same && !boundary.get("link").asText().endsWith("_skip") ? i : row;
      }
      if (row >= 0) {
        ends[row] = boundary.get("imageEndCycles").get(0).asLong();
        assertEquals(
            number(ends[row]),
            texts("#timeline tbody tr:nth-child(" + (row + 1) + ") > *").get(2),
            boundary.toString());
      }
    }
    assertTrue(ends[9] > ends[0] && ends[0] > 0);
    JsonNode cosim = json("cosim.json");
    assertTrue(
        texts("#timeline svg")
            .get(0)
            .contains(
                "fill: image 1 done after " + number(cosim.get("firstImageCycles").asLong())));
  }

  @Test
  void whatBelongsToALayerLightsUpUnderThePointer() throws Exception {
    page();
    browser.point("#pipeline a[href=\"#layer-3\"] text", false);
    List<String> lit =
        Pages.strings(
            browser.evaluate(
                "[...new Set([...document.querySelectorAll('.lit')]"
                    + ".map(e => e.dataset.layer).filter(e => e))]"));
    assertEquals(ImmutableList.of("layer-3"), lit);
    assertTrue(
        browser.evaluate("document.querySelectorAll('.way.lit').length").asInt() >= 2,
        "the streams of the layer");
    browser.point("h1", false);
    assertEquals(0, browser.evaluate("document.querySelectorAll('.lit').length").asInt());
  }

  @Test
  void namesAreTextAndNothingElse() throws Exception {
    Path evil = folder.resolve("evil");
    Files.createDirectories(evil);
    String name = "<img src=x onerror=alert(1)>\\\"'&amp;</script><script>window.bad=1</script>";
    for (String file : ImmutableList.of("network.json", "mapping.json")) {
      Files.writeString(
          evil.resolve(file),
          Files.readString(output.resolve(file))
              .replace("\"block1_conv1\"", "\"" + name + "\"")
              .replace(
                  "\"name\" : \"" + name + "\",\n    \"layer\"", "\"name\" : \"b\",\n    \"layer\"")
              .replace("\"model.onnx\"", "\"" + name + "\""));
    }
    CommandLineForTests.run("report", evil);
    browser.size(360, 800).open(evil.resolve("report.html"));
    String read = name.replace("\\\"", "\"");
    assertEquals(read, texts("h1").get(0));
    assertEquals("2 " + read, texts("section#layer-2 h3").get(0));
    assertEquals(1, browser.evaluate("document.scripts.length").asInt());
    assertEquals(0, browser.evaluate("document.images.length").asInt());
    assertTrue(browser.evaluate("window.bad === undefined").asBoolean());
    assertEquals(ImmutableList.of(), Pages.overflow(browser, 360));
    assertEquals(ImmutableList.of(), browser.complaints());
    assertEquals("○ Not yet verified.", texts("#verdict strong").get(0));
    // There is no Verilog to point at, and no verdict to show.
    assertEquals(0, texts("a[href^=rtl]").size());
    assertEquals(0, texts("#proof").size());
  }

  @Test
  void aFailureIsSaidFirst() throws Exception {
    Path failed = folder.resolve("failed");
    Files.createDirectories(failed);
    for (String file : ImmutableList.of("network.json", "mapping.json", "cosim.json")) {
      Files.writeString(
          failed.resolve(file),
          Files.readString(output.resolve(file))
              .replace(
                  "\"bitExact\" : true,\n  \"mismatches\" : 0",
                  "\"bitExact\" : false,\n  \"mismatches\" : 7")
              .replaceFirst("(\"block\" : \"stem\",[^}]*?\"mismatches\" : )0", "$17"));
    }
    ManagedFolder.at(failed).write("synth.asic.json", synthesis());
    CommandLineForTests.run("report", failed);
    browser.size(1280, 800).open(failed.resolve("report.html"));
    String verdict = texts("#verdict").get(0);
    assertTrue(verdict.startsWith("✗ Verification failed."), verdict);
    assertTrue(verdict.contains(" 7 differ"), verdict);
    assertTrue(texts("#proof tbody tr").stream().anyMatch(row -> row.endsWith("✗ differs")));
    assertTrue(texts("section#layer-1").get(0).contains("7 DIFFER"));
    // What other stages left is there as tables.
    assertEquals("Synth asic", texts("#synth-asic-json h2").get(0));
    assertEquals(
        ImmutableList.of(
            "name",
            "module",
            "parameters",
            "instances",
            "own cells",
            "a",
            "a",
            "W 8",
            "1",
            "1,234",
            "b",
            "b",
            "",
            "1",
            "7"),
        texts("#synth-asic-json .scroll + .scroll + .scroll tr > *"));
  }

  private static Synthesis synthesis() {
    return new Synthesis(
        "model.onnx",
        "0".repeat(64),
        "asic",
        "a library",
        "yosys",
        "no wires",
        1,
        "xbarflow_top",
        new Resources(1241, 0, 0, 0, 0, 0, 12.5),
        Optional.empty(),
        ImmutableList.of(
            module("a", ImmutableMap.of("W", "8"), 1234), module("b", ImmutableMap.of(), 7)),
        1);
  }

  private static ModuleSynthesis module(
      String name, ImmutableMap<String, String> parameters, long cells) {
    return new ModuleSynthesis(
        name,
        name,
        parameters,
        1,
        new Resources(cells, 0, 0, 0, 0, 0, 0),
        Resources.NONE,
        Optional.empty());
  }

  @Test
  void anOldReportDoesNotOutliveWhatItShows() throws Exception {
    Path again = folder.resolve("again");
    CommandLineForTests.run("map", ROOT.resolve("examples/small_cnn/model.onnx"), "-o", again);
    CommandLineForTests.run("report", again);
    assertTrue(Files.exists(again.resolve("report.html")));
    CommandLineForTests.run("simulate", again, "--images", 1);
    assertFalse(Files.exists(again.resolve("report.html")));
    CommandLineForTests.run("report", again);
    browser.open(again.resolve("report.html"));
    assertTrue(texts("#simulation p").get(0).startsWith("1 image in Java"));
  }

  @Test
  void itPrintsWithEverythingOnThePaper() throws Exception {
    page();
    browser.call("Emulation.setEmulatedMedia", "media", "print");
    try {
      browser.size(720, 1000);
      assertEquals(ImmutableList.of(), Pages.faint(browser));
      assertEquals(
          0,
          browser
              .evaluate(
                  "[...document.querySelectorAll('svg, table')]"
                      + ".filter(e => e.getBoundingClientRect().right > 721).length")
              .asInt());
      Path paper = folder.resolve("report.pdf");
      browser.print(paper);
      assertTrue(Files.size(paper) > 50_000);
    } finally {
      browser.call("Emulation.setEmulatedMedia", "media", "");
    }
  }
}
