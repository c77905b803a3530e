package io.xbarflow.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Ints;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.examples.shapes.ShapeClass;
import io.xbarflow.examples.shapes.ShapeImages;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Trains a network on images that are drawn as they are needed, none of them twice: stochastic
 * gradient descent with momentum, the learning rate rising to its greatest over the first steps and
 * falling to 0 along a cosine.
 */
final class Training {
  private static final int BATCH = 100;
  private static final double MOMENTUM = 0.9;

  /** Part of every weight that a step of rate 1 takes away. */
  private static final double DECAY = 5e-4;

  private static final double GREATEST_RATE = 0.1;
  private static final int WARM_UP = 100;
  private static final int STEPS_A_LINE = 100;

  /** Images that only count how good the network has become: batches, and the first one's seed. */
  static final int JUDGED_BATCHES = 50;

  private static final long JUDGED_SEED = 1L << 62;

  private static final int CLASSES = ShapeClass.values().length;

  private final NDManager manager;
  private final TrainedNetwork network;
  private final TrainingOptions options;
  private final Map<String, NDArray> velocities = new LinkedHashMap<>();

  private Training(NDManager manager, TrainingOptions options) {
    this.manager = manager;
    this.options = options;
    Engine.getInstance().setRandomSeed(Ints.saturatedCast(options.seed()));
    network = new TrainedNetwork(manager, ShapeImages.SIZE, CLASSES);
    network
        .learned()
        .forEach((name, array) -> velocities.put(name, manager.zeros(array.getShape())));
  }

  /**
   * The outcome.
   *
   * @param parameters by name, as {@code ResidualModel} wants them
   * @param accuracy fraction of images never seen in training that are classified right
   */
  record Outcome(ImmutableMap<String, ImageBatch> parameters, double accuracy) {}

  /** Trains as {@code options} say. */
  static Outcome run(TrainingOptions options) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Training training = new Training(manager, options);
      training.train();
      return new Outcome(training.network.parameters(), training.accuracy());
    }
  }

  private void train() {
    double loss = 0;
    int right = 0;
    for (int step = 0; step < options.steps(); step++) {
      ShapeImages batch = ShapeImages.draw(BATCH, options.imageSeed(step));
      try (NDManager scratch = manager.newSubManager()) {
        NDArray images = array(scratch, batch.images());
        NDArray labels = scratch.create(Ints.toArray(batch.labels())).toType(DataType.INT64, false);
        try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
          NDArray logits = network.train(images, options.weightNoise());
          NDArray likelihoods = logits.logSoftmax(1);
          NDArray mean = likelihoods.mul(labels.oneHot(CLASSES)).sum().div(-BATCH);
          gradients.backward(mean);
          loss += mean.getFloat();
          right += right(logits, batch);
        }
        descend(rate(step), scratch);
      }
      if ((step + 1) % STEPS_A_LINE == 0) {
        System.out.printf(
            Locale.ROOT,
            "step %d: loss %.4f, right %.2f %%%n",
            step + 1,
            loss / STEPS_A_LINE,
            100.0 * right / (STEPS_A_LINE * BATCH));
        loss = 0;
        right = 0;
      }
    }
  }

  private double rate(int step) {
    double warm = Math.min(1, (step + 1.0) / WARM_UP);
    return GREATEST_RATE * warm * 0.5 * (1 + Math.cos(Math.PI * step / options.steps()));
  }

  private void descend(double rate, NDManager scratch) {
    network
        .learned()
        .forEach(
            (name, parameter) -> {
              NDArray gradient = parameter.getGradient();
              gradient.attach(scratch);
              NDArray velocity = velocities.get(name);
              velocity.muli(MOMENTUM).addi(gradient);
              if (name.endsWith(".weight")) {
                NDArray values = parameter.stopGradient();
                values.attach(scratch);
                velocity.addi(values.mul(DECAY));
              }
              NDArray move = velocity.mul(rate);
              move.attach(scratch);
              parameter.subi(move);
              // The engine adds to what is there.
              gradient.subi(gradient);
            });
  }

  /** Batch {@code batch} of the images that only count how good the network has become. */
  static ShapeImages judged(int batch) {
    return ShapeImages.draw(BATCH, JUDGED_SEED + batch);
  }

  private double accuracy() {
    int right = 0;
    for (int batch = 0; batch < JUDGED_BATCHES; batch++) {
      ShapeImages images = judged(batch);
      try (NDManager scratch = manager.newSubManager()) {
        right += right(network.infer(array(scratch, images.images())), images);
      }
    }
    return right / (double) (JUDGED_BATCHES * BATCH);
  }

  private static int right(NDArray logits, ShapeImages batch) {
    float[] values = logits.toFloatArray();
    int right = 0;
    for (int image = 0; image < batch.labels().size(); image++) {
      int best = 0;
      for (int i = 1; i < CLASSES; i++) {
        best = values[(image * CLASSES) + i] > values[(image * CLASSES) + best] ? i : best;
      }
      right += best == batch.labels().get(image) ? 1 : 0;
    }
    return right;
  }

  private static NDArray array(NDManager manager, ImageBatch batch) {
    float[] values = new float[batch.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = batch.get(i);
    }
    return manager.create(values, new Shape(batch.shape().stream().mapToLong(n -> n).toArray()));
  }
}
