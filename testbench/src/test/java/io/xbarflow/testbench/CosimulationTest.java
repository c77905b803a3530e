package io.xbarflow.testbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.Resources;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.diagnostic.Diagnostic;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.testbench.ToyChip.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path on a chip of two blocks. Needs Verilator: without it these tests fail. */
final class CosimulationTest {
  private static final Stalls BACK_PRESSURE =
      new Stalls(Stalls.Pattern.NEVER, Stalls.Pattern.HALF, 7);

  @TempDir static Path cache;
  private static VerilatorBuild build;

  @BeforeAll
  static void prepare() {
    build = new VerilatorBuild(Toolchain.onPath(), cache);
  }

  private CosimResult run(CosimRequest request) {
    return new Cosimulation(build, line -> {}).run(request);
  }

  private String findings(Path folder, Fault fault, Stalls stalls) throws IOException {
    ToyChip.write(folder, fault);
    CosimResult result = run(ToyChip.request(folder, 3, 1).withStalls(stalls));
    assertFalse(result.passed(), fault + " was not found");
    return String.join("\n", result.findings());
  }

  private static void assertContains(String text, String part) {
    assertTrue(text.contains(part), () -> "no \"" + part + "\" in:\n" + text);
  }

  @Test
  void aSoundChipPassesInThePredictedCycles(@TempDir Path folder) throws IOException {
    ToyChip.write(folder, Fault.NONE);
    List<String> progress = new ArrayList<>();
    CosimRequest request = ToyChip.request(folder, 3, 1);
    CosimResult result = new Cosimulation(build, progress::add).run(request);
    assertEquals(ImmutableList.of(), result.findings());
    CosimReport report = result.report();
    assertTrue(report.bitExact());
    assertEquals(Optional.of(true), report.cycleExact());
    assertEquals(Optional.of(144L), report.cyclesPerImage());
    assertEquals(Optional.of(146L), report.firstImageCycles());
    assertEquals(3 * 144 + 2, report.simulatedCycles());
    assertEquals(0, report.mismatches());
    assertEquals(0, report.protocolViolations());
    assertEquals(3, report.layers().size());
    report.layers().forEach(layer -> assertEquals(3L * ToyChip.SHAPE.size(), layer.values()));
    assertEquals(
        request.images().stream().map(image -> image.get("y")).toList(), result.outputs().get("y"));
    assertEquals("image 3 of 3 simulated", progress.get(progress.size() - 1));
    assertFalse(Files.exists(folder.resolve("waves/mismatch.vcd")));
  }

  @Test
  void bitsThatChangeAreCounted(@TempDir Path folder) throws IOException {
    ToyChip.write(folder, Fault.NONE);
    int[] input = new int[ToyChip.SHAPE.size()];
    int pixels = ToyChip.SHAPE.pixels();
    for (int channel = 0; channel < ToyChip.SHAPE.channels(); channel += 2) {
      Arrays.fill(input, channel * pixels, (channel + 1) * pixels, -1);
    }
    int[] output = Arrays.stream(input).map(value -> value ^ ToyChip.TABLE_MASK).toArray();
    ImmutableMap<String, Image> image =
        ImmutableMap.of("x", Image.of(ToyChip.SHAPE, input), "y", Image.of(ToyChip.SHAPE, output));
    CosimReport report =
        run(CosimRequest.of(
                folder, ToyChip.MAPPING, ImmutableSet.of("x", "y"), ImmutableList.of(image, image)))
            .report();
    // Beats of a pixel, lower lane first: ff 00, ff 00, ff -- : only the first one changes bits.
    assertEquals(8, report.layers().get(0).bitToggles());
    // a5 5a, a5 5a, a5 --: 8 bits at first, then 4 to the unused lane and 4 back, pixel by pixel.
    long expected = 8 + 4 + 8L * (2 * pixels - 1);
    assertEquals(expected, report.layers().get(1).bitToggles());
    assertEquals(expected, report.layers().get(2).bitToggles());
    assertEquals(2L * 3 * pixels, report.layers().get(2).beats());
  }

  @Test
  void theReportHasTheDocumentedKeys(@TempDir Path folder) throws IOException {
    ToyChip.write(folder, Fault.NONE);
    String json = Artefacts.toJson(run(ToyChip.request(folder, 1, 1)).report());
    for (String key :
        new String[] {
          "model",
          "architecture",
          "images",
          "bitExact",
          "mismatches",
          "cyclesPerImage",
          "boundCyclesPerImage",
          "predictedCyclesPerImage",
          "firstImageCycles",
          "boundFirstImageCycles",
          "predictedFirstImageCycles",
          "activationMemoryBits",
          "boundActivationMemoryBits",
          "crossbars",
          "verilateSeconds",
          "simulateSeconds",
          "simulatedCycles",
          "cycleExact",
          "protocolViolations",
          "layers"
        }) {
      assertContains(json, "\"" + key + "\" :");
    }
    assertContains(json, "\"cyclesPerImage\" : null");
    assertContains(json, "\"bitExact\" : true");
  }

