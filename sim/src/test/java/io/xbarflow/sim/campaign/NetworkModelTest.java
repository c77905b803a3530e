package io.xbarflow.sim.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.NetworkModel;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.sim.onnx.OnnxRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file {@code network.onnx} of random graphs: ONNX Runtime computes the golden model's bytes.
 */
class NetworkModelTest {
  private static final int GRAPHS = 250;

  private static final Set<Class<?>> KINDS = Set.of(Layer.class.getPermittedSubclasses());

  @TempDir private Path folder;

  @Test
  void computesTheBytesOfTheNetwork() throws IOException, OrtException {
    boolean exactSums = OnnxRuntime.sumsExactly();
    List<String> wrong = new ArrayList<>();
    Set<String> kinds = new TreeSet<>();
    int compared = 0;
    for (int seed = 1; seed <= GRAPHS; seed++) {
      GraphCase graph = GraphCase.of(seed, exactSums);
      Network network;
      try {
        network = imported(graph.model().toByteArray());
      } catch (UserException refused) {
        continue;
      }
      compared++;
      network.layers().forEach(layer -> kinds.add(layer.getClass().getSimpleName()));
      byte[] file = NetworkModel.of(network);
      Map<String, ImageBatch> golden = Trial.run(network, graph.inputs());
      ImmutableMap<String, ImageBatch> run = OnnxRuntime.run(file, graph.inputs(), OptLevel.NO_OPT);
      for (String output : run.keySet()) {
        if (!graph.approximate().contains(output)) {
          compare("graph " + seed, golden.get(output), run.get(output), wrong);
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertEquals(KINDS.size(), kinds.size(), kinds::toString);
    assertTrue(compared * 10 > GRAPHS * 9, "compared " + compared);
  }

  private Network imported(byte[] model) throws IOException {
    return OnnxImport.read(Files.write(folder.resolve("model.onnx"), model));
  }

  private static void compare(String what, ImageBatch golden, ImageBatch other, List<String> to) {
    if (!golden.shape().equals(other.shape()) || golden.type() != other.type()) {
      to.add(what + ": " + golden.type() + golden.shape() + ", " + other.type() + other.shape());
      return;
    }
    for (int i = 0; i < golden.size(); i++) {
      if (golden.get(i) != other.get(i)) {
        to.add(what + ": value " + i + " is " + golden.get(i) + ", " + other.get(i));
        return;
      }
    }
  }
}
