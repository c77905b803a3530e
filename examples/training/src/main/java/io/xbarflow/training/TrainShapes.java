package io.xbarflow.training;

import io.xbarflow.examples.ResidualModel;
import io.xbarflow.examples.shapes.ShapeClass;
import io.xbarflow.examples.shapes.ShapeImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Trains the network of the example {@code shapes} and writes its float ONNX file. */
public final class TrainShapes {
  private static final long SEED = 1;

  private TrainShapes() {}

  /**
   * Trains and writes.
   *
   * @param arguments the file to write, the number of batches, and the noise of weights
   * @throws IOException when the file cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    TrainingOptions options =
        new TrainingOptions(SEED, Integer.parseInt(arguments[1]), Double.parseDouble(arguments[2]));
    Training.Outcome outcome = Training.run(options);
    System.out.printf(
        Locale.ROOT, "right of images never seen: %.2f %%%n", 100 * outcome.accuracy());
    Files.write(
        file,
        ResidualModel.write(
            "shapes",
            "Ten classes of shapes, 20 x 20 pixels; trained by examples/training.",
            ShapeImages.SIZE,
            ShapeClass.values().length,
            outcome.parameters()));
  }
}
