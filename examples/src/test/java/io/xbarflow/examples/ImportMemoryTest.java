package io.xbarflow.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VGG-16 (138 million weights) goes through the importer and its artefact in a small heap. */
final class ImportMemoryTest {
  @TempDir Path folder;

  @Test
  void vgg16FitsInHalfAGibibyte() throws IOException, InterruptedException {
    Path model = folder.resolve("vgg16.onnx");
    ReferenceNetworks.write("vgg16", model);
    assertEquals(0, run(model, "512m"), this::log);
    assertNotEquals(0, run(model, "256m")); // Less than file and weights together.
    assertTrue(log().contains("OutOfMemoryError"), this::log);
  }

  private int run(Path model, String heap) throws IOException, InterruptedException {
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            ImmutableList.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-cp",
                classes,
                ImportMemoryTest.class.getName(),
                model.toString()))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start()
        .waitFor();
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /**
   * Imports a model, writes it as an artefact and reads that.
   *
   * @param arguments the ONNX file
   */
  public static void main(String[] arguments) {
    Path model = Path.of(arguments[0]);
    Path artefact = model.resolveSibling("network.json");
    Network network = OnnxImport.read(model);
    Artefacts.write(artefact, network);
    if (!network.equals(Artefacts.read(artefact, Network.class))) {
      throw new IllegalStateException("the artefact holds another network");
    }
  }
}