  @Test
  void otherImagesAndOtherWeightsNeedNoBuild(@TempDir Path folder) throws IOException {
    ToyChip.write(folder, Fault.NONE);
    run(ToyChip.request(folder, 1, 1));
    CosimResult second = run(ToyChip.request(folder, 5, 2));
    assertTrue(second.simulatorCached());
    assertEquals(0, second.report().verilateSeconds());
    assertTrue(second.passed());
    ToyChip.writeTable(folder, ToyChip.TABLE_MASK ^ 1);
    CosimResult flipped = run(ToyChip.request(folder, 1, 1));
    assertTrue(flipped.simulatorCached());
    assertEquals(2L * ToyChip.SHAPE.size(), flipped.report().mismatches());
  }

  @Test
  void aWrongValueIsNamedWithItsPlace(@TempDir Path folder) throws IOException {
    ToyChip.write(folder, Fault.WRONG_VALUE);
    CosimRequest request = ToyChip.request(folder, 3, 1);
    CosimResult result = run(request);
    // Beat 40 is beat 1 of pixel 13, which holds channels 2 and 3; it leaves the table in cycle 41.
    int right = request.images().get(0).get("y").get(2, 1, 5);
    int wrong = (byte) (right ^ 8);
    assertEquals(
        "layer Flip_0 (lookup table flip, link table_out): image 0, pixel (1,5), channel 2,"
            + " cycle 41: expected "
            + right
            + ", got "
            + wrong
            + "; 1 of 720 values here differ; every link before it agrees, 1 after it differ too",
        result.findings().get(0));
    assertEquals(2, result.findings().size());
    assertEquals(Optional.of(true), result.report().cycleExact());
    assertFalse(result.report().bitExact());
    assertEquals(2, result.report().mismatches());
    Image output = result.outputs().get("y").get(0);
    assertEquals(wrong, output.get(2, 1, 5));
    String waves = Files.readString(result.waveform().orElseThrow());
    // Cycle 41 begins at time 510; the window ends 30 cycles later.
    assertContains(waves, "\n#510\n");
    assertContains(waves, "\n#810\n");
    assertFalse(waves.contains("\n#820\n"));
    assertContains(waves, "table_out_data");
    assertTheViewFits(result.waveform().orElseThrow(), 510, "layer Flip_0 (lookup table flip)");
  }

  /**
   * Checks that a saved view stands at {@code time}, with one group open and no signal too many.
   */
  private static void assertTheViewFits(Path waves, long time, String open) throws IOException {
    String name = waves.getFileName().toString().replace(".vcd", ".gtkw");
    List<String> view = Files.readAllLines(waves.resolveSibling(name));
    List<String> names = SavedView.names(waves);
    for (String signal : signals(view)) {
      assertTrue(names.contains(signal), signal + " is not in " + names);
    }
    for (Link link : ToyChip.MAPPING.links()) {
      for (String part : List.of("_valid", "_ready", "_last", "_data[15:0]")) {
        assertTrue(signals(view).contains("TOP.cosim_top.u_chip." + link.name() + part), part);
      }
    }
    int at = view.indexOf("TOP.cosim_top.u_chip.table_out_data[15:0]");
    assertEquals("@22", view.get(at - 1));
    assertTrue(
        view.stream().anyMatch(line -> line.startsWith("*") && line.contains(" " + time + " -1")),
        view::toString);
    int group = view.indexOf("@800200");
    assertEquals("-" + open, view.get(group + 1));
    assertEquals(group, view.lastIndexOf("@800200"));
    assertEquals(2, view.stream().filter("@c00200"::equals).count());
  }

