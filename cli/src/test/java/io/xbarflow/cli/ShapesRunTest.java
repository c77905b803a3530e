package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NpyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trained example, as the Verilog classifies it. */
final class ShapesRunTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("xbarflow.root"), "examples/shapes");
  private static final int CLASSES = 10;

  /** Images on exact arrays: all of them. */
  private static final int IMAGES = 200;

  /** Classified right of these by exact arrays, %, at least. */
  private static final double RIGHT = 96.5;

  /** Images on noisy arrays. */
  private static final int NOISY_IMAGES = 60;

  /** Classified right of these by noisy arrays, %, at least. */
  private static final double NOISY_RIGHT = 80;

  @TempDir private Path folder;

  private static String program(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Host host =
        new Host(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            ImmutableMap.copyOf(System.getenv()),
            ToolRunner.ofPath(),
            false,
            System::nanoTime);
    assertEquals(0, new Program(host, new ChipStages()).run(arguments), err::toString);
    return out.toString();
  }

  private static String run(String... options) {
    return program(
        Stream.concat(
                Stream.of(
                    "run",
                    EXAMPLE.resolve("model.onnx").toString(),
                    "--input",
                    EXAMPLE.resolve("images.npy").toString(),
                    "--labels",
                    EXAMPLE.resolve("labels.csv").toString(),
                    "--classes",
                    EXAMPLE.resolve("classes.txt").toString()),
                Stream.of(options))
            .toArray(String[]::new));
  }

  /** The figure in the row {@code quantity} of the table in {@code printed}. */
  private static double figure(String printed, String quantity) {
    for (String line : Splitter.on('\n').split(printed)) {
      List<String> cells = Splitter.on('|').trimResults().splitToList(line);
      if (cells.size() > 2 && cells.get(1).equals(quantity)) {
        return Double.parseDouble(cells.get(2));
      }
    }
    throw new AssertionError("no row " + quantity + " in " + printed);
  }

  /** The place of the greatest logit of every image in {@code dumped}. */
  private static ImmutableList<Integer> classes(Path dumped) {
    ImageBatch logits = NpyFile.read(dumped.resolve("logits.npy"));
    ImmutableList.Builder<Integer> classes = ImmutableList.builder();
    for (int start = 0; start < logits.size(); start += CLASSES) {
      int best = 0;
      for (int i = 1; i < CLASSES; i++) {
        best = logits.get(start + i) > logits.get(start + best) ? i : best;
      }
      classes.add(best);
    }
    return classes.build();
  }

  private static double rightPercent(List<Integer> classes) throws IOException {
    List<String> labels = Files.readAllLines(EXAMPLE.resolve("labels.csv"));
    int right = 0;
    for (int i = 0; i < classes.size(); i++) {
      right += labels.get(i).equals(classes.get(i).toString()) ? 1 : 0;
    }
    return 100.0 * right / classes.size();
  }

  @Test
  void theVerilogNamesTheShapes() throws IOException {
    Path dumped = folder.resolve("dumped");
    String printed = run("-o", folder.resolve("out").toString(), "--dump", dumped.toString());

    ImmutableList<Integer> classes = classes(dumped);
    assertEquals(IMAGES, classes.size());
    assertEquals(IMAGES, figure(printed, "images with a label"));
    assertEquals(rightPercent(classes), figure(printed, "classified right, %"), 0.005);
    assertEquals(
        figure(printed, "classified right, %"),
        figure(printed, "classified right with exact sums, %"));
    assertTrue(figure(printed, "classified right, %") >= RIGHT, printed);

    List<String> names = Files.readAllLines(EXAMPLE.resolve("classes.txt"));
    List<String> labels = Files.readAllLines(EXAMPLE.resolve("labels.csv"));
    for (int image = 0; image < 10; image++) {
      String given = names.get(classes.get(image));
      String shown = names.get(Integer.parseInt(labels.get(image)));
      String line =
          "image "
              + image
              + ": "
              + given
              + (given.equals(shown) ? ", right" : ", wrong: " + shown)
              + "\n";
      assertTrue(printed.contains(line), () -> line + "is not in\n" + printed);
    }
    assertTrue(printed.endsWith("and 190 more images\n"), printed);
  }

  /**
   * Scales follow from float sums, whose last bits may differ between processors; so they and what
   * is divided by them may differ a little, weights may not.
   */
  @Test
  void theQuantisedFileIsWhatQuantizeMakesOfTheFloatOne() {
    Path file = folder.resolve("model.onnx");
    program(
        "quantize",
        EXAMPLE.resolve("model.float.onnx").toString(),
        "--calibration",
        EXAMPLE.resolve("calibration.npy").toString(),
        "-o",
        file.toString());
    Network again = OnnxImport.read(file);
    Network kept = OnnxImport.read(EXAMPLE.resolve("model.onnx"));

    assertEquals(weights(kept), weights(again));
    assertEquals(10, weights(kept).size());
    assertEquals(kept.tensors().size(), again.tensors().size());
    for (Tensor tensor : kept.tensors()) {
      Quantisation one = tensor.quantisation();
      Quantisation other = again.tensor(tensor.name()).quantisation();
      assertEquals(1, other.scale() / one.scale(), 1e-3, tensor.name());
      assertEquals(one.zeroPoint(), other.zeroPoint(), 1, tensor.name());
    }
  }

  /** The weights of every convolution and fully connected layer. */
  private static ImmutableList<Object> weights(Network network) {
    return network.layers().stream()
        .filter(Layer.Convolution.class::isInstance)
        .map(layer -> ((Layer.Convolution) layer).weights())
        .collect(ImmutableList.toImmutableList());
  }

  @Test
  void noisyArraysAreNearlyAsGoodAndTheTableHasBoth() throws IOException {
    Path dumped = folder.resolve("noisy");
    String printed =
        run(
            "-o",
            folder.resolve("out").toString(),
            "--core",
            "pcm",
            "--calibration",
            EXAMPLE.resolve("calibration.npy").toString(),
            "--images",
            String.valueOf(NOISY_IMAGES),
            "--dump",
            dumped.toString());
    Path exact = folder.resolve("exact");
    String without =
        run(
            "-o",
            folder.resolve("out2").toString(),
            "--images",
            String.valueOf(NOISY_IMAGES),
            "--dump",
            exact.toString());

    double noisy = figure(printed, "classified right, %");
    assertEquals(rightPercent(classes(dumped)), noisy, 0.005);
    assertEquals(
        figure(without, "classified right, %"),
        figure(printed, "classified right with exact sums, %"));
    assertTrue(noisy >= NOISY_RIGHT, printed);
    assertNotEquals(
        NpyFile.read(exact.resolve("logits.npy")), NpyFile.read(dumped.resolve("logits.npy")));
  }
}
