package io.xbarflow.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.examples.ResidualNetwork;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@link ResidualNetwork} with its parameters, as PyTorch computes it.
 *
 * <p>While it is trained every weight may be disturbed by a fresh normal random number in
 * proportion to the greatest weight of its output channel, which is what an analog array programs
 * as its greatest conductance. Source: V. Joshi et al., "Accurate deep neural network inference
 * using computational phase-change memory", Nature Communications 11:2473 (2020).
 */
final class TrainedNetwork {
  /** Part of the running mean that each batch leaves. */
  private static final float KEPT = 0.9f;

  private static final float EPSILON = 1e-5f;
  private static final int ONE_IMAGE = 1;

  private final NDManager manager;
  private final int classes;

  /** Those that gradients change. */
  private final Map<String, NDArray> learned = new LinkedHashMap<>();

  /** Means and variances that batch normalisation gathers. */
  private final Map<String, NDArray> gathered = new LinkedHashMap<>();

  /** Makes the parameters, weights at random from the engine's seed. */
  TrainedNetwork(NDManager manager, int size, int classes) {
    this.manager = manager;
    this.classes = classes;
    try (NDManager scratch = manager.newSubManager()) {
      NDArray image = scratch.zeros(new Shape(ONE_IMAGE, 1, size, size));
      ResidualNetwork.build(new Pass(scratch, true, 0), image, classes);
    }
  }

  /** The parameters that gradients change, by name. */
  ImmutableMap<String, NDArray> learned() {
    return ImmutableMap.copyOf(learned);
  }

  /**
   * The logits of {@code images}, [images, 1, rows, columns], with weights disturbed by {@code
   * noise} times the greatest of their channel.
   */
  NDArray train(NDArray images, double noise) {
    return ResidualNetwork.build(new Pass(images.getManager(), true, noise), images, classes);
  }

  /** The logits of {@code images} with the statistics gathered and weights as they are. */
  NDArray infer(NDArray images) {
    return ResidualNetwork.build(new Pass(images.getManager(), false, 0), images, classes);
  }

  /** A copy of all parameters. */
  ImmutableMap<String, ImageBatch> parameters() {
    ImmutableMap.Builder<String, ImageBatch> copies = ImmutableMap.builder();
    learned.forEach((name, array) -> copies.put(name, copy(array)));
    gathered.forEach((name, array) -> copies.put(name, copy(array)));
    return copies.buildOrThrow();
  }

  private static ImageBatch copy(NDArray array) {
    ImmutableList<Integer> shape =
        Arrays.stream(array.getShape().getShape())
            .mapToObj(Math::toIntExact)
            .collect(ImmutableList.toImmutableList());
    return ImageBatch.ofFloats(shape, array.toFloatArray());
  }

  /** One run through the network; the first one makes the parameters. */
  private final class Pass implements ResidualNetwork.Operators<NDArray> {
    private final NDManager scratch;
    private final boolean training;
    private final double noise;

    Pass(NDManager scratch, boolean training, double noise) {
      this.scratch = scratch;
      this.training = training;
      this.noise = noise;
    }

    @Override
    public NDArray convolution(String name, NDArray input, ResidualNetwork.Geometry geometry) {
      int kernel = geometry.kernel();
      Shape extents = new Shape(geometry.outputs(), geometry.inputs(), kernel, kernel);
      NDArray weight = weight(name, extents, geometry.inputs() * kernel * kernel);
      int stride = geometry.stride();
      int padding = geometry.padding();
      NDArray sums =
          Conv2d.conv2d(input, weight, null, new Shape(stride, stride), new Shape(padding, padding))
              .singletonOrThrow();
      Shape channels = new Shape(geometry.outputs());
      return BatchNorm.batchNorm(
              sums,
              gathered.computeIfAbsent(name + ".mean", unused -> manager.zeros(channels)),
              gathered.computeIfAbsent(name + ".variance", unused -> manager.ones(channels)),
              constant(name + ".gamma", manager.ones(channels)),
              constant(name + ".beta", manager.zeros(channels)),
              1,
              KEPT,
              EPSILON,
              training)
          .singletonOrThrow();
    }

    /** Weights whose products with {@code fanIn} values of variance 1/2 sum to a variance of 1. */
    private NDArray weight(String name, Shape shape, int fanIn) {
      String key = name + ".weight";
      if (!learned.containsKey(key)) {
        float deviation = (float) Math.sqrt(2.0 / fanIn);
        add(key, manager.randomNormal(0, deviation, shape, DataType.FLOAT32));
      }
      NDArray weight = learned.get(key);
      if (noise == 0) {
        return weight;
      }
      long channels = shape.get(0);
      NDArray rows = weight.reshape(channels, -1);
      NDArray greatest = rows.stopGradient().abs().max(new int[] {1}, true);
      NDArray random = scratch.randomNormal(0, (float) noise, rows.getShape(), DataType.FLOAT32);
      return rows.add(random.mul(greatest)).reshape(shape);
    }

    private NDArray constant(String name, NDArray first) {
      if (learned.containsKey(name)) {
        first.close();
      } else {
        add(name, first);
      }
      return learned.get(name);
    }

    private void add(String name, NDArray first) {
      first.setRequiresGradient(true);
      learned.put(name, first);
    }

    @Override
    public NDArray relu(String name, NDArray input) {
      return input.getNDArrayInternal().relu();
    }

    @Override
    public NDArray add(String name, NDArray one, NDArray other) {
      return one.add(other);
    }

    @Override
    public NDArray mean(String name, NDArray input) {
      return input.flatten(2, 3).mean(new int[] {2});
    }

    @Override
    public NDArray fullyConnected(String name, NDArray input, int inputs, int outputs) {
      NDArray weight = weight(name, new Shape(outputs, inputs), inputs);
      NDArray bias = constant(name + ".bias", manager.zeros(new Shape(outputs)));
      NDList result = Linear.linear(input, weight, bias);
      return result.singletonOrThrow();
    }
  }
}
