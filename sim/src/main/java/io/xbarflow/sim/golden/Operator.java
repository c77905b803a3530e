package io.xbarflow.sim.golden;

import java.util.function.IntConsumer;

/** What one layer computes. */
@FunctionalInterface
interface Operator {
  /**
   * The layer's output for one image.
   *
   * @param operands quantised values of every input tensor, channels, rows, columns; not modified
   * @return quantised values of the output tensor, in the same order
   */
  int[] apply(int[][] operands);

  /**
   * The layer's output for several images.
   *
   * @param images the operands of every image
   * @return the output of every image
   */
  default int[][] apply(int[][][] images, Workers workers) {
    int[][] outputs = new int[images.length][];
    IntConsumer each = image -> outputs[image] = apply(images[image]);
    workers.share(images.length, () -> each);
    return outputs;
  }

  /**
   * The layer's output for several images that follow each other in the stream.
   *
   * @param images the operands of every image
   * @param first number of the first image, counted from reset
   * @return the output of every image
   */
  default int[][] apply(int[][][] images, long first, Workers workers) {
    return apply(images, workers);
  }
}
