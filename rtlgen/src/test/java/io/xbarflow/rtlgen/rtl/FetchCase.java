package io.xbarflow.rtlgen.rtl;

import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A random fetch unit or reorder memory, the bench that drives it, and what it must give: windows
 * from their definition, the repeated stream from the orders.
 */
final class FetchCase {
  private static final int IMAGES = 3;
  private static final int PAD_VALUE = 0x5a;

  private final long seed;
  private final Optional<Fetch> fetch; // none for a reorder memory
  private final Link input;
  private final Optional<StreamOrder> given; // of the repeated stream
  private final Instance instance;
  private final boolean rasterWindows;
  private final int stalls;
  private final int[][][] beats; // image, raster pixel, value with idle lanes

  private FetchCase(
      long seed,
      Optional<Fetch> fetch,
      Link input,
      Optional<StreamOrder> given,
      Instance instance,
      boolean rasterWindows,
      Random random) {
    this.seed = seed;
    this.fetch = fetch;
    this.input = input;
    this.given = given;
    this.instance = instance;
    this.rasterWindows = rasterWindows;
    this.stalls = random.nextInt(4);
    this.beats = new int[IMAGES][input.shape().pixels()][input.beatsPerPixel() * input.lanes()];
    for (int[][] image : beats) {
      for (int[] pixel : image) {
        for (int i = 0; i < pixel.length; i++) {
          pixel[i] = random.nextInt(256);
        }
      }
    }
  }

  static FetchCase random(long seed) {
    Random random = new Random(seed * 7919);
    Shape map = new Shape(1 + random.nextInt(6), 1 + random.nextInt(9), 1 + random.nextInt(9));
    int lanes = 1 + random.nextInt(map.channels());
    while (map.channels() % lanes != 0) {
      lanes--;
    }
    Link input = new Link("in", "x", map, lanes, order(random, map));
    return switch (random.nextInt(7)) {
      case 0 -> reorder(seed, input, random);
      case 1 -> direct(seed, input, random);
      case 2 -> lineBuffer(seed, map, lanes, random);
      default -> ring(seed, input, random);
    };
  }

  private static StreamOrder order(Random random, Shape map) {
    if (map.height() == 1 || map.width() == 1 || random.nextInt(3) == 0) {
      return StreamOrder.RASTER;
    }
    return StreamOrder.of(new Patch(1 + random.nextInt(5), 1 + random.nextInt(map.width())), map);
  }

  private static FetchCase reorder(long seed, Link input, Random random) {
    StreamOrder order = order(random, input.shape());
    FetchFlow flow = new FetchFlow(input.shape(), input.order(), Optional.of(order));
    int pitch = input.shape().width() + random.nextInt(2);
    Ring ring = flow.ring(ActivationMemoryPolicy.RING, 1, pitch, random);
    Link output = new Link("out", "x", input.shape(), input.lanes(), order);
    Instance instance =
        FetchInstance.reorder(new Block.Reorder("r", "in", "out", ring), input, output, "u_fetch");
    return new FetchCase(
        seed, Optional.empty(), input, Optional.of(order), instance, false, random);
  }

  private static FetchCase direct(long seed, Link input, Random random) {
    Shape map = input.shape();
    while (true) {
      Window window =
          random.nextInt(3) == 0
              ? Window.frame(map.height(), map.width())
              : new Window(1, 1, 1 + random.nextInt(2), 1 + random.nextInt(2), 0, 0, 0, 0, 1, 1);
      Shape output = output(map, window);
      Patch patch =
          new Patch(1 + random.nextInt(output.height()), 1 + random.nextInt(output.width()));
      if (Fetch.isDirect(map, input.order(), output, window, patch)) {
        Fetch fetch = new Fetch(map, input.order(), output, window, patch, Optional.empty());
        boolean raster = random.nextBoolean();
        Instance instance =
            raster
                ? FetchInstance.ofRasterWindows(fetch, input, PAD_VALUE)
                : FetchInstance.of(fetch, input, Optional.empty(), PAD_VALUE);
        return new FetchCase(
            seed, Optional.of(fetch), input, Optional.empty(), instance, raster, random);
      }
    }
  }

