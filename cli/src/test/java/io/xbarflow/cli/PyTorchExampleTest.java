package io.xbarflow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.ByteStreams;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NpyFile;
import io.xbarflow.quantize.graph.Stored;
import io.xbarflow.quantize.runtime.ModelRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of examples/pytorch: what PyTorch exports, in its own int8 and in float, is mapped
 * and gives ONNX Runtime's values. Skipped where Python has no PyTorch, torchvision and onnx.
 */
final class PyTorchExampleTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("xbarflow.root")).resolve("examples/pytorch/export.py");

  /** Debian's interpreter sees Debian's packages, whatever stands first in the path. */
  private static final ImmutableList<String> INTERPRETERS =
      ImmutableList.of("/usr/bin/python3", "python3");

  @TempDir private Path folder;

  @BeforeEach
  void export() throws IOException, InterruptedException {
    String python = "";
    for (String interpreter : INTERPRETERS) {
      if (python.isEmpty() && runs(interpreter, "-c", "import torch, torchvision, onnx")) {
        python = interpreter;
      }
    }
    assumeTrue(
        !python.isEmpty(),
        "PyTorch is not installed: apt-get install python3-torch python3-torchvision python3-onnx");
    assertEquals(true, runs(python, SCRIPT.toString(), folder.toString()), "export.py");
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(ByteStreams.toByteArray(process.getInputStream()), UTF_8);
      boolean succeeded = process.waitFor() == 0;
      System.out.print(succeeded ? "" : output);
      return succeeded;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void ownInt8() {
    assertEqualsOnnxRuntime("int8.onnx");
  }

  @Test
  void floatThroughQuantize() {
    CommandLineForTests.run(
        "quantize",
        folder.resolve("float.onnx"),
        "--calibration",
        folder.resolve("calibration.npy"),
        "-o",
        folder.resolve("ours.onnx"),
        "--form",
        "qdq");
    assertEqualsOnnxRuntime("ours.onnx");
  }

  private void assertEqualsOnnxRuntime(String name) {
    Path model = folder.resolve(name);
    Path images = folder.resolve("images.npy");
    Path output = folder.resolve(name + ".out");
    CommandLineForTests.run("map", model, "-o", output, "--effort", "quick");
    CommandLineForTests.run(
        "simulate", output, "--input", images, "--dump", folder.resolve("dump"));
    ImageBatch found = NpyFile.read(folder.resolve("dump/scores.npy"));
    ImageBatch given = NpyFile.read(images);
    ImmutableList<ImmutableMap<String, Stored>> wanted =
        ModelRun.outputs(
            model,
            given.images(given.shape().subList(1, given.shape().size())).stream()
                .map(image -> ImmutableMap.of("image", image))
                .toList());
    int value = 0;
    for (ImmutableMap<String, Stored> outputs : wanted) {
      Stored scores = outputs.get("scores");
      for (int i = 0; i < scores.size(); i++) {
        assertEquals(scores.real(i), found.get(value), "value " + value + " of " + name);
        value++;
      }
    }
    assertEquals(found.size(), value, "values");
  }
}
