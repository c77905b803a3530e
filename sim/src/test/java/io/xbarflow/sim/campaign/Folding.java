package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;

import io.xbarflow.sim.onnx.OnnxModel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What stands behind a product in QDQ form and folds into it: a factor and whole steps for each
 * output. The steps are chosen so that no bias is rounded.
 *
 * @param kind the operator that multiplies
 * @param constants its operand: one value, or one of each output
 * @param steps what is added behind, in steps of input scale * weight scale * factor; may be empty
 */
record Folding(Kind kind, float[] constants, long[] steps) {
  private static final float VARIANCE = 1.75f;
  private static final float EPSILON = 0.5f;
  private static final int MOST_STEPS = 5000;

  /** Operators that multiply. */
  enum Kind {
    NONE,
    MUL,
    DIV,
    BATCH_NORMALIZATION
  }

  /** A folding behind {@code weights} with a result like {@code like}. */
  static Folding draw(Walk walk, Weights weights, FeatureMap like) {
    Choices choices = walk.choices();
    boolean rows = like.layout() == FeatureMap.Layout.ROWS;
    Kind kind =
        choices.of(
            Kind.NONE,
            Kind.NONE,
            Kind.NONE,
            Kind.NONE,
            Kind.NONE,
            Kind.MUL,
            Kind.DIV,
            rows ? Kind.MUL : Kind.BATCH_NORMALIZATION);
    boolean may = weights.mayHaveScales(walk);
    boolean each = kind == Kind.BATCH_NORMALIZATION || (choices.flag(60) && may);
    if (kind == Kind.NONE || (each && !may)) {
      return new Folding(Kind.NONE, new float[0], new long[0]);
    }
    Random random = walk.contents();
    float[] constants = new float[each ? weights.outputs() : 1];
    for (int i = 0; i < constants.length; i++) {
      double value = Math.exp(random.nextGaussian() / 2);
      boolean negative = random.nextInt(3) == 0 && weights.canBeNegated(walk);
      constants[i] = (float) (negative ? -value : value);
    }
    boolean adds = !rows && (kind == Kind.BATCH_NORMALIZATION || choices.flag(50));
    long[] steps = new long[adds ? weights.outputs() : 0];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = random.nextInt(-MOST_STEPS, MOST_STEPS + 1);
    }
    walk.note("folded " + kind + (each ? " per channel" : ""));
    return new Folding(kind, constants, steps);
  }

  /** The factor of {@code output}. */
  private double factor(int output) {
    double constant = constants[constants.length == 1 ? 0 : output];
    return switch (kind) {
      case NONE -> 1;
      case MUL -> constant;
      case DIV -> 1 / constant;
      case BATCH_NORMALIZATION -> constant / Math.sqrt((double) VARIANCE + EPSILON);
    };
  }

  /** {@code weights} with the factors in their scales and signs. */
  Weights weights(Weights weights) {
    if (kind == Kind.NONE) {
      return weights;
    }
    double[] factors = new double[constants.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = factor(i);
    }
    return weights.times(factors);
  }

  /** The int32 bias of the folded product. */
  long[] bias(long[] bias, int outputs) {
    if (kind == Kind.NONE || (bias.length == 0 && steps.length == 0)) {
      return bias;
    }
    long[] folded = new long[outputs];
    for (int i = 0; i < outputs; i++) {
      long own = bias.length == 0 ? 0 : bias[i];
      folded[i] = (factor(i) < 0 ? -own : own) + (steps.length == 0 ? 0 : steps[i]);
    }
    return folded;
  }

  /**
   * Writes the operators behind {@code product}.
   *
   * @param like the result
   * @param scales input scale times weight scale
   */
  String write(Walk walk, String product, FeatureMap like, float[] scales) {
    if (kind == Kind.NONE) {
      return product;
    }
    float[] summands = new float[steps.length];
    for (int i = 0; i < summands.length; i++) {
      double step = (double) scales[scales.length == 1 ? 0 : i] * Math.abs(factor(i));
      summands[i] = (float) (steps[i] * step);
    }
    if (kind == Kind.BATCH_NORMALIZATION) {
      long[] dims = {summands.length};
      float[] variances = new float[summands.length];
      Arrays.fill(variances, VARIANCE);
      return walk.node(
          "BatchNormalization",
          List.of(
              product,
              walk.stored(OnnxModel.reals(dims, constants)),
              walk.stored(OnnxModel.reals(dims, summands)),
              walk.stored(OnnxModel.reals(dims, new float[summands.length])),
              walk.stored(OnnxModel.reals(dims, variances))),
          attribute("epsilon", EPSILON));
    }
    String multiplied =
        walk.node(
            kind == Kind.MUL ? "Mul" : "Div", List.of(product, operand(walk, constants, like)));
    return summands.length == 0
        ? multiplied
        : walk.node("Add", List.of(multiplied, operand(walk, summands, like)));
  }

  private static String operand(Walk walk, float[] values, FeatureMap like) {
    return walk.stored(
        OnnxModel.reals(values.length == 1 ? new long[0] : dims(like, values.length), values));
  }

  /** Dimensions of one value of each channel of {@code like}. */
  static long[] dims(FeatureMap like, int channels) {
    long[] dims = new long[like.dims().size()];
    Arrays.fill(dims, 1);
    dims[like.channelDimension()] = channels;
    return dims;
  }
}