  private static FetchCase lineBuffer(long seed, Shape least, int lanes, Random random) {
    Shape map = new Shape(least.channels(), 2 + least.height(), 2 + least.width());
    Link input = new Link("in", "x", map, lanes, StreamOrder.RASTER);
    while (true) {
      Window window =
          new Window(
              2 + random.nextInt(map.height() - 1),
              2 + random.nextInt(map.width() - 1),
              1 + random.nextInt(3),
              1 + random.nextInt(3),
              0,
              0,
              0,
              0,
              1,
              1);
      if (Fetch.isLineBuffer(map, input.order(), window, Patch.SINGLE)) {
        Fetch fetch =
            new Fetch(
                map, input.order(), output(map, window), window, Patch.SINGLE, Optional.empty());
        Instance instance = FetchInstance.of(fetch, input, Optional.empty(), PAD_VALUE);
        return new FetchCase(
            seed, Optional.of(fetch), input, Optional.empty(), instance, false, random);
      }
    }
  }

  private static FetchCase ring(long seed, Link input, Random random) {
    Shape map = input.shape();
    while (true) {
      int[] vertical = axis(random, map.height());
      int[] horizontal = axis(random, map.width());
      Window window =
          new Window(
              vertical[0],
              horizontal[0],
              vertical[1],
              horizontal[1],
              vertical[3],
              horizontal[3],
              vertical[4],
              horizontal[4],
              vertical[2],
              horizontal[2]);
      Shape output = output(map, window);
      if (output == null
          || (output.height() - 1) * window.strideHeight() - window.padTop() >= map.height()
          || (output.width() - 1) * window.strideWidth() - window.padLeft() >= map.width()) {
        continue;
      }
      Patch patch =
          new Patch(
              1 + random.nextInt(Math.min(3, output.height())),
              1 + random.nextInt(Math.min(3, output.width())));
      Optional<StreamOrder> skip =
          random.nextInt(2) == 0 ? Optional.of(order(random, map)) : Optional.empty();
      ActivationMemoryPolicy policy =
          random.nextInt(2) == 0
              ? ActivationMemoryPolicy.RING
              : ActivationMemoryPolicy.values()[random.nextInt(3)];
      Window reads = patch.window(window);
      FetchFlow flow = new FetchFlow(map, input.order(), skip);
      flow.windows(reads, patch.down(output), patch.across(output));
      int[] banks = banks(map, input.order(), reads, random);
      Ring ring = flow.ring(policy, banks[0], banks[1], random);
      Fetch fetch = new Fetch(map, input.order(), output, window, patch, Optional.of(ring));
      Instance instance = FetchInstance.of(fetch, input, skip, PAD_VALUE);
      return new FetchCase(seed, Optional.of(fetch), input, skip, instance, true, random);
    }
  }

  /** Kernel, stride, dilation, padding before and after. */
  private static int[] axis(Random random, int size) {
    int kernel = 1 + random.nextInt(4);
    int dilation = random.nextInt(3) == 0 ? 2 : 1;
    int stride = 1 + random.nextInt(3);
    int before = random.nextInt(Math.min(kernel, size + 1));
    int after = random.nextInt(kernel);
    return new int[] {kernel, stride, dilation, before, after};
  }

  private static Shape output(Shape map, Window window) {
    int height = map.height() + window.padTop() + window.padBottom() - window.extentHeight();
    int width = map.width() + window.padLeft() + window.padRight() - window.extentWidth();
    return height < 0 || width < 0
        ? null
        : new Shape(1, height / window.strideHeight() + 1, width / window.strideWidth() + 1);
  }

  /** Banks and pitch such that the rows of a column fall on different banks. */
  private static int[] banks(Shape map, StreamOrder order, Window reads, Random random) {
    int taps = Fetch.tapsOfClass(order, reads);
    int distance = order.raster() ? reads.dilationHeight() : 1;
    for (int banks = taps + random.nextInt(2); ; banks++) {
      for (int pitch = map.width(); pitch < map.width() + banks; pitch++) {
        boolean[] taken = new boolean[banks];
        int tap = 0;
        while (tap < taps && !taken[tap * distance * pitch % banks]) {
          taken[tap++ * distance * pitch % banks] = true;
        }
        if (tap == taps) {
          return new int[] {banks, pitch};
        }
      }
    }
  }

  /** Module under test. */
  String top() {
    return instance.module();
  }

  /** Its parameters as {@code NAME=VALUE}. */
  List<String> parameters() {
    return instance.parameters().stream()
        .map(parameter -> parameter.port() + "=" + value(parameter.value().toString()))
        .toList();
  }

  /** A list of 32-bit numbers as one, since Verilator's command line takes no concatenation. */
  private static String value(String text) {
    if (!text.startsWith("{")) {
      return text;
    }
    StringBuilder digits = new StringBuilder();
    String[] numbers = text.substring(1, text.length() - 1).split(", ", -1);
    for (String number : numbers) {
      digits.append(String.format("%08x", Integer.parseInt(number.substring(4))));
    }
    return numbers.length * 32 + "'h" + digits;
  }

