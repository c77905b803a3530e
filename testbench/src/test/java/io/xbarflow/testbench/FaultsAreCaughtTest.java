package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.timing.TimingModel;
import io.xbarflow.mapper.Mapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults put into a real chip are found, and the message names the place. */
final class FaultsAreCaughtTest {
  private static final int IMAGES = 3;

  @TempDir private Path folder;
  private final Network network = Chain.example("residual_cnn");
  private final Mapping mapping =
      Mapper.map(network, Architectures.named("default").withMvmCycles(8));

  private CosimRequest request() {
    Chain chain = Chain.of(network, mapping, folder);
    return chain.request(chain.randomInputs(IMAGES, 1));
  }

  private static String findings(CosimRequest request) {
    CosimResult result = Chain.simulate(request);
    assertFalse(result.passed(), "the fault was not found");
    return String.join("\n", result.findings());
  }

  private void edit(String file, UnaryOperator<String> change) throws IOException {
    Path path = folder.resolve(file);
    String before = Files.readString(path);
    String after = change.apply(before);
    assertFalse(before.equals(after), "nothing to change in " + file);
    Files.writeString(path, after);
  }

  private static void assertContains(String text, String part) {
    assertTrue(text.contains(part), () -> "no \"" + part + "\" in:\n" + text);
  }

  /** The weight file of a macro, by its entry in the index. */
  private String weights(String macro) throws IOException {
    for (String line : Files.readAllLines(folder.resolve("mem/index.txt"))) {
      if (line.endsWith(" " + macro)) {
        return "mem/" + line.substring(0, line.indexOf(' '));
      }
    }
    throw new AssertionError("no weights of " + macro);
  }

  @Test
  void aFlippedWeightBit() throws IOException {
    CosimRequest request = request();
    edit(
        weights("block1_conv2 r0_c0"),
        text ->
            String.format("%02x", Integer.parseInt(text.substring(0, 2), 16) ^ 0x40)
                + text.substring(2));
    String findings = findings(request);
    assertContains(findings, "layer block1_conv2 (imc core block1_conv2, ");
    // It is the weight of the window's first value to output channel 0.
    assertContains(findings, "channel 0, ");
    assertContains(findings, "every link before it agrees");
  }

  @Test
  void aWrongMultiplier() throws IOException {
    String findings = findings(faulty(Fault.MULTIPLIER));
    assertContains(findings, "layer block2_projection (imc core block2_projection, ");
    assertContains(findings, "every link before it agrees");
  }

  @Test
  void aDroppedLast() throws IOException {
    String findings = findings(faulty(Fault.LAST));
    assertContains(findings, "stream protocol: layer block1_conv2 (imc core block1_conv2, ");
    assertContains(findings, "last");
  }

  @Test
  void aWithdrawnValid() throws IOException {
    Stalls slowOutput = new Stalls(Stalls.Pattern.NEVER, Stalls.Pattern.MOSTLY, 3);
    String findings = findings(faulty(Fault.VALID).withStalls(slowOutput));
    assertContains(findings, "stream protocol: layer fc (imc core fc, ");
    assertContains(findings, "valid");
  }

  @Test
  void theFaultsCanBeLeftOut() throws IOException {
    Chain.prove(faulty(Fault.NONE));
  }

  /** A core that takes the columns in the cycle before they are there. */
  @Test
  void columnsTakenACycleEarly() throws IOException {
    CosimRequest request = request();
    edit(
        "rtl/mvm_control.v",
        text ->
            text.replace(
                "& busy & done & {COPIES{result_free}};",
                "& busy & early & {COPIES{result_free}};\n"
                    + "  reg [3:0] since [0:COPIES-1];\n"
                    + "  wire [COPIES-1:0] early;\n"
                    + "  genvar each;\n"
                    + "  generate for (each = 0; each < COPIES; each = each + 1) begin : g_early\n"
                    + "    assign early[each] = since[each] == 4'd0 || done[each];\n"
                    + "    always @(posedge clk) since[each] <= start[each] ? 4'd6\n"
                    + "        : since[each] == 4'd0 ? 4'd0 : since[each] - 4'd1;\n"
                    + "  end endgenerate"));
    String first =
        mapping.blocks().stream()
            .filter(Block.ImcCore.class::isInstance)
            .map(block -> ((Block.ImcCore) block).layer())
            .findFirst()
            .orElseThrow();
    String findings = findings(request);
    assertContains(findings, "layer " + first + " (imc core ");
    assertContains(findings, "expected ");
  }

  /** A memory that is read and written at one address, as the windows' reader once did. */
  @Test
  void aMemoryReadAndWrittenAtOnce() throws IOException {
    CosimRequest request = request();
    edit("rtl/window_fetch.v", text -> text.replace("(read),", "(issue && in_map),"));
    String findings = findings(request);
    assertContains(findings, "an assertion in the Verilog failed in cycle ");
    assertContains(findings, "u_chip.u_");
    assertContains(findings, ".u_pixels: address ");
    assertContains(findings, " is read and written in one cycle");
  }

