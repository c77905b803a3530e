package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.energy.EnergyEstimate;
import io.xbarflow.core.energy.EnergyModel;
import io.xbarflow.core.energy.EnergyTable;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bits that the energy estimate takes to be read and written are those of the hardware. */
final class MemoryTrafficTest {
  private static final int IMAGES = 2;
  private static final Pattern ACCESS =
      Pattern.compile("ACCESS \\S*\\.u_chip\\.u_(\\w+)\\S* (\\d+)");

  private record Case(String name, Network network, Mapping mapping) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    Stream<Case> random =
        Stream.of(1L, 3L, 5L, 1002L)
            .map(
                seed -> {
                  RandomCase drawn = RandomCase.of(seed, false);
                  return new Case(
                      "seed " + seed,
                      drawn.network(),
                      Mapper.map(
                          drawn.network(),
                          drawn.architecture(),
                          drawn.plan(),
                          MappingOptions.PLAIN));
                });
    return Stream.concat(
        Stream.of("small_cnn", "residual_cnn")
            .map(
                name -> {
                  Network network = Chain.example(name);
                  return new Case(
                      name,
                      network,
                      Mapper.map(network, Architectures.named("default").withMvmCycles(8)));
                }),
        random);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void bitsAreThoseOfTheHardware(Case tested, @TempDir Path folder) throws IOException {
    Chain chain = Chain.of(tested.network(), tested.mapping(), folder);
    count(folder.resolve("rtl/ram_1r1w.v"), "write_enable", "read_enable");
    count(folder.resolve("rtl/ram_2r1w.v"), "write_enable", "read_enable", "skip_read_enable");
    Chain.prove(chain.request(chain.randomInputs(IMAGES, 1)));
    Map<String, Long> counted = counted(folder);

    int compared = 0;
    int expected = 0;
    for (EnergyEstimate.OfBlock block : estimate(tested).blocks()) {
      Block of =
          tested.mapping().blocks().stream()
              .filter(each -> each.name().equals(block.block()))
              .findFirst()
              .orElse(null);
      double bits = counted.getOrDefault(block.block(), 0L) / (double) IMAGES;
      if (of instanceof Block.RowPool) {
        assertTrue(bits <= block.memoryBits(), block.block());
      } else if (!(of instanceof Block.GlobalAverage)) {
        assertEquals(block.memoryBits(), bits, block.block());
        compared += bits > 0 ? 1 : 0;
        expected += block.memoryBits() > 0 ? 1 : 0;
      }
    }
    assertEquals(expected, compared, "blocks whose memories were counted");
  }

  /** Makes the memory in {@code file} print its width with each access. */
  private static void count(Path file, String... enables) throws IOException {
    StringBuilder prints = new StringBuilder("  always @(posedge clk) begin\n");
    for (String enable : enables) {
      prints.append("    if (").append(enable).append(") $display(\"ACCESS %m %0d\", WIDTH);\n");
    }
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\nendmodule\n", "\n" + prints + "  end\n\nendmodule\n"));
  }

  /** Bits by block, from what the simulation printed after the reset. */
  private static Map<String, Long> counted(Path folder) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("cosim/simulation.log"));
    Map<String, Long> bits = new HashMap<>();
    for (String line : lines.subList(lines.indexOf("reset done") + 1, lines.size())) {
      Matcher access = ACCESS.matcher(line);
      if (access.matches()) {
        bits.merge(access.group(1), Long.parseLong(access.group(2)), Long::sum);
      }
    }
    return bits;
  }

  private static EnergyEstimate estimate(Case tested) {
    ImmutableMap.Builder<String, Long> toggles = ImmutableMap.builder();
    for (Link link : tested.mapping().links()) {
      toggles.put(link.name(), 0L);
    }
    return EnergyModel.estimate(
        tested.network(), tested.mapping(), EnergyTable.builtIn(), toggles.buildOrThrow(), 1);
  }
}
