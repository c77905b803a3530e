package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.mapper.LayerPlan;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import io.xbarflow.mapper.Plan;
import io.xbarflow.sim.golden.Calibration;
import io.xbarflow.sim.golden.GoldenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole chips of every core type, alone and mixed, with patches, copies and several row tiles:
 * bytes as the golden model of the type says, cycles as predicted.
 */
final class CoreTypesChipTest {
  private static final int IMAGES = 3;

  @TempDir private Path folder;
  private final Network network = RandomDesign.forEveryCoreType();

  private static Architecture architecture(CoreSelection cores) {
    return Architectures.named("default").withCrossbar(40, 16).withMvmCycles(3).withCores(cores);
  }

  private static CoreSelection noisy(CoreSelection cores) {
    return cores
        .withParameter("pcm", "driftSeconds", "100000")
        .withParameter("pcm", "stuckCells", "2")
        .withParameter("pcm", "readNoise", "3");
  }

  /** One type for every convolution, with MVMs of 16, 2, 3 and 9 cycles. */
  static Architecture mixedArchitecture() {
    CoreSelection cores =
        noisy(CoreSelection.of("depthwise", "pcm"))
            .withLayer("conv_3", "digital")
            .withLayer("conv_4", "bit_sliced")
            .withParameter("digital", "inputBitsPerCycle", "4");
    return architecture(
        cores
            .withParameter("bit_sliced", "inputBitsPerCycle", "1")
            .withParameter("bit_sliced", "bitsPerCell", "2")
            .withParameter("bit_sliced", "columnsPerAdc", "2"));
  }

  /** The mapping with a patch and copies wherever a core can have them. */
  static Mapping map(Network network, Architecture architecture) {
    ImmutableMap<String, CoreUse> uses = CoreTypes.installed().assign(network, architecture);
    ImmutableMap.Builder<String, LayerPlan> plan = ImmutableMap.builder();
    for (Layer layer : network.layers()) {
      Optional<CoreUse> use = Optional.ofNullable(uses.get(layer.name()));
      boolean parallel = use.isPresent() && use.get().macro().parallel();
      boolean first = parallel && layer.name().equals("conv_1");
      boolean copied = parallel && !layer.name().equals("conv_3");
      plan.put(
          layer.name(),
          new LayerPlan(
              first ? new Patch(1, 2) : Patch.SINGLE,
              copied ? 2 : 1,
              ActivationMemoryPolicy.RING,
              use));
    }
    return Mapper.map(network, architecture, new Plan(plan.buildOrThrow()), MappingOptions.PLAIN);
  }

  private static ImmutableSet<String> types(Mapping mapping) {
    return mapping.blocks().stream()
        .filter(Block.ImcCore.class::isInstance)
        .map(block -> ((Block.ImcCore) block).array().core().type())
        .collect(ImmutableSet.toImmutableSet());
  }

  private Chain chain(CoreSelection cores) {
    return Chain.of(network, map(network, architecture(cores)), folder);
  }

  /** Co-simulates the chip; what it computes is not what exact sums would give. */
  private CosimRequest proveInexact(Chain chain) {
    List<ImmutableMap<String, Image>> inputs = chain.randomInputs(IMAGES, 7);
    CosimRequest request = chain.request(inputs);
    assertNotEquals(
        inputs.stream().map(new GoldenModel(network)::run).toList(),
        request.images(),
        "cores without any error");
    Chain.prove(request);
    return request;
  }

  @Test
  void coarseNoisyPcm() {
    Chain chain = chain(noisy(CoreSelection.of("pcm")).withParameter("pcm", "adcBits", "4"));
    assertEquals(ImmutableSet.of("pcm"), types(chain.mapping()));
    CosimRequest request = proveInexact(chain);
    // Read noise goes on from image to image, so equal images differ.
    ImmutableMap<String, Image> input = chain.randomInputs(1, 3).get(0);
    CosimRequest same = chain.request(ImmutableList.of(input, input, input));
    assertNotEquals(same.images().get(0), same.images().get(1));
    Chain.prove(same);
    assertEquals(IMAGES, request.images().size());
  }

  @Test
  void bitSlicedWithTooFewConverterBits() {
    Chain chain = chain(CoreSelection.of("bit_sliced").withParameter("bit_sliced", "adcBits", "3"));
    assertEquals(ImmutableSet.of("bit_sliced"), types(chain.mapping()));
    proveInexact(chain);
  }

  /**
   * Row drivers of 4 bits at both ends of their range, with and without noise, and inputs whose
   * highest bit, one at a time, is negative.
   */
  @Test
  void driversAreAtTheirEnds() {
    Network extreme = RandomDesign.withExtremeZeroPoints();
    CoreSelection cores =
        CoreSelection.of("pcm")
            .withLayer("conv_3", "bit_sliced")
            .withParameter("pcm", "inputBits", "4")
            .withParameter("bit_sliced", "inputBitsPerCycle", "1");
    for (String noise : List.of("0", "3")) {
      Mapping mapping = map(extreme, architecture(cores.withParameter("pcm", "readNoise", noise)));
      assertEquals(ImmutableSet.of("pcm", "bit_sliced"), types(mapping));
      Chain chain = Chain.of(extreme, mapping, folder.resolve(noise));
      Chain.prove(chain.request(chain.randomInputs(IMAGES, 7)));
    }
  }

  @Test
  void digitalAndDepthwise() {
    Chain chain = chain(CoreSelection.of("depthwise", "digital"));
    assertEquals(ImmutableSet.of("depthwise", "digital"), types(chain.mapping()));
    List<ImmutableMap<String, Image>> inputs = chain.randomInputs(IMAGES, 7);
    CosimRequest request = chain.request(inputs);
    assertEquals(inputs.stream().map(new GoldenModel(network)::run).toList(), request.images());
    Chain.prove(request);
  }

  @Test
  void allTypesInOneCalibratedChip() throws IOException {
    Mapping open = map(network, mixedArchitecture());
    List<ImmutableMap<String, Image>> inputs =
        new Chain(network, open, folder).randomInputs(IMAGES, 7);
    Mapping calibrated = Calibration.of(network, open, inputs);
    assertNotEquals(open, calibrated);
    assertEquals(ImmutableSet.of("pcm", "depthwise", "digital", "bit_sliced"), types(calibrated));
    Chain chain = Chain.of(network, calibrated, folder);
    CosimRequest request = proveInexact(chain);
    assertNotEquals(
        new Chain(network, open, folder).request(inputs).images(),
        request.images(),
        "ranges that change nothing");
    Chain.prove(request.withStalls(Stalls.ofSeed(11)));
    changeAWord("conv_1 ");
    CosimResult wrong = Chain.simulate(request);
    assertFalse(wrong.passed(), "the changed word was not found");
    String findings = String.join("\n", wrong.findings());
    assertTrue(findings.contains("layer conv_1 (imc core conv_1, "), findings);
    assertTrue(findings.contains("every link before it agrees"), findings);
  }

  /** Doubles the first column's divisor in the first macro of {@code core}. */
  private void changeAWord(String core) throws IOException {
    for (String line : Files.readAllLines(folder.resolve("mem/index.txt"))) {
      if (line.contains(" " + core)) {
        Path file = folder.resolve("mem").resolve(line.substring(0, line.indexOf(' ')));
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        int divisor = Integer.parseUnsignedInt(lines.get(1).substring(0, 8), 16);
        String wrong = String.format(Locale.ROOT, "%08x", 2 * divisor);
        lines.set(1, wrong + lines.get(1).substring(8));
        Files.write(file, lines);
        return;
      }
    }
    throw new AssertionError("no memory of " + core);
  }
}
