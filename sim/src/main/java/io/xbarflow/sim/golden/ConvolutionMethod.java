package io.xbarflow.sim.golden;

/** A way to compute a convolution. All give the same bytes. */
interface ConvolutionMethod {
  /**
   * Computes the output maps of some images.
   *
   * @param x the input maps, zero point taken out; not modified
   * @param y the output maps, to be written
   */
  void apply(int[][] x, int[][] y, Workers workers);
}