  private static Set<String> signals(List<String> view) {
    return view.stream()
        .filter(line -> line.startsWith("TOP."))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  @Test
  void aWaveformOfChosenCyclesNeedsNoFailure(@TempDir Path folder) throws IOException {
    ToyChip.write(folder, Fault.NONE);
    Cosimulation cosimulation =
        new Cosimulation(new VerilatorBuild(Toolchain.onPath(), cache), line -> {});
    CosimRequest request = ToyChip.request(folder, 2, 1);
    assertTrue(cosimulation.run(request).passed());
    Path view = cosimulation.waves(request, new CycleWindow(30, 45));
    assertEquals(folder.toAbsolutePath().resolve("waves/cycles_30_45.gtkw"), view);
    Path waves = view.resolveSibling("cycles_30_45.vcd");
    String text = Files.readString(waves);
    assertContains(text, "\n#400\n");
    assertContains(text, "\n#550\n");
    assertFalse(text.contains("\n#390\n") || text.contains("\n#560\n"));
    assertTheViewFits(waves, 400, "chip input x");
    UserException late =
        assertThrows(
            UserException.class,
            () -> cosimulation.waves(request, new CycleWindow(100_000, 100_001)));
    assertContains(late.getMessage(), "the simulation is over after cycle 28");
    // Waveforms of a run do not outlive the next.
    assertTrue(cosimulation.run(request).passed());
    assertFalse(Files.exists(waves) || Files.exists(view));
  }

  @Test
  void aDroppedLastIsFound(@TempDir Path folder) throws IOException {
    assertContains(
        findings(folder, Fault.LAST_DROPPED, Stalls.none()),
        "layer Flip_0 (lookup table flip, link table_out): image 0, cycle 144: last is not set"
            + " on the image's final beat (LAST_MISSING); 6 violations in all");
  }

  @Test
  void aDroppedValidIsFound(@TempDir Path folder) throws IOException {
    assertContains(findings(folder, Fault.VALID_DROPPED, BACK_PRESSURE), "(VALID_DROPPED)");
  }

  @Test
  void dataThatChangesUnderAStallIsFound(@TempDir Path folder) throws IOException {
    String findings = findings(folder, Fault.DATA_CHANGES, BACK_PRESSURE);
    assertContains(findings, "link table_out): image 0, cycle ");
    assertContains(findings, "(DATA_CHANGED)");
    assertContains(findings, "Stalls[idle=NEVER, backPressure=HALF, seed=7]");
  }

  @Test
  void aDeadlockIsFoundAndNamed(@TempDir Path folder) throws IOException {
    String findings = findings(folder, Fault.DEADLOCK, Stalls.none());
    assertContains(findings, "deadlock: nothing has moved since cycle 41");
    assertContains(
        findings,
        "chip input offers beat 40 of 144 of image 0 on link image_in, but lookup table flip"
            + " does not take it");
    assertContains(findings, "link register far waits for beat 40 of 144 of image 0 on link");
  }

  @Test
  void anUnusedLaneThatIsNotZeroIsFound(@TempDir Path folder) throws IOException {
    assertContains(findings(folder, Fault.UNUSED_LANE, Stalls.none()), "(UNUSED_LANE_NOT_ZERO)");
  }

  @Test
  void oneCycleTooLateIsFound(@TempDir Path folder) throws IOException {
    ToyChip.write(folder, Fault.LATE);
    CosimResult result = run(ToyChip.request(folder, 3, 1));
    assertTrue(result.report().bitExact());
    assertEquals(Optional.of(false), result.report().cycleExact());
    assertEquals(1, result.findings().size());
    assertContains(
        result.findings().get(0),
        "cycles: chip input x (link image_in): image 0 ends in cycle 144, predicted 143 (+1)");
  }

  @Test
  void aBeatTooManyIsFound(@TempDir Path folder) throws IOException {
    String findings = findings(folder, Fault.EXTRA_BEAT, Stalls.none());
    assertContains(findings, "image 3, cycle 433: a beat came after the last image (EXTRA_BEAT)");
  }

  @Test
  void aFailedAssertionIsFound(@TempDir Path folder) throws IOException {
    String findings = findings(folder, Fault.FAILED_ASSERTION, Stalls.none());
    assertContains(findings, "an assertion in the Verilog failed in cycle ");
    assertContains(findings, "the chosen beat came");
  }

  @Test
  void stallsChangeNoByte(@TempDir Path folder) throws IOException {
    ToyChip.write(folder, Fault.NONE);
    Set<List<Stalls.Pattern>> pairs = new HashSet<>();
    Set<Long> lengths = new HashSet<>();
    for (int seed = 1; seed <= 20; seed++) {
      Stalls stalls = Stalls.ofSeed(seed);
      pairs.add(List.of(stalls.idle(), stalls.backPressure()));
      CosimRequest request = ToyChip.request(folder, 3, seed).withStalls(stalls);
      CosimResult result = run(request);
      assertEquals(ImmutableList.of(), result.findings(), "seed " + seed);
      assertTrue(result.report().bitExact(), "seed " + seed);
      assertEquals(Optional.empty(), result.report().cycleExact());
      lengths.add(result.report().simulatedCycles());
    }
    assertEquals(15, pairs.size());
    assertTrue(lengths.size() > 10, "stalls that change nothing: " + lengths);
  }

  @Test
  void twoBuildsAtOnceShareTheCache(@TempDir Path first, @TempDir Path second, @TempDir Path own)
      throws Exception {
    VerilatorBuild shared = new VerilatorBuild(Toolchain.onPath(), own);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<Future<CosimResult>> results = new ArrayList<>();
      for (Path folder : List.of(first, second)) {
        ToyChip.write(folder, Fault.NONE);
        CosimRequest request = ToyChip.request(folder, 1, 1);
        results.add(pool.submit(() -> new Cosimulation(shared, line -> {}).run(request)));
      }
      for (Future<CosimResult> result : results) {
        assertTrue(result.get().passed());
      }
    } finally {
      pool.shutdownNow();
    }
    try (var entries = Files.list(own.resolve("simulators"))) {
      List<Path> simulators = entries.toList();
      assertEquals(1, simulators.size());
      String log = Files.readString(simulators.get(0).resolve("build.log"));
      assertContains(log, "cosim_top.sv");
      assertFalse(log.contains("%Warning"), log);
    }
  }

