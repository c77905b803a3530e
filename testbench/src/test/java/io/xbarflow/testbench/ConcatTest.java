package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Concatenations in the simulated Verilog, in turn and by whole pixels: every value and every
 * cycle. {@link GeneratedVerilogTest} reads the same chip with every tool, {@link
 * RandomNetworksTest} tries others.
 */
final class ConcatTest {
  private static final int IMAGES = 4;

  @Test
  void equalsTheGoldenModel(@TempDir Path folder) {
    Chain chain =
        Chain.of(
            RandomDesign.concatenations(),
            Architectures.named("default").withMvmCycles(3).withCrossbar(64, 16).withReach(1),
            folder);
    assertEquals(
        List.of(4, 2, 3),
        chain.mapping().blocks().stream()
            .filter(Block.Concat.class::isInstance)
            .map(block -> block.inputs().size())
            .toList());
    assertEquals(
        List.of(false, true, false),
        chain.mapping().blocks().stream()
            .filter(Block.Concat.class::isInstance)
            .map(block -> inTurn(chain, block))
            .toList());
    CosimRequest request = chain.request(chain.randomInputs(IMAGES, 3));
    Chain.prove(request);
    for (long seed = 1; seed <= 15; seed++) {
      Chain.prove(request.withStalls(Stalls.ofSeed(seed)));
    }
  }

  private static boolean inTurn(Chain chain, Block concat) {
    Map<String, Link> links = chain.mapping().linksByName();
    return Block.Concat.inTurn(
        concat.inputs().stream().map(links::get).toList(), links.get(concat.outputs().get(0)));
  }
}