  /** A chip with every fault, of which it shows the one it reads: Verilator builds it once. */
  private CosimRequest faulty(Fault fault) throws IOException {
    CosimRequest request = request();
    edit(
        "rtl/xbarflow_block2_projection_constants.v",
        text ->
            read(text)
                .replaceFirst(
                    "(multiplier = (\\d+)'h\\w+);",
                    "$1 ^ (" + Fault.MULTIPLIER.seen() + " ? {1'b1, {($2 - 1){1'b0}}} : $2'd0);"));
    edit(
        "rtl/xbarflow_block1_conv2_core.v",
        text ->
            read(text)
                .replace(".out_last    (out_last)", ".out_last    (final_last)")
                .replace(
                    "  // Unrolled window",
                    "  wire final_last;\n  assign out_last = final_last && !"
                        + Fault.LAST.seen()
                        + ";\n\n  // Unrolled window"));
    edit(
        "rtl/xbarflow_fc_core.v",
        text ->
            read(text)
                .replace(".out_valid   (out_valid)", ".out_valid   (offered)")
                .replace(".out_ready   (out_ready)", ".out_ready   (out_ready && show)")
                .replace(
                    "  // Unrolled window",
                    "  wire offered;\n"
                        + "  reg toggle;\n"
                        + "  always @(posedge clk) toggle <= rst_n && !toggle;\n"
                        + "  wire show = toggle || !"
                        + Fault.VALID.seen()
                        + ";\n"
                        + "  assign out_valid = offered && show;\n\n"
                        + "  // Unrolled window"));
    Files.writeString(folder.resolve("mem/fault.hex"), fault.code + "\n");
    return request;
  }

  /** Which fault the chip shows. */
  private enum Fault {
    NONE(0),
    MULTIPLIER(1),
    LAST(2),
    VALID(3);

    private final int code;

    Fault(int code) {
      this.code = code;
    }

    String seen() {
      return "(fault[0] == 8'd" + code + ")";
    }
  }

  /** {@code text} with a memory that holds the fault. */
  static String read(String text) {
    return text.replace(
        "\n);\n",
        "\n);\n\n  reg [7:0] fault [0:0];\n  initial $readmemh(\"mem/fault.hex\", fault);\n");
  }

  @Test
  void aSkipFifoOfOnePixel() {
    CosimRequest request = request();
    Mapping shorter =
        Shortened.changed(
            mapping,
            block ->
                block instanceof Block.Fifo fifo
                    ? new Block.Fifo(
                        fifo.name(),
                        fifo.input(),
                        fifo.output(),
                        Shortened.beatsPerPixel(mapping, fifo))
                    : block);
    String findings = shortened(shorter, request);
    assertContains(findings, "block2_projection_q_far_fifo");
  }

  @Test
  void aSkipFifoShortByOnePixel() {
    CosimRequest request = request();
    Block fifo =
        mapping.blocks().stream().filter(Block.Fifo.class::isInstance).findFirst().orElseThrow();
    Mapping shorter = Shortened.byOnePlace(mapping, fifo).get(0);
    assertContains(shortened(shorter, request), "block2_projection");
  }

  /** The ring through which block1_add reads its operand, with no more than its own windows. */
  @Test
  void aSkipRingOfItsOwnWindowsOnly() {
    CosimRequest request = request();
    Mapping shorter = Shortened.changed(mapping, block -> shorterRing(block, 3));
    String findings = shortened(shorter, request);
    assertContains(findings, "deadlock: nothing has moved since cycle ");
    assertContains(findings, "imc core block1_conv1 ");
  }

  @Test
  void aSkipRingShortByOneSlot() {
    CosimRequest request = request();
    Mapping shorter = Shortened.changed(mapping, block -> shorterRing(block, 1));
    // A ring that is nearly deep enough stops nothing: it delays every block, from the input on.
    assertContains(shortened(shorter, request), "cycles: ");
  }

  private static Block shorterRing(Block block, int slots) {
    return block instanceof Block.ImcCore core && core.name().equals("block1_conv1")
        ? core.withRing(Shortened.shorter(core.fetch().ring().orElseThrow(), 0, slots))
        : block;
  }

  private String shortened(Mapping shorter, CosimRequest request) {
    Chain.of(network, shorter, folder);
    return findings(
        new CosimRequest(
            folder,
            shorter,
            request.signedTensors(),
            request.images(),
            request.predictedImageEnds(),
            Stalls.none(),
            request.badFrames(),
            request.watchdogCycles()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"small_cnn", "residual_cnn"})
  void depthsAreLeast(String example) {
    Network read = Chain.example(example);
    for (int mvmCycles : new int[] {8, 130}) {
      assertDepthsAreLeast(
          Mapper.map(read, Architectures.named("default").withMvmCycles(mvmCycles)));
    }
  }

  /** With one place less in any ring or FIFO the chip is slower or stops. */
  private static void assertDepthsAreLeast(Mapping mapping) {
    int images = 5;
    int tried = 0;
    for (Block wanted : mapping.blocks()) {
      for (Mapping shorter : Shortened.byOnePlace(mapping, wanted)) {
        tried++;
        TimingModel.Timing timing = TimingModel.run(shorter, images);
        assertTrue(
            timing.deadlocked()
                || timing.cyclesPerImage(mapping.outputs(), images).orElseThrow()
                    > mapping.prediction().cyclesPerImage().orElseThrow()
                || timing.firstImageCycles(mapping.outputs())
                    > mapping.prediction().firstImageCycles(),
            () -> wanted + " is deeper than it need be");
      }
    }
    assertTrue(tried > 1, "rings and FIFOs tried: " + tried);
  }
}