  @Test
  void verilogThatDoesNotCompileIsOneMessage(@TempDir Path folder) throws IOException {
    ToyChip.write(folder, Fault.NONE);
    Files.writeString(folder.resolve("rtl/xor_table.v"), "module xor_table (;\n");
    UserException error =
        assertThrows(UserException.class, () -> run(ToyChip.request(folder, 1, 1)));
    assertContains(error.getMessage(), "%Error: rtl/xor_table.v:1:");
    assertContains(Files.readString(folder.resolve("cosim/build.log")), "%Error");
  }

  @Test
  void verilogThatWasNotGeneratedIsBadInput(@TempDir Path folder) {
    UserException error =
        assertThrows(UserException.class, () -> run(ToyChip.request(folder, 1, 1)));
    assertEquals(Diagnostic.Kind.BAD_INPUT, error.diagnostic().kind());
    assertContains(error.getMessage(), "filelist.f");
  }

  @Test
  void eachMissingToolIsNamed(@TempDir Path folder) throws IOException {
    ToyChip.write(folder, Fault.NONE);
    for (Toolchain tools :
        List.of(
            new Toolchain("no-such-verilator", "g++"), new Toolchain("verilator", "no-such-g++"))) {
      Cosimulation cosimulation =
          new Cosimulation(new VerilatorBuild(tools, cache.resolve("unused")), line -> {});
      UserException error =
          assertThrows(UserException.class, () -> cosimulation.run(ToyChip.request(folder, 1, 1)));
      assertEquals(Diagnostic.Kind.TOOL_MISSING, error.diagnostic().kind());
      assertContains(error.getMessage(), "no-such-");
      assertContains(
          error.getMessage(), "apt-get install -y --no-install-recommends verilator g++");
    }
  }

  @Test
  void severalPortsOfEveryWidth(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("rtl"));
    Files.writeString(
        folder.resolve("rtl/xbarflow_top.v"),
        Resources.toString(
            Resources.getResource(ToyChip.class, "ports/rtl/xbarflow_top.v"), UTF_8));
    Files.writeString(folder.resolve("rtl/filelist.f"), "rtl/xbarflow_top.v\n");
    int[] lanes = {9, 3, 1, 5};
    int[] channels = {20, 3, 2, 7};
    ImmutableList.Builder<Port> inputs = ImmutableList.builder();
    ImmutableList.Builder<Port> outputs = ImmutableList.builder();
    ImmutableList.Builder<Link> links = ImmutableList.builder();
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    ImmutableMap.Builder<String, Image> image = ImmutableMap.builder();
    Random random = new Random(1);
    for (int i = 0; i < lanes.length; i++) {
      Shape shape = new Shape(channels[i], 3, 4);
      image.put("t" + i, Image.of(shape, random.ints(shape.size(), 0, 256).toArray()));
      links.add(new Link("from_" + i, "t" + i, shape, lanes[i], StreamOrder.RASTER));
      links.add(new Link("to_" + i, "t" + i, shape, lanes[i], StreamOrder.RASTER));
      inputs.add(new Port("from_" + i, "t" + i));
      outputs.add(new Port("to_" + i, "t" + i));
      blocks.add(new Block.LinkRegister("wire_" + i, "from_" + i, "to_" + i, 1));
    }
    Mapping mapping =
        new Mapping(
            "ports.onnx",
            ToyChip.MAPPING.modelSha256(),
            ToyChip.MAPPING.architecture(),
            inputs.build(),
            outputs.build(),
            links.build(),
            blocks.build(),
            ToyChip.MAPPING.prediction(),
            ToyChip.MAPPING.bound());
    ImmutableMap<String, Image> expected = image.buildOrThrow();
    CosimRequest request =
        CosimRequest.of(folder, mapping, ImmutableSet.of(), ImmutableList.of(expected));
    for (Stalls stalls : List.of(Stalls.none(), Stalls.ofSeed(3))) {
      CosimResult result = run(request.withStalls(stalls));
      assertEquals(ImmutableList.of(), result.findings());
      expected.forEach(
          (tensor, values) -> assertEquals(ImmutableList.of(values), result.outputs().get(tensor)));
    }
    assertEquals(
        Optional.of(36L), run(request).report().firstImageCycles(), "20 channels over 9 lanes");
  }
}
