package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Stream;
import java.math.BigDecimal;

/**
 * A convolution or matrix product whose output quantisation is not known yet, with an affine
 * function of each channel behind it: its bias, and what is folded into it.
 *
 * <p>Source: docs/adr/0049-folding-into-convolutions.md.
 *
 * @param node the convolution or product
 * @param assembly where notes and memory are kept
 * @param input what it reads
 * @param window kernel
 * @param groups channel groups
 * @param weights stored weights, zero point taken out
 * @param weightScales one, or one per output channel
 * @param least least sum of every output channel, without bias
 * @param greatest greatest sum of every output channel, without bias
 * @param affine what stands behind the sums
 */
record ProductLayer(
    Node node,
    Assembly assembly,
    Stream input,
    Window window,
    int groups,
    Int8Array weights,
    ImmutableList<Float> weightScales,
    ImmutableLongArray least,
    ImmutableLongArray greatest,
    ChannelAffine affine)
    implements LayerMaker {

  /** Steps of the output by which weights that had to be rounded may move a result. */
  private static final double MOST_WEIGHT_ERROR = 0.5;

  /** Steps of the output that are nothing beside the roundings of float32 itself. */
  private static final double NO_ERROR = 0x1p-20;

  /** The product with {@code other} behind its sums. */
  ProductLayer with(ChannelAffine other) {
    return new ProductLayer(
        node, assembly, input, window, groups, weights, weightScales, least, greatest, other);
  }

  /** The product with stored values added to its results. */
  ProductLayer plus(ChannelAddend addend) {
    double[] steps = new double[outputs()];
    for (int channel = 0; channel < steps.length; channel++) {
      steps[channel] = (double) from().scale() * weightScale(channel);
    }
    assembly.take(node.where(), outputs(), ChannelAffine.BYTES + Double.BYTES);
    return with(addend.addedTo(affine, steps));
  }

  int outputs() {
    return least.length();
  }

  private Quantisation from() {
    return assembly.quantisation(input);
  }

  private float weightScale(int channel) {
    return weightScales.get(weightScales.size() == 1 ? 0 : channel);
  }

  private ChannelFit fit(int channel, Quantisation to) {
    return ChannelFit.of(
        from().scale(),
        weightScale(channel),
        affine,
        channel,
        least.get(channel),
        greatest.get(channel),
        to);
  }

  /** Notes what is folded and rounded, once, before the layer is made. */
  @Override
  public LayerMaker preparedFor(Quantisation to) {
    double biasError = 0;
    double weightError = 0;
    boolean wraps = false;
    for (int channel = 0; channel < outputs(); channel++) {
      ChannelFit fit = fit(channel, to);
      biasError = Math.max(biasError, fit.biasError() / to.scale());
      weightError = Math.max(weightError, weightError(channel, fit, to));
      wraps |= wraps(channel, fit);
    }
    if (wraps) {
      assembly.note(
          node,
          "sums with its bias can leave int32; they wrap around, as in ONNX Runtime's integer"
              + " kernels");
    }
    if (affine.scales()) {
      assembly.note(
          node,
          "factors behind it are folded into its weight scales and bias; where ONNX Runtime"
              + " computes them in float32, a result at a rounding tie can be the next value");
    }
    if (biasError + weightError > NO_ERROR) {
      assembly.note(
          node,
          (weightError > 0 ? "weights and bias are" : "its bias is")
              + " rounded to steps of input scale * weight scale, which moves results by less than "
              + powerOfTenAbove(biasError + weightError)
              + " steps of the output");
    }
    return this;
  }

  private static String powerOfTenAbove(double value) {
    int exponent = (int) Math.floor(Math.log10(value)) + 1;
    return BigDecimal.ONE.scaleByPowerOfTen(exponent).toPlainString();
  }

  /** By how many steps of the output the weights of {@code fit} may move a result. */
  private double weightError(int channel, ChannelFit fit, Quantisation to) {
    if (fit.weightFactor() == 1) {
      return 0;
    }
    int perOutput = weights.length() / outputs();
    double sum = 0;
    for (int i = channel * perOutput; i < (channel + 1) * perOutput; i++) {
      sum += fit.weightError(weights.get(i));
    }
    return sum * ResultRange.greatest(from()) / to.scale();
  }

  @Override
  public Layer make(String name, String output, Quantisation to, int clampMin, int clampMax) {
    assembly.take(node.where(), outputs(), 2 * Constant.BOXED_BYTES);
    ImmutableList.Builder<Integer> biases = ImmutableList.builder();
    ImmutableList.Builder<Float> scales = ImmutableList.builder();
    boolean sameWeights = true;
    for (int channel = 0; channel < outputs(); channel++) {
      ChannelFit fit = fit(channel, to);
      requireWeights(channel, fit, to);
      requireNormal(channel, fit.weightScale(), to);
      biases.add((int) fit.bias());
      scales.add(fit.weightScale());
      sameWeights &= fit.weightFactor() == 1;
    }
    ImmutableList<Float> all = scales.build();
    boolean oneScale = weightScales.size() == 1 && all.stream().distinct().count() == 1;
    return new Layer.Convolution(
        name,
        input.tensor(),
        output,
        window,
        groups,
        sameWeights ? weights : fittedWeights(to),
        oneScale ? all.subList(0, 1) : all,
        biases.build(),
        clampMin,
        clampMax);
  }

  private Int8Array fittedWeights(Quantisation to) {
    assembly.take(node.where(), weights.length(), Byte.BYTES);
    int perOutput = weights.length() / outputs();
    Int8Array.Builder fitted = Int8Array.builder(weights.length());
    for (int channel = 0; channel < outputs(); channel++) {
      ChannelFit fit = fit(channel, to);
      for (int i = channel * perOutput; i < (channel + 1) * perOutput; i++) {
        fitted.add(fit.weight(weights.get(i)));
      }
    }
    return fitted.build();
  }

  /** Whether sums of {@code channel} can leave int32, where they wrap around. */
  private boolean wraps(int channel, ChannelFit fit) {
    return fit.weightFactor() == 1
        && (fit.bias() + least.get(channel) < Integer.MIN_VALUE
            || fit.bias() + greatest.get(channel) > Integer.MAX_VALUE);
  }

  private void requireWeights(int channel, ChannelFit fit, Quantisation to) {
    double error = weightError(channel, fit, to);
    if (error <= MOST_WEIGHT_ERROR) {
      return;
    }
    if (fit.weightFactor() == -1) {
      throw node.refuse(
          "weight -128 of output channel " + channel + ", which a folded negative factor negates",
          "weights from -127 to 127 before a negative factor",
          "Quantise the weights symmetrically, to the range from -127 to 127.");
    }
    throw node.refuse(
        "bias "
            + affine.offset(channel)
            + " of output channel "
            + channel
            + ", beyond 32 bits in steps of input scale * weight scale",
        "a bias that fits int32, or weights so small that they can be rounded",
        "Calibrate the weights of this channel again, with a greater scale.");
  }

  /** Refuses scales whose requantisation float32 does not hold. */
  private void requireNormal(int channel, float weightScale, Quantisation to) {
    float scale = from().scale() * weightScale / to.scale();
    if (!(scale >= Float.MIN_NORMAL) || !Float.isFinite(scale)) {
      throw node.refuse(
          "requantisation scale "
              + from().scale()
              + " * "
              + weightScale
              + " / "
              + to.scale()
              + " = "
              + scale
              + (weightScales.size() > 1 ? " in output channel " + channel : ""),
          "a normal float32",
          scale < Float.MIN_NORMAL
              ? "A weight scale as small as that is one of a dead channel, whose weights are all 0:"
                  + " prune the channel, or give it another channel's scale and its bias in it."
              : "Calibrate the quantisation again.");
    }
  }
}
