package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The sum over all rows and columns: the mean in steps as many times smaller as there are pixels
 * has the same integers, which the next layer reads with the sum's scale.
 *
 * @param node the operator
 * @param assembly the network that the map belongs to
 * @param input the map
 * @param pixel ONNX shape of the result
 * @param means the means, once the quantisation of the sums is known
 */
record SumOverMap(Node node, Assembly assembly, Stream input, View pixel, Optional<Stream> means)
    implements LayerMaker {
  /** Before the quantisation is known. */
  SumOverMap(Node node, Assembly assembly, Stream input, View pixel) {
    this(node, assembly, input, pixel, Optional.empty());
  }

  /** Values in each sum. */
  int pixels() {
    return input.view().shape().pixels();
  }

  @Override
  public SumOverMap preparedFor(Quantisation to) {
    float scale = to.scale() / pixels();
    if (scale < Float.MIN_NORMAL) {
      throw node.refuse(
          "scale " + to.scale() + " of a sum over " + pixels() + " pixels",
          "a scale whose part for each pixel is a normal float32",
          "Calibrate the quantisation again.");
    }
    Quantisation ofMeans = new Quantisation(scale, to.zeroPoint(), to.signed());
    Stream emitted =
        assembly.emitAs(
            node.name() + "_mean",
            Pooling.meanOfFrame(node, assembly, input),
            pixel,
            node.output() + "_mean",
            ofMeans);
    return new SumOverMap(node, assembly, input, pixel, Optional.of(emitted));
  }

  @Override
  public Layer make(String name, String output, Quantisation to, int clampMin, int clampMax) {
    ImmutableList<Integer> table =
        IntStream.rangeClosed(to.min(), to.max())
            .map(sum -> Math.min(Math.max(sum, clampMin), clampMax))
            .boxed()
            .collect(ImmutableList.toImmutableList());
    return new Layer.Lookup(name, means.map(Stream::tensor).orElse(""), output, table);
  }
}
