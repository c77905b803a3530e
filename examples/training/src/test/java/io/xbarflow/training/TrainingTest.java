package io.xbarflow.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.examples.ResidualModel;
import io.xbarflow.examples.shapes.ShapeImages;
import java.nio.FloatBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Training learns, repeats itself, and hands out what it has learned. */
final class TrainingTest {
  private static final int CLASSES = 10;

  /** Images whose two greatest logits may lie so close that rounding decides. */
  private static final double UNDECIDED = 3.0 / 5000;

  private static Training.Outcome train(int steps, double noise) {
    return Training.run(new TrainingOptions(1, steps, noise));
  }

  @Test
  void learns() {
    double accuracy = train(200, 0.05).accuracy();
    assertTrue(accuracy > 0.3, "accuracy " + accuracy);
  }

  @Test
  void theSameOptionsGiveTheSameNetwork() {
    assertEquals(train(4, 0.05), train(4, 0.05));
    assertNotEquals(train(4, 0.05).parameters(), train(4, 0).parameters());
    assertNotEquals(
        train(4, 0.05).parameters(), Training.run(new TrainingOptions(2, 4, 0.05)).parameters());
  }

  @Test
  void onnxRuntimeComputesWhatWasTrained() throws OrtException {
    Training.Outcome outcome = train(60, 0.05);
    byte[] model =
        ResidualModel.write("shapes", "", ShapeImages.SIZE, CLASSES, outcome.parameters());
    int right = 0;
    int images = 0;
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(model)) {
      for (int batch = 0; batch < Training.JUDGED_BATCHES; batch++) {
        ShapeImages judged = Training.judged(batch);
        float[][] logits = logits(environment, session, judged.images());
        for (int image = 0; image < logits.length; image++) {
          right += greatest(logits[image]) == judged.labels().get(image) ? 1 : 0;
          images++;
        }
      }
    }
    assertEquals((double) right / images, outcome.accuracy(), UNDECIDED);
    assertTrue(outcome.accuracy() > 0.11, "no better than chance: " + outcome.accuracy());
  }

  private static float[][] logits(OrtEnvironment environment, OrtSession session, ImageBatch images)
      throws OrtException {
    FloatBuffer values = FloatBuffer.allocate(images.size());
    for (int i = 0; i < images.size(); i++) {
      values.put(images.get(i));
    }
    long[] shape = images.shape().stream().mapToLong(extent -> extent).toArray();
    try (OnnxTensor input = OnnxTensor.createTensor(environment, values.flip(), shape);
        OrtSession.Result result = session.run(Map.of("image", input))) {
      return (float[][]) result.get(0).getValue();
    }
  }

  private static int greatest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new TrainingOptions(1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new TrainingOptions(1, 1, -0.1));
    assertThrows(IllegalArgumentException.class, () -> new TrainingOptions(1, 1, Double.NaN));
  }
}
