package io.xbarflow.rtlgen.rtl;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.io.Resources;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import io.xbarflow.rtlgen.template.TemplateRenderer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a window generator costs: 3 x 3 windows of 16 channels of 8 bits on a map of 32 x 32 pixels,
 * all nine taps at once, synthesised by Yosys for Xilinx devices; cycles per frame are measured
 * with frames back to back.
 *
 * <p>The published generator beside it is the one that {@code docs/synthesis.md} names.
 */
final class WindowGenerator {
  private static final Shape MAP = new Shape(16, 32, 32);
  private static final int KERNEL = 3;
  private static final Pattern COUNT = Pattern.compile("^ {5}(\\w+) +(\\d+)$");
  private static final Pattern FRAME = Pattern.compile("frame (\\d+)");

  /** LUTs that one cell of distributed memory occupies. */
  private static final Map<String, Integer> LUTS_OF_MEMORY =
      Map.of("RAM32M", 4, "RAM64M", 4, "RAM32X1D", 2, "RAM64X1D", 2, "RAM128X1D", 4);

  /**
   * A generator's cost.
   *
   * @param name what it is
   * @param luts LUTs of logic
   * @param memoryLuts LUTs used as memory
   * @param flipFlops flip-flops
   * @param blockRams block RAMs of 18 Kibit
   * @param cyclesPerFrame cycles from frame to frame
   */
  record Cost(
      String name, int luts, int memoryLuts, int flipFlops, int blockRams, int cyclesPerFrame) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "| %s | %d | %d | %d | %d | %d |",
          name,
          luts,
          memoryLuts,
          flipFlops,
          blockRams,
          cyclesPerFrame);
    }
  }

  /** All nine taps each cycle, as published. */
  static final Cost PUBLISHED = new Cost("published, all nine taps", 142, 176, 1470, 0, 1025);

  /** One tap each cycle, as published. */
  static final Cost PUBLISHED_SERIAL = new Cost("published, one tap a cycle", 183, 0, 76, 4, 8160);

  private final Path folder;

  WindowGenerator(Path folder) {
    this.folder = folder;
  }

  /** Published and own generators, padded windows at a pixel a cycle last. */
  String table() throws IOException, InterruptedException {
    StringBuilder table = new StringBuilder();
    table.append("| generator | LUT | LUT as memory | FF | BRAM18 | cycles per frame |\n");
    table.append("|---|---|---|---|---|---|\n");
    table.append(PUBLISHED).append('\n').append(PUBLISHED_SERIAL).append('\n');
    for (int lanes = MAP.channels(); lanes >= 1; lanes /= 2) {
      table.append(cost(lanes, false)).append('\n');
    }
    return table.append(cost(MAP.channels(), true)).append('\n').toString();
  }

  /** The generator's cost with {@code lanes} values of a pixel a cycle. */
  Cost cost(int lanes, boolean padded) throws IOException, InterruptedException {
    Instance instance = instance(lanes, padded);
    writeCells();
    Map<String, Integer> cells = synthesised(instance);
    return new Cost(
        (padded ? "`window_fetch`, padded" : "`line_buffer`") + ", " + lanes + " lanes",
        sum(cells, "LUT"),
        LUTS_OF_MEMORY.entrySet().stream()
            .mapToInt(memory -> cells.getOrDefault(memory.getKey(), 0) * memory.getValue())
            .sum(),
        sum(cells, "FD"),
        cells.getOrDefault("RAMB18E1", 0) + 2 * cells.getOrDefault("RAMB36E1", 0),
        cyclesPerFrame(instance, lanes, padded));
  }

  private static int sum(Map<String, Integer> cells, String prefix) {
    return cells.entrySet().stream()
        .filter(cell -> cell.getKey().startsWith(prefix))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  private static Instance instance(int lanes, boolean padded) {
    int pad = padded ? 1 : 0;
    Window window = new Window(KERNEL, KERNEL, 1, 1, pad, pad, pad, pad, 1, 1);
    int outputs = MAP.height() + 2 * pad - KERNEL + 1;
    Shape output = new Shape(MAP.channels(), outputs, outputs);
    Link input = new Link("in", "x", MAP, lanes, StreamOrder.RASTER);
    Fetch fetch =
        new Fetch(MAP, StreamOrder.RASTER, output, window, Patch.SINGLE, Optional.empty());
    if (padded) {
      int pitch = MAP.width();
      Ring least = new Ring(ActivationMemoryPolicy.RING, KERNEL, pitch, ImmutableList.of(KERNEL));
      int slots = fetch.withRing(least).leastDepth(least, 0) / KERNEL + 1;
      fetch = fetch.withRing(least.withDepths(ImmutableList.of(slots * KERNEL)));
    }
    return FetchInstance.of(fetch, input, Optional.empty(), 0);
  }

  private void writeCells() throws IOException {
    for (String cell : Generator.CELLS) {
      Files.writeString(
          folder.resolve(cell + ".v"),
          Resources.toString(Resources.getResource(Generator.class, cell + ".v"), UTF_8));
    }
    WindowFetchView view = WindowFetchView.of(false);
    Files.writeString(
        folder.resolve(view.module() + ".v"),
        new TemplateRenderer().render("window_fetch.v.vm", view));
  }

  private Map<String, Integer> synthesised(Instance instance)
      throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder("read_verilog *.v\n");
    script.append("chparam");
    instance
        .parameters()
        .forEach(
            parameter ->
                script
                    .append(" -set ")
                    .append(parameter.port())
                    .append(' ')
                    .append(parameter.value()));
    script.append(' ').append(instance.module()).append('\n');
    script
        .append("synth_xilinx -flatten -noiopad -top ")
        .append(instance.module())
        .append("\ntee -o cells.txt stat\n");
    Files.writeString(folder.resolve("synth.ys"), script);
    run("yosys", "-q", "synth.ys");
    Map<String, Integer> cells = new TreeMap<>();
    for (String line : Files.readAllLines(folder.resolve("cells.txt"), UTF_8)) {
      Matcher count = COUNT.matcher(line);
      if (count.matches()) {
        cells.put(count.group(1), Integer.parseInt(count.group(2)));
      }
    }
    return cells;
  }

  /** Cycles between the second and the third frame's first windows, taken as they come. */
  private int cyclesPerFrame(Instance instance, int lanes, boolean padded)
      throws IOException, InterruptedException {
    int pad = padded ? 1 : 0;
    int outputs = MAP.height() + 2 * pad - KERNEL + 1;
    StringBuilder parameters = new StringBuilder();
    instance
        .parameters()
        .forEach(
            parameter ->
                parameters
                    .append(parameters.length() == 0 ? "" : ", ")
                    .append('.')
                    .append(parameter.port())
                    .append('(')
                    .append(parameter.value())
                    .append(')'));
    String bench =
        """
        module bench;
          reg clk = 1'b0;
          reg rst_n = 1'b0;
          integer cycle = 0;
          integer windows = 0;
          wire in_ready;
          wire window_valid;
          wire [%1$d:0] window_data;
          always #1 clk = ~clk;
          %2$s #(%3$s) u_fetch (
            .clk(clk), .rst_n(rst_n), .in_valid(rst_n), .in_ready(in_ready),
            .in_data({%4$d{8'd1}}), .window_valid(window_valid),
            .window_taken(window_valid), .window_data(window_data));
          always @(posedge clk) begin
            rst_n <= 1'b1;
            cycle <= cycle + 1;
            if (window_valid) begin
              windows <= windows + 1;
              if (windows %% %5$d == 0) $display("frame %%0d", cycle);
              if (windows == 3 * %5$d) $finish;
            end
          end
        endmodule
        """
            .formatted(
                KERNEL * KERNEL * MAP.channels() * 8 - 1,
                instance.module(),
                parameters,
                lanes,
                outputs * outputs);
    Files.createDirectories(folder.resolve("bench"));
    Files.writeString(folder.resolve("bench/bench.v"), bench);
    run("iverilog", "-g2005", "-y", ".", "-s", "bench", "-o", "bench/bench", "bench/bench.v");
    List<Integer> frames = new ArrayList<>();
    for (String line : run("vvp", "-n", "bench/bench")) {
      Matcher frame = FRAME.matcher(line);
      if (frame.matches()) {
        frames.add(Integer.parseInt(frame.group(1)));
      }
    }
    return frames.get(3) - frames.get(2);
  }

  private List<String> run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    List<String> lines = process.inputReader(UTF_8).lines().toList();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + lines);
    }
    return lines;
  }
}
