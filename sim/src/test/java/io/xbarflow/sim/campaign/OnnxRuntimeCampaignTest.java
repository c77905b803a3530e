package io.xbarflow.sim.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.sim.onnx.OnnxRuntime;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random graphs over all supported operators, attributes and quantisations against ONNX Runtime.
 *
 * <p>{@code -Dxbarflow.graphs=N} runs N graphs, {@code -Dxbarflow.graph=SEED} starts with seed
 * SEED. Without them a few graphs run, with {@code -Dxbarflow.long=true} 2,000.
 */
final class OnnxRuntimeCampaignTest {
  private static final int FEW = 60;
  private static final int MANY = 2000;

  /** Graphs among which every operator occurs. */
  private static final int COVERING = 500;

  /** What ONNX Runtime does not know, see {@link CampaignTest}. */
  private static final ImmutableSet<String> UNKNOWN =
      ImmutableSet.of("com.microsoft.QLinearMatMul");

  @Test
  void equalsOnnxRuntime(@TempDir Path folder) {
    int count =
        Integer.getInteger("xbarflow.graphs", Boolean.getBoolean("xbarflow.long") ? MANY : FEW);
    Campaign campaign =
        new Campaign(Trial.golden(folder.resolve("graph.onnx")), OnnxRuntime.sumsExactly());
    campaign.run(count, Long.getLong("xbarflow.graph", 1));
    if (count > FEW) {
      System.out.println(campaign.report());
    }
    assertEquals(List.of(), campaign.failures());
    if (count >= COVERING) {
      assertEquals(
          ImmutableSet.of(),
          campaign.missing(Sets.difference(OnnxImport.operators(), UNKNOWN).immutableCopy()),
          "supported operators that no graph has");
      assertTrue(campaign.againstContract() * 100 <= campaign.withContract(), campaign::report);
      assertTrue(campaign.refused() * 20 <= count, campaign::report);
    }
  }
}
