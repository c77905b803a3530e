package io.xbarflow.examples;

/**
 * A residual network for small images, told once for all who build it: training, and the ONNX file.
 *
 * <p>A 3x3 convolution of 16 channels; three blocks of two 3x3 convolutions, of 16, 32 and 64
 * channels, around an identity or a 1x1 projection, the last two with stride 2; the mean of every
 * channel; a fully connected layer. Batch normalisation behind every convolution. This is the shape
 * of ResNet-8 in MLPerf Tiny, which is the smallest of the networks in section 4.2 of He et al.,
 * "Deep Residual Learning for Image Recognition", CVPR 2016, with a projection where the size
 * changes.
 */
public final class ResidualNetwork {
  private ResidualNetwork() {}

  /**
   * Who builds the network.
   *
   * @param <T> what stands for a feature map
   */
  public interface Operators<T> {
    /**
     * A convolution without bias, padded to keep the map's size but for the stride, and a batch
     * normalisation.
     */
    T convolution(String name, T input, Geometry geometry);

    /** The greater of 0 and {@code input}. */
    T relu(String name, T input);

    /** The sum of two maps. */
    T add(String name, T one, T other);

    /** The mean of each channel, a vector. */
    T mean(String name, T input);

    /** A fully connected layer with bias. */
    T fullyConnected(String name, T input, int inputs, int outputs);
  }

  /**
   * Extents of a convolution.
   *
   * @param inputs channels in
   * @param outputs channels out
   * @param kernel rows and columns, odd
   * @param stride in both directions
   */
  public record Geometry(int inputs, int outputs, int kernel, int stride) {
    /** Rows and columns of zeros on each side. */
    public int padding() {
      return kernel / 2;
    }
  }

  /** Lets {@code operators} build the network of {@code classes} classes behind {@code image}. */
  public static <T> T build(Operators<T> operators, T image, int classes) {
    T stem =
        operators.relu(
            "stem_relu", operators.convolution("stem_conv", image, new Geometry(1, 16, 3, 1)));
    T first = block(operators, "block1", stem, 16, 16);
    T second = block(operators, "block2", first, 16, 32);
    T third = block(operators, "block3", second, 32, 64);
    return operators.fullyConnected("classify", operators.mean("mean", third), 64, classes);
  }

  private static <T> T block(
      Operators<T> operators, String name, T input, int inputs, int outputs) {
    int stride = outputs == inputs ? 1 : 2;
    T first =
        operators.relu(
            name + "_relu1",
            operators.convolution(
                name + "_conv1", input, new Geometry(inputs, outputs, 3, stride)));
    T second = operators.convolution(name + "_conv2", first, new Geometry(outputs, outputs, 3, 1));
    T around =
        stride == 1
            ? input
            : operators.convolution(
                name + "_projection", input, new Geometry(inputs, outputs, 1, stride));
    return operators.relu(name + "_relu2", operators.add(name + "_add", second, around));
  }
}
