package io.xbarflow.sim;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.tensor.Image;
import java.util.Optional;

/**
 * How far a layer's output is from that of the network with exact sums. Differences of earlier
 * layers are in it: both networks begin with the same images, not the layer.
 *
 * @param layer name of the layer
 * @param core type of its core; absent for layers that are no convolutions
 * @param values values compared
 * @param equal fraction of them that are equal
 * @param rms root of the mean square of the differences, in steps of the output's quantisation
 * @param greatest the greatest magnitude of a difference, in these steps
 * @param signalToNoiseDb the exact values' power over that of the differences; absent when there
 *     are no differences, or no signal
 */
public record Deviation(
    String layer,
    Optional<String> core,
    long values,
    double equal,
    double rms,
    int greatest,
    Optional<Double> signalToNoiseDb) {

  /** Sums over the images of one layer. */
  static final class Sum {
    private final String layer;
    private final Optional<String> core;
    private final int zeroPoint;
    private long values;
    private long same;
    private long signal;
    private long noise;
    private int greatest;

    Sum(String layer, Optional<String> core, int zeroPoint) {
      this.layer = layer;
      this.core = core;
      this.zeroPoint = zeroPoint;
    }

    /** Takes an output and the exact one into account. */
    void add(Image actual, Image exact) {
      int[] a = actual.toArray();
      int[] e = exact.toArray();
      checkArgument(a.length == e.length, "%s and %s", actual, exact);
      values += a.length;
      for (int i = 0; i < a.length; i++) {
        int difference = a[i] - e[i];
        int real = e[i] - zeroPoint;
        same += difference == 0 ? 1 : 0;
        signal += (long) real * real;
        noise += (long) difference * difference;
        greatest = Math.max(greatest, Math.abs(difference));
      }
    }

    Deviation deviation() {
      boolean finite = signal > 0 && noise > 0;
      return new Deviation(
          layer,
          core,
          values,
          (double) same / values,
          Math.sqrt((double) noise / values),
          greatest,
          finite ? Optional.of(10 * Math.log10((double) signal / noise)) : Optional.empty());
    }
  }
}