  private int windowBits() {
    int pixels = fetch.map(unit -> windowPixels(unit)).orElse(0);
    return pixels * input.shape().channels() * 8;
  }

  private static int windowPixels(Fetch unit) {
    return unit.ring().isPresent() || unit.lineBuffer() || unit.window().taps() == 1
        ? unit.reads().taps()
        : unit.input().pixels();
  }

  void writeBench(Path folder) throws IOException {
    StringBuilder data = new StringBuilder();
    for (int[][] image : beats) {
      for (int pixel : input.order().pixels(input.shape())) {
        for (int beat = 0; beat < input.beatsPerPixel(); beat++) {
          data.append(beat(image[pixel], beat)).append('\n');
        }
      }
    }
    Files.writeString(folder.resolve("in.hex"), data);
    int total = IMAGES * input.beatsPerImage();
    String repeated = fetch.isPresent() ? "skip" : "out";
    List<String> lines = new ArrayList<>();
    lines.add("module bench;");
    lines.add("  reg clk, rst_n;");
    lines.add("  reg [" + (input.dataBits() - 1) + ":0] beats [0:" + (total - 1) + "];");
    lines.add("  integer next, cycle, windows, pixels, seed;");
    lines.add("  reg offer, take, accept;");
    lines.add("  wire in_ready;");
    lines.add("  wire in_valid = offer && next < " + total + ";");
    lines.add("  wire [" + (input.dataBits() - 1) + ":0] in_data = beats[next];");
    lines.add("  wire window_valid;");
    lines.add("  wire window_taken = window_valid && take;");
    lines.add("  wire [" + Math.max(0, windowBits() - 1) + ":0] window_data;");
    lines.add("  wire " + repeated + "_valid;");
    lines.add("  wire " + repeated + "_ready = accept;");
    lines.add("  wire " + repeated + "_last;");
    lines.add("  wire [" + (input.dataBits() - 1) + ":0] " + repeated + "_data;");
    lines.add("  " + instance.module() + " #(");
    instance.parameters().forEach(p -> lines.add("." + p.port() + "(" + p.value() + ")" + p.end()));
    lines.add("  ) dut (");
    instance
        .connections()
        .forEach(p -> lines.add("." + p.port() + "(" + p.value() + ")" + p.end()));
    lines.add("  );");
    lines.add("  always #5 clk = !clk;");
    lines.add("  initial begin");
    lines.add("    $readmemh(\"in.hex\", beats);");
    lines.add("    clk = 0; rst_n = 0; next = 0; cycle = 0; windows = 0; pixels = 0;");
    lines.add("    offer = 0; take = 0; accept = 0; seed = " + (seed + 1) + ";");
    lines.add("  end");
    lines.add("  always @(posedge clk) begin");
    lines.add("    cycle <= cycle + 1;");
    lines.add("    rst_n <= cycle > 2;");
    lines.add("    if (rst_n) begin");
    lines.add("      if (in_valid && in_ready) next <= next + 1;");
    lines.add("      if (!in_valid || in_ready) offer <= " + chance(stalls & 1) + ";");
    lines.add("      take <= " + chance(stalls >> 1) + ";");
    lines.add("      accept <= " + chance(stalls & 1) + ";");
    if (fetch.isPresent()) {
      lines.add("      if (window_taken) begin");
      lines.add("        $display(\"W %h\", window_data);");
      lines.add("        windows <= windows + 1;");
      lines.add("      end");
    }
    if (given.isPresent()) {
      lines.add("      if (" + repeated + "_valid && " + repeated + "_ready) begin");
      lines.add(String.format("        $display(\"P %%h %%b\", %1$s_data, %1$s_last);", repeated));
      lines.add("        pixels <= pixels + 1;");
      lines.add("      end");
    }
    int expectedWindows = fetch.map(unit -> IMAGES * unit.windows()).orElse(0);
    int expectedBeats = given.isPresent() ? total : 0;
    lines.add(
        String.format(
            "      if (windows == %d && pixels == %d && next == %d) $finish;",
            expectedWindows, expectedBeats, total));
    lines.add("    end");
    lines.add("    if (cycle == " + (2000 + 400 * total) + ") begin");
    lines.add("      $display(\"stuck after %0d windows, %0d beats\", windows, pixels);");
    lines.add("      $finish;");
    lines.add("    end");
    lines.add("  end");
    lines.add("endmodule");
    Files.write(folder.resolve("bench.v"), lines);
  }

