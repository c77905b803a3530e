package io.xbarflow.sim.campaign;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Quantisation;
import java.util.ArrayList;
import java.util.List;

/**
 * A quantised feature map of a graph that grows.
 *
 * @param name ONNX value
 * @param layout what the dimensions run over
 * @param dims dimensions of one image
 * @param quantisation what the values mean
 */
record FeatureMap(
    String name, Layout layout, ImmutableList<Integer> dims, Quantisation quantisation) {

  /** What dimensions run over. */
  enum Layout {
    /** Channels, then columns or rows and columns. */
    MAP,
    /** Channels only. */
    VECTOR,
    /** A map of several pixels in one dimension. */
    FLAT,
    /** Rows of vectors, channels last. */
    ROWS,
    /** Rows, columns, channels. */
    LAST
  }

  int size() {
    return dims.stream().reduce(1, (a, b) -> a * b);
  }

  /** The dimension of the channels. */
  int channelDimension() {
    return layout == Layout.ROWS || layout == Layout.LAST ? dims.size() - 1 : 0;
  }

  int channels() {
    return dims.get(channelDimension());
  }

  boolean isMap() {
    return layout == Layout.MAP;
  }

  boolean signed() {
    return quantisation.signed();
  }

  /** Number of dimensions with the batch. */
  int rank() {
    return dims.size() + 1;
  }

  /** The extents of rows and columns. */
  List<Integer> spatial() {
    return dims.subList(1, dims.size());
  }

  FeatureMap with(Quantisation other) {
    return new FeatureMap(name, layout, dims, other);
  }

  FeatureMap with(Layout otherLayout, List<Integer> otherDims) {
    return new FeatureMap(name, otherLayout, ImmutableList.copyOf(otherDims), quantisation);
  }

  FeatureMap named(String other) {
    return new FeatureMap(other, layout, dims, quantisation);
  }

  /** With {@code extent} in dimension {@code index}. */
  FeatureMap withExtent(int index, int extent) {
    List<Integer> other = new ArrayList<>(dims);
    other.set(index, extent);
    return with(layout, other);
  }

  /** A map of {@code channels} and {@code spatial} extents. */
  FeatureMap withMap(int channels, List<Integer> spatial) {
    List<Integer> other = new ArrayList<>(List.of(channels));
    other.addAll(spatial);
    return with(Layout.MAP, other);
  }

  /** The smallest real value. */
  double low() {
    return (double) quantisation.scale() * (quantisation.min() - quantisation.zeroPoint());
  }

  /** The greatest real value. */
  double high() {
    return (double) quantisation.scale() * (quantisation.max() - quantisation.zeroPoint());
  }
}
