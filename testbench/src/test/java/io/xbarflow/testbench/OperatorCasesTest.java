package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.testsupport.LongRun;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A chip for every operator case: equal to ONNX Runtime's stored output, or refused with a reason.
 */
final class OperatorCasesTest {
  /** Operator cases that the importer accepted when this was written. */
  private static final int LEAST_IMPORTED = 41;

  @Test
  @LongRun
  @NeedsThirdPartyModels
  void equalOrRefused(@TempDir Path temporary) throws IOException {
    List<String> equal = new ArrayList<>();
    Map<String, String> refused = new TreeMap<>();
    Map<String, String> refusedByHardware = new TreeMap<>();
    Map<String, String> wrong = new TreeMap<>();
    for (Path folder : StoredExpectations.files(ThirdPartyModels.resolve("op"))) {
      Path model = folder.resolve("model.onnx");
      if (!Files.exists(model)) {
        continue;
      }
      String name = String.valueOf(folder.getFileName());
      Network network;
      try {
        network = OnnxImport.read(model);
      } catch (UserException e) {
        refused.put(name, e.getMessage());
        continue;
      }
      try {
        prove(folder, network, temporary.resolve(name));
        equal.add(name);
      } catch (UserException e) {
        refusedByHardware.put(name, e.getMessage());
      } catch (AssertionError | RuntimeException e) {
        wrong.put(name, e.toString());
      }
    }
    assertEquals(Map.of(), wrong);
    assertTrue(
        equal.size() + refusedByHardware.size() >= LEAST_IMPORTED,
        () -> "equal are " + equal + ", not built " + refusedByHardware + ", refused " + refused);
    refused.values().forEach(reason -> assertTrue(!reason.isBlank(), "a refusal without reason"));
  }

  private static void prove(Path folder, Network network, Path output) throws IOException {
    Path set = folder.resolve("test_data_set_0");
    boolean pb = Files.isDirectory(set);
    List<ImmutableList<Image>> operands = new ArrayList<>();
    for (int i = 0; i < network.inputs().size(); i++) {
      Path file = pb ? set.resolve("input_" + i + ".pb") : folder.resolve("input_" + i + ".npy");
      operands.add(StoredExpectations.images(network, network.inputs().get(i), file));
    }
    List<ImmutableMap<String, Image>> images = new ArrayList<>();
    for (int image = 0; image < operands.get(0).size(); image++) {
      ImmutableMap.Builder<String, Image> inputs = ImmutableMap.builder();
      for (int i = 0; i < operands.size(); i++) {
        inputs.put(network.inputs().get(i).tensor(), operands.get(i).get(image));
      }
      images.add(inputs.buildOrThrow());
    }
    Files.createDirectories(output);
    Chain chain = Chain.of(network, Architectures.named("default").withMvmCycles(8), output);
    Lint.assertClean(output);
    CosimResult result = Chain.prove(chain.request(images));
    HostTensor host = network.outputs().get(0);
    StoredExpectations.assertStored(
        pb ? set.resolve("output_0.pb") : folder.resolve("expected/output_0.npy"),
        network,
        host,
        result.outputs().get(host.tensor()));
  }
}