  private static String chance(int stalling) {
    return stalling == 0 ? "1'b1" : "($random(seed) & 3) == 0";
  }

  private String beat(int[] pixel, int beat) {
    StringBuilder digits = new StringBuilder();
    for (int lane = input.lanes() - 1; lane >= 0; lane--) {
      digits.append(String.format("%02x", pixel[beat * input.lanes() + lane]));
    }
    return digits.toString();
  }

  /** What {@code printed} has otherwise than it must be. */
  List<String> differences(List<String> printed) {
    List<String> differences = new ArrayList<>();
    compare("W ", expectedWindows(), printed, differences);
    compare("P ", expectedPixels(), printed, differences);
    printed.stream()
        .filter(line -> !line.startsWith("W ") && !line.startsWith("P "))
        .forEach(differences::add);
    return differences;
  }

  private static void compare(
      String kind, List<String> expected, List<String> printed, List<String> differences) {
    List<String> lines = printed.stream().filter(line -> line.startsWith(kind)).toList();
    if (lines.size() != expected.size()) {
      differences.add(kind + lines.size() + " instead of " + expected.size());
    }
    for (int i = 0; i < Math.min(lines.size(), expected.size()); i++) {
      if (!lines.get(i).substring(2).matches(expected.get(i)) && differences.size() < 4) {
        differences.add(kind + i + ": " + lines.get(i) + ", expected " + expected.get(i));
      }
    }
  }

  private List<String> expectedPixels() {
    List<String> expected = new ArrayList<>();
    if (given.isPresent()) {
      for (int[][] image : beats) {
        int left = input.beatsPerImage();
        for (int pixel : given.get().pixels(input.shape())) {
          for (int beat = 0; beat < input.beatsPerPixel(); beat++) {
            expected.add(beat(image[pixel], beat) + (--left == 0 ? " 1" : " 0"));
          }
        }
      }
    }
    return expected;
  }

  private List<String> expectedWindows() {
    List<String> expected = new ArrayList<>();
    if (fetch.isPresent()) {
      Fetch unit = fetch.get();
      int across = unit.patch().across(unit.output());
      for (int[][] image : beats) {
        for (int window : windowOrder(unit)) {
          StringBuilder digits = new StringBuilder();
          for (int tap = windowPixels(unit) - 1; tap >= 0; tap--) {
            digits.append(tap(unit, image, window / across, window % across, tap));
          }
          expected.add(digits.toString());
        }
      }
    }
    return expected;
  }

  /** Windows by raster number: pixels kept one by one come as the stream brings them. */
  private static int[] windowOrder(Fetch unit) {
    return unit.ring().isEmpty() && unit.patch().equals(Patch.SINGLE)
        ? unit.outputOrder().pixels(unit.output())
        : IntStream.range(0, unit.windows()).toArray();
  }

  /** The values of one tap, the last channel first; dots where they do not matter. */
  private String tap(Fetch unit, int[][] image, int down, int across, int tap) {
    Shape map = unit.input();
    boolean direct = unit.ring().isEmpty() && !unit.lineBuffer();
    if (direct && unit.window().taps() > 1) {
      return values(image[rasterWindows ? tap : unit.order().pixels(map)[tap]]);
    }
    Window reads = unit.reads();
    int y =
        down * reads.strideHeight()
            - reads.padTop()
            + tap / reads.kernelWidth() * reads.dilationHeight();
    int x =
        across * reads.strideWidth()
            - reads.padLeft()
            + tap % reads.kernelWidth() * reads.dilationWidth();
    if (direct
        && (y > (unit.output().height() - 1) * unit.window().strideHeight()
            || x > (unit.output().width() - 1) * unit.window().strideWidth())) {
      return "..".repeat(map.channels());
    }
    return y < 0 || x < 0 || y >= map.height() || x >= map.width()
        ? String.format("%02x", PAD_VALUE).repeat(map.channels())
        : values(image[y * map.width() + x]);
  }

  private String values(int[] pixel) {
    StringBuilder digits = new StringBuilder();
    for (int channel = input.shape().channels() - 1; channel >= 0; channel--) {
      digits.append(String.format("%02x", pixel[channel]));
    }
    return digits.toString();
  }

  @Override
  public String toString() {
    return "seed " + seed + ": " + instance.module() + " " + parameters() + ", stalls " + stalls;
  }
}
