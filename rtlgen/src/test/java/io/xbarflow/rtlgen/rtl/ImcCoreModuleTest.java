package io.xbarflow.rtlgen.rtl;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.io.Resources;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Place;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.rtlgen.template.TemplateRenderer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole cores, with a player of windows in place of the fetch unit, against the convolution. Needs
 * Icarus and Verilator.
 */
final class ImcCoreModuleTest {
  private static final int DESIGNS = 16;
  private static final int MOST_MACROS = 24;
  private static final int MVM_CYCLES = 4;
  private static final Quantisation X = new Quantisation(0.05f, ConvolutionDesign.PAD, true);
  private static final Quantisation Y = new Quantisation(17.3f, -9, true);
  private static final List<String> CELLS =
      List.of(
          "copy_turn",
          "column_select",
          "lane_adder",
          "lane_register",
          "mvm_control",
          "stream_walk",
          "walk_axis",
          "post_processing",
          "requantise_pipe",
          "round_half_even",
          "round_significand",
          "split_blocks");

  @TempDir Path folder;

  @Test
  void coresComputeTheConvolution() throws IOException, InterruptedException {
    Random random = new Random(41);
    int patched = 0;
    int copied = 0;
    for (int done = 0; done < DESIGNS; ) {
      ConvolutionDesign design = ConvolutionDesign.random(random);
      int copies = 1 + random.nextInt(3);
      boolean small = copies * design.tiling().macros() <= MOST_MACROS;
      if (small && (done % 4 > 0 || design.tiling().blocks() > 1)) {
        verify(design, copies, random);
        patched += design.fetch().patch().pixels() > 1 ? 1 : 0;
        copied += copies > 1 ? 1 : 0;
        done++;
      }
    }
    assertTrue(patched > 3 && copied > 3, patched + " patched, " + copied + " with copies");
  }

  @Test
  void placesMustBeAsManyAsMacros() {
    ConvolutionDesign design = ConvolutionDesign.random(new Random(1));
    int macros = (int) design.tiling().macros();
    assertThrows(
        IllegalArgumentException.class, () -> module(design, 2, 1, 2 * macros + 2).module());
  }

  private void verify(ConvolutionDesign design, int copies, Random random)
      throws IOException, InterruptedException {
    int channels = design.layer().outputChannels();
    int lanes = random.nextBoolean() ? channels : 1;
    ImcCoreModule core = module(design, copies, lanes, copies * (int) design.tiling().macros());
    Bundle bundle = new Bundle(folder);
    for (String cell : CELLS) {
      bundle.write(
          "rtl/" + cell + ".v",
          Resources.toString(
              Resources.getResource("io/xbarflow/rtlgen/rtl/" + cell + ".v"), UTF_8));
    }
    core.type().sources().forEach((file, text) -> bundle.write("rtl/" + file, text));
    TemplateRenderer renderer = new TemplateRenderer();
    bundle.write("rtl/xbarflow_conv_core.v", renderer.render("core.v.vm", withPlayer(core.view())));
    bundle.write("rtl/xbarflow_conv_constants.v", renderer.render("table.v.vm", core.constants()));
    core.writeWeights(bundle);
    bundle.write("mem/windows.hex", windows(design));
    int windowBits = design.fetch().reads().taps() * design.layer().inputChannels() * 8;
    bundle.write("rtl/window_player.v", player(windowBits, design.fetch().windows()));
    bundle.write("rtl/filelist.f", "");
    bundle.publishFiles();
    List<String> expected = expected(design, lanes);
    Files.writeString(folder.resolve("bench.v"), bench(lanes, expected.size()), US_ASCII);
    List<String> sources = new ArrayList<>();
    try (var files = Files.list(folder.resolve("rtl"))) {
      files
          .map(file -> "rtl/" + file.getFileName())
          .filter(name -> name.endsWith(".v"))
          .sorted()
          .forEach(sources::add);
    }
    List<String> lint =
        new ArrayList<>(
            List.of("verilator", "--lint-only", "-Wall", "--top-module", core.module()));
    lint.addAll(sources);
    assertEquals(List.of(), run(lint), design.toString());
    List<String> compile = new ArrayList<>(List.of("iverilog", "-g2005", "-o", "bench", "bench.v"));
    compile.addAll(sources);
    run(compile);
    assertEquals(expected, run(List.of("vvp", "-n", "bench")), copies + " x " + design);
  }

  private static ImcCoreModule module(ConvolutionDesign design, int copies, int lanes, int places) {
    Fetch fetch = design.fetch();
    Tiling tiling = design.tiling();
    Shape output = fetch.output();
    Network network =
        new Network(
            "core.onnx",
            "0".repeat(64),
            ImmutableList.of(new Tensor("x", fetch.input(), X), new Tensor("y", output, Y)),
            ImmutableList.of(design.layer()),
            ImmutableList.of(host("x", fetch.input())),
            ImmutableList.of(host("y", output)));
    Block.ImcCore core =
        new Block.ImcCore(
            "conv",
            "conv",
            "conv_in",
            "conv_out",
            Optional.empty(),
            fetch,
            new CrossbarArray(
                CoreUse.ideal(
                    design.tiling().macroRows(), design.tiling().macroColumns(), MVM_CYCLES),
                copies,
                ImmutableList.of(),
                ImmutableList.copyOf(Collections.nCopies(places, new Place(0, 0)))));
    Mapping mapping =
        new Mapping(
            "core.onnx",
            "0".repeat(64),
            new Architecture(
                "core",
                tiling.macroRows(),
                tiling.macroColumns(),
                CoreSelection.IDEAL,
                MVM_CYCLES,
                100,
                0,
                0,
                1,
                ActivationMemoryPolicy.RING),
            ImmutableList.of(new Port("conv_in", "x")),
            ImmutableList.of(new Port("conv_out", "y")),
            ImmutableList.of(
                new Link("conv_in", "x", fetch.input(), 1, fetch.order()),
                new Link("conv_out", "y", output, lanes, fetch.outputOrder())),
            ImmutableList.of(core),
            new Figures(0, Optional.empty(), 0, 0),
            new Figures(0, Optional.empty(), 0, 0));
    return new ImcCoreModule(new Source(network, mapping), core, CoreTypes.installed(), 0);
  }

