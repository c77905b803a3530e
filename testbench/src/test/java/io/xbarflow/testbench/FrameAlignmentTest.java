package io.xbarflow.testbench;

import static com.google.common.collect.ImmutableList.toImmutableList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.Upstream;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.tensor.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images that come with {@code tlast} too early or too late, between others: every value on every
 * link is that of the image filled up or cut, all others are untouched, and the chip says which
 * frames of which input were bad. The harness compares the chip's report and its marks in every
 * cycle.
 */
final class FrameAlignmentTest {
  private static final int IMAGES = 6;
  private static final int SEEDS = 4;

  /**
   * One chip.
   *
   * @param late whether every output needs the final beats of the inputs that reach it, so that all
   *     bad frames are marked
   */
  private record Case(String name, Network network, Architecture architecture, boolean late) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    Architecture architecture = Architectures.named("default").withMvmCycles(8);
    return Stream.of(
        new Case("small_cnn", Chain.example("small_cnn"), architecture, true),
        new Case("residual_cnn", Chain.example("residual_cnn"), architecture, true),
        new Case("several inputs", RandomDesign.concatenations(), architecture, false),
        new Case("early outputs", RearrangementTest.droppingPixels(), architecture, false),
        new Case("every block", RearrangementTest.everyBlock(), architecture, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void badFramesDisturbNoOther(Case tested, @TempDir Path folder) {
    Chain chain = Chain.of(tested.network(), tested.architecture(), folder);
    int marked = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      CosimRequest request = request(chain, seed);
      CosimResult result = Chain.prove(request);
      compare(chain, request, result, tested.late());
      marked += result.outputFrames().stream().mapToInt(out -> out.markedFrames().size()).sum();
    }
    assertTrue(marked > 0, "no frame was marked");
  }

  /** The input waits while more bad frames are on their way than the chip can mark. */
  @Test
  void moreBadFramesThanMarks(@TempDir Path folder) {
    Chain chain =
        Chain.of(RandomDesign.deep(9), Architectures.named("default").withMvmCycles(8), folder);
    Port port = chain.mapping().inputs().get(0);
    Link link = chain.mapping().linksByName().get(port.link());
    int zeroPoint = chain.network().tensorsByName().get(port.tensor()).quantisation().zeroPoint();
    int sent = link.beatsPerImage() - 1;
    assertTrue(sent > 0, "an image of one beat cannot be cut");
    ImmutableList<ImmutableMap<String, Image>> images =
        chain.randomInputs(2 * IMAGES, 1).stream()
            .map(
                image ->
                    ImmutableMap.of(
                        port.tensor(), filledUp(image.get(port.tensor()), link, sent, zeroPoint)))
            .collect(toImmutableList());
    CosimRequest request =
        chain
            .request(images)
            .withBadFrames(
                IntStream.range(0, images.size())
                    .mapToObj(image -> new SentFrame(0, image, sent))
                    .collect(toImmutableList()));
    compare(chain, request, Chain.prove(request), true);
  }

  /** A defect, chosen when the simulation begins so that Verilator builds one chip with all. */
  private enum Fault {
    NONE(0, "", "", "", ""),
    DOES_NOT_FILL_UP(1, "frame_align", "if (early)", "if (early && !FAULT)", " differ"),
    DOES_NOT_DROP(2, "frame_align", "if (late)", "if (late && !FAULT)", " differ"),
    FILLS_WITH_OTHERS(
        3, "frame_align", "filling ? FILL", "(filling && !FAULT) ? FILL", "chip input "),
    COUNTS_WRONG(
        4,
        "frame_align",
        "<= frame_error_count + 32'd1",
        "<= (FAULT ? 32'd0 : frame_error_count) + 32'd1",
        "FRAME_STATUS_WRONG"),
    FORGETS_A_MARK(
        5,
        "bad_frames",
        "is_oldest || is_new",
        "(is_oldest && !FAULT) || is_new",
        "FRAME_MARK_WRONG");

    private final int number;
    private final String cell;
    private final String right;
    private final String wrong;
    private final String says;

    Fault(int number, String cell, String right, String wrong, String says) {
      this.number = number;
      this.cell = cell;
      this.right = right;
      this.wrong = wrong.replace("FAULT", "(fault[0] == 8'd" + number + ")");
      this.says = says;
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aFaultyAlignerIsFound(Fault fault, @TempDir Path folder) throws IOException {
    RandomCase small = new RandomCase(1, false, 1, 1);
    Chain chain = Chain.of(small.network(), small.architecture(), folder);
    for (String cell : List.of("frame_align", "bad_frames")) {
      Path file = folder.resolve("rtl/" + cell + ".v");
      String text = FaultsAreCaughtTest.read(Files.readString(file));
      for (Fault each : Fault.values()) {
        if (each.cell.equals(cell)) {
          assertTrue(text.contains(each.right), each.right);
          text = text.replace(each.right, each.wrong);
        }
      }
      Files.writeString(file, text);
    }
    Files.writeString(folder.resolve("mem/fault.hex"), fault.number + "\n");
    CosimResult result = Chain.simulate(request(chain, 1));
    String findings = String.join("\n", result.findings());
    assertEquals(fault == Fault.NONE, result.passed(), findings);
    assertTrue(findings.contains(fault.says), findings);
  }

  /**
   * Images of which every second frame, about, has a wrong length, under stalls of {@code seed}.
   */
  private static CosimRequest request(Chain chain, long seed) {
    Random random = new Random(seed);
    ImmutableList.Builder<SentFrame> bad = ImmutableList.builder();
    List<Map<String, Image>> images = new ArrayList<>();
    chain.randomInputs(IMAGES, seed).forEach(image -> images.add(new HashMap<>(image)));
    for (int input = 0; input < chain.mapping().inputs().size(); input++) {
      Port port = chain.mapping().inputs().get(input);
      Link link = chain.mapping().linksByName().get(port.link());
      int beats = link.beatsPerImage();
      int zeroPoint = chain.network().tensorsByName().get(port.tensor()).quantisation().zeroPoint();
      for (int image = 0; image < IMAGES; image++) {
        int sent =
            switch (random.nextInt(4)) {
              case 0 -> 1 + random.nextInt(Math.max(1, beats - 1));
              case 1 -> beats + 1 + random.nextInt(2 * beats);
              default -> beats;
            };
        if (sent != beats) {
          bad.add(new SentFrame(input, image, sent));
          images
              .get(image)
              .compute(port.tensor(), (name, whole) -> filledUp(whole, link, sent, zeroPoint));
        }
      }
    }
    Stalls stalls = seed == 1 ? Stalls.none() : Stalls.ofSeed(seed);
    return chain
        .request(images.stream().map(ImmutableMap::copyOf).collect(toImmutableList()))
        .withStalls(stalls)
        .withBadFrames(bad.build());
  }

  /** The first {@code sent} beats of {@code image}; the others are at the zero point. */
  private static Image filledUp(Image image, Link link, int sent, int zeroPoint) {
    Shape shape = image.shape();
    int[] values = new int[shape.size()];
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int pixel = 0; pixel < shape.pixels(); pixel++) {
        int beat = pixel * link.beatsPerPixel() + channel / link.lanes();
        int at = channel * shape.pixels() + pixel;
        values[at] = beat < sent ? image.get(at) : zeroPoint;
      }
    }
    return Image.of(shape, values);
  }

  private static void compare(Chain chain, CosimRequest request, CosimResult result, boolean late) {
    List<Port> inputs = chain.mapping().inputs();
    assertFalse(request.badFrames().isEmpty());
    for (int input = 0; input < inputs.size(); input++) {
      int number = input;
      List<Integer> bad =
          request.badFrames().stream()
              .filter(frame -> frame.input() == number)
              .map(SentFrame::image)
              .toList();
      assertEquals(
          new CosimResult.InputFrames(
              inputs.get(input).link(), bad.size(), bad.isEmpty() ? 0 : bad.get(0)),
          result.inputFrames().get(input));
    }
    for (CosimResult.OutputFrames output : result.outputFrames()) {
      Set<String> upstream = Upstream.links(chain.mapping(), output.link());
      Set<Long> bad = new TreeSet<>();
      for (SentFrame frame : request.badFrames()) {
        if (upstream.contains(inputs.get(frame.input()).link())) {
          bad.add((long) frame.image());
        }
      }
      assertTrue(bad.containsAll(output.markedFrames()), output + ", bad: " + bad);
      if (late) {
        assertEquals(List.copyOf(bad), output.markedFrames(), output.link());
      }
    }
  }
}
