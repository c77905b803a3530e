package io.xbarflow.sim.golden;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;

/** QLinearConv, QLinearMatMul and QGemm: int32 accumulation, float32 requantisation. */
final class ConvolutionOperator implements Operator {
  private final int zeroPoint;
  private final int outputSize;
  private final ConvolutionMethod method;

  ConvolutionOperator(Layer.Convolution layer, Tensor input, Tensor output) {
    this(layer, input, output, Method.best(layer, output.shape()));
  }

  ConvolutionOperator(Layer.Convolution layer, Tensor input, Tensor output, Method method) {
    zeroPoint = input.quantisation().zeroPoint();
    outputSize = output.shape().size();
    Unfolding unfolding = new Unfolding(layer.window(), input.shape(), output.shape());
    Requantiser requantiser = new Requantiser(layer, input, output);
    this.method =
        switch (method) {
          case PIXELS -> new PixelRows(layer, unfolding, requantiser);
          case CHANNELS -> new ChannelRows(layer, unfolding, requantiser);
          case WINOGRAD_TILES, WINOGRAD_CHANNELS ->
              new Winograd(
                  layer, input, output.shape(), method == Method.WINOGRAD_TILES, requantiser);
        };
  }

  /** The ways to compute a convolution. */
  enum Method {
    /** {@link PixelRows}: any convolution. */
    PIXELS,
    /** {@link ChannelRows}: one group. */
    CHANNELS,
    /** {@link Winograd} with vectors of tiles: one group, 3x3, stride 1, no dilation. */
    WINOGRAD_TILES,
    /** {@link Winograd} with vectors of channels. */
    WINOGRAD_CHANNELS;

    /** Images that are computed together, about; more of them make longer vectors of pixels. */
    private static final int IMAGES = 4;

    /** Fewer channels than this do not repay Winograd's transformations. */
    private static final int WINOGRAD_CHANNELS_LEAST = 16;

    private static Method best(Layer.Convolution layer, Shape output) {
      int outputs = layer.outputChannels();
      if (layer.groups() > 1) {
        return PIXELS;
      }
      if (Winograd.computes(layer)
          && output.height() >= Winograd.TILE
          && output.width() >= Winograd.TILE
          && Math.min(outputs, layer.inputChannels()) >= WINOGRAD_CHANNELS_LEAST) {
        return IMAGES * Winograd.tiles(output) >= outputs ? WINOGRAD_TILES : WINOGRAD_CHANNELS;
      }
      return IMAGES * output.pixels() >= outputs ? PIXELS : CHANNELS;
    }
  }

  @Override
  public int[] apply(int[][] operands) {
    return apply(new int[][][] {operands}, Workers.CALLER)[0];
  }

  @Override
  public int[][] apply(int[][][] images, Workers workers) {
    int[][] x = new int[images.length][];
    int[][] y = new int[images.length][];
    for (int image = 0; image < images.length; image++) {
      x[image] = zeroPoint == 0 ? images[image][0] : centred(images[image][0]);
      y[image] = new int[outputSize];
    }
    method.apply(x, y, workers);
    return y;
  }

  private int[] centred(int[] x) {
    int[] centred = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      centred[i] = x[i] - zeroPoint;
    }
    return centred;
  }
}