  private static HostTensor host(String tensor, Shape shape) {
    return new HostTensor(
        tensor,
        tensor,
        ImmutableList.of(shape.channels(), shape.height(), shape.width()),
        false,
        false);
  }

  /** The core with {@code window_player} as its fetch unit. */
  private static CoreView withPlayer(CoreView view) {
    Instance player =
        Instance.of("window_player", "u_fetch").clocked().stream("in", "in")
            .connect("window_valid", "window_valid")
            .connect("window_taken", "window_taken")
            .connect("window_data", "window_data")
            .build();
    return new CoreView(
        view.title(),
        view.description(),
        view.model(),
        view.node(),
        view.sha256(),
        view.module(),
        view.inputTop(),
        view.outputTop(),
        view.windowTop(),
        view.skip(),
        view.signals(),
        view.instances().stream()
            .map(instance -> instance.name().equals("u_fetch") ? player : instance)
            .collect(ImmutableList.toImmutableList()));
  }

  private static String player(int windowBits, int windows) {
    return """
        module window_player (
          input  wire clk,
          input  wire rst_n,
          input  wire in_valid,
          output wire in_ready,
          input  wire [7:0] in_data,
          output wire window_valid,
          input  wire window_taken,
          output wire [%1$d:0] window_data
        );
          reg [%1$d:0] windows [0:%2$d];
          reg [31:0] next;
          initial $readmemh("mem/windows.hex", windows);
          assign in_ready = in_valid && (in_data == 8'd0);
          assign window_valid = 1'b1;
          assign window_data = windows[next[%3$d:0]];
          always @(posedge clk) begin
            if (!rst_n) next <= 32'd0;
            else if (window_taken) next <= (next == 32'd%2$d) ? 32'd0 : next + 32'd1;
          end
        endmodule
        """
        .formatted(windowBits - 1, windows - 1, BitWidths.counter(windows) - 1);
  }

  /** What the input register holds, window by window. */
  private static String windows(ConvolutionDesign design) {
    Patch patch = design.fetch().patch();
    Shape output = design.fetch().output();
    StringBuilder text = new StringBuilder();
    for (int j = 0; j < patch.down(output); j++) {
      for (int i = 0; i < patch.across(output); i++) {
        for (int slot = design.fetch().reads().taps() - 1; slot >= 0; slot--) {
          for (int channel = design.layer().inputChannels() - 1; channel >= 0; channel--) {
            text.append(String.format("%02x", design.register(channel, slot, j, i) & 0xff));
          }
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  /** The beats of two images. */
  private static List<String> expected(ConvolutionDesign design, int lanes) {
    Shape output = design.fetch().output();
    List<String> lines = new ArrayList<>();
    for (int top = 0; top < output.height(); top += design.fetch().patch().height()) {
      for (int left = 0; left < output.width(); left += design.fetch().patch().width()) {
        for (int pixel = 0; pixel < design.fetch().patch().pixels(); pixel++) {
          int y = top + pixel / design.fetch().patch().width();
          int x = left + pixel % design.fetch().patch().width();
          for (int o = 0; y < output.height() && x < output.width() && o < output.channels(); ) {
            StringBuilder beat = new StringBuilder();
            for (int lane = 0; lane < lanes; lane++) {
              beat.insert(0, String.format("%02x", value(design, o++, y, x) & 0xff));
            }
            lines.add(beat + " 0");
          }
        }
      }
    }
    String last = lines.remove(lines.size() - 1);
    lines.add(last.substring(0, last.length() - 1) + "1");
    lines.addAll(List.copyOf(lines));
    return lines;
  }

  private static int value(ConvolutionDesign design, int channel, int row, int column) {
    int weights = 0;
    int each = design.layer().weights().length() / design.layer().outputChannels();
    for (int i = 0; i < each; i++) {
      weights += design.layer().weights().get(channel * each + i);
    }
    long acc = design.convolution(channel, row, column) - (long) ConvolutionDesign.PAD * weights;
    float scaled = (float) acc * (X.scale() * design.layer().weightScale(channel) / Y.scale());
    return (int) Math.max(-128, Math.min(127, Math.rint(scaled) + Y.zeroPoint()));
  }

  private static String bench(int lanes, int beats) {
    return """
        module bench;
          reg clk;
          reg rst_n;
          wire in_ready;
          wire out_valid;
          wire [%1$d:0] out_data;
          wire out_last;
          integer beats;
          xbarflow_conv_core dut (
            .clk(clk), .rst_n(rst_n), .in_valid(1'b0), .in_ready(in_ready), .in_data(8'd0),
            .out_valid(out_valid), .out_ready(1'b1), .out_data(out_data), .out_last(out_last)
          );
          initial begin
            clk = 0; rst_n = 0; beats = 0;
            #1 clk = 1; #1 clk = 0; rst_n = 1;
            while (beats < %2$d) begin
              #1 if (out_valid) begin
                $display("%%h %%b", out_data, out_last);
                beats = beats + 1;
              end
              clk = 1; #1 clk = 0;
            end
          end
        endmodule
        """
        .formatted(lanes * 8 - 1, beats);
  }

  private List<String> run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + "\n" + output);
    return output.lines().toList();
  }
}
