package io.xbarflow.rtlgen.rtl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.common.io.Resources;
import io.xbarflow.rtlgen.template.TemplateRenderer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fetch units and reorder memories under Icarus against {@link FetchCase}, with random gaps and
 * back-pressure; Verilator's lint has nothing to say about any of them.
 */
final class WindowFetchTest {
  private static final List<String> CELLS =
      List.of(
          "direct_input",
          "line_buffer",
          "newest_row",
          "place_step",
          "ram_1r1w",
          "ram_2r1w",
          "reorder_memory",
          "ring_pointer",
          "ring_release",
          "ring_repeat",
          "ring_window_pointer",
          "ring_write",
          "row_phase",
          "stream_walk",
          "stride_filter",
          "walk_axis");

  @TempDir Path folder;

  static LongStream seeds() {
    return LongStream.rangeClosed(
        Long.getLong("xbarflow.fetch.first", 1), Long.getLong("xbarflow.fetch.last", 40));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void windowsAndPixelsAreThoseOfTheReference(long seed) throws Exception {
    FetchCase tested = FetchCase.random(seed);
    writeCells();
    tested.writeBench(folder);
    assertEquals("", lint(tested), () -> "lint of " + tested);
    assertEquals(List.of(), tested.differences(simulate()), tested::toString);
  }

  @Test
  void comparisonCanFail() throws Exception {
    FetchCase tested = FetchCase.random(1);
    writeCells();
    tested.writeBench(folder);
    Path axis = folder.resolve("walk_axis.v");
    Files.writeString(
        axis,
        Files.readString(axis)
            .replace("FINAL_POSITION = SIZE - 1", "FINAL_POSITION = (SIZE > 1) ? SIZE - 2 : 0"));
    assertNotEquals(List.of(), tested.differences(simulate()));
  }

  private void writeCells() throws IOException {
    for (String cell : CELLS) {
      Files.writeString(
          folder.resolve(cell + ".v"),
          Resources.toString(Resources.getResource(Generator.class, cell + ".v"), UTF_8));
    }
    TemplateRenderer renderer = new TemplateRenderer();
    for (boolean skip : new boolean[] {false, true}) {
      WindowFetchView view = WindowFetchView.of(skip);
      Files.writeString(
          folder.resolve(view.module() + ".v"), renderer.render("window_fetch.v.vm", view));
    }
  }

  private String lint(FetchCase tested) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("verilator", "--lint-only", "-Wall", "-y", ".", "--top-module", tested.top()));
    tested.parameters().forEach(parameter -> command.add("-G" + parameter));
    command.add(tested.top() + ".v");
    return String.join("\n", run(command));
  }

  private List<String> simulate() throws Exception {
    assertEquals(
        List.of(),
        run(List.of("iverilog", "-g2005", "-y", ".", "-s", "bench", "-o", "bench", "bench.v")));
    return run(List.of("vvp", "-n", "bench"));
  }

  private List<String> run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    List<String> lines =
        process.inputReader(UTF_8).lines().collect(java.util.stream.Collectors.toList());
    process.waitFor(60, TimeUnit.SECONDS);
    return lines;
  }
}
