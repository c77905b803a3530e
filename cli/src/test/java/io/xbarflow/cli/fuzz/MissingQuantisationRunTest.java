package io.xbarflow.cli.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.cli.CommandLineForTests;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model with QuantizeLinear where TensorRT has it, with and without images for calibration. */
final class MissingQuantisationRunTest {
  @TempDir private Path folder;
  private String err; // of the last map

  @Test
  void imagesGiveFinerScales() throws IOException {
    Path model = folder.resolve("model.onnx");
    Files.write(model, Seeds.missing().toByteArray());
    Random random = new Random(1);
    float[] values = new float[8 * 2 * 6 * 6];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Path images = folder.resolve("images.npy");
    Files.write(images, NpyFile.bytes(ImageBatch.ofFloats(ImmutableList.of(8, 2, 6, 6), values)));
    Network proven = mapped(model, "proven");
    assertTrue(decibels(err, "on 4 random images, output g differs") > 10, err);
    // No core is calibrated: the importer is what needs the images.
    Network calibrated = mapped(model, "calibrated", "--calibration", images);
    assertTrue(decibels(err, "on 8 of the images, output g differs") > 10, err);
    assertEquals(proven.layers().size(), calibrated.layers().size());
    String output = proven.outputs().get(0).tensor();
    assertNotEquals(proven.tensor(output), calibrated.tensor(output));
    assertTrue(
        calibrated.tensor(output).quantisation().scale()
            < proven.tensor(output).quantisation().scale());
    CommandLineForTests.run("simulate", folder.resolve("calibrated"), "--input", images);
  }

  /** The ratio in the note that begins so. */
  private static double decibels(String err, String note) {
    Matcher matcher =
        Pattern.compile(Pattern.quote(note) + ".* signal-to-noise ratio (\\S+) dB").matcher(err);
    assertTrue(matcher.find(), err);
    return Double.parseDouble(matcher.group(1));
  }

  private Network mapped(Path model, String name, Object... options) {
    Path output = folder.resolve(name);
    CommandLineForTests.Outcome outcome =
        CommandLineForTests.outcome(
            ImmutableList.builder()
                .add("map", model, "-o", output, "--effort", "quick")
                .add(options)
                .build()
                .toArray());
    err = outcome.err();
    assertEquals(0, outcome.exitCode(), err);
    return Artefacts.read(output.resolve("network.json"), Network.class);
  }
}
