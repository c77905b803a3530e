package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;
import java.util.Optional;

/** A factor per channel goes into the weights of the convolutions and products that read it. */
final class FactorsForward {
  private FactorsForward() {}

  /** {@code graph} without {@code node}, if it only multiplies and only such nodes read it. */
  static Optional<Graph> fold(Graph graph, Node node, ChannelAffine affine) {
    ImmutableList<Node> readers = graph.readers().get(node.output());
    boolean folds =
        !readers.isEmpty()
            && !graph.isOutput(node.output())
            && affine.isFactor()
            && readers.stream().allMatch(reader -> takes(graph, reader, node.output()));
    if (!folds) {
      return Optional.empty();
    }
    Graph result = graph;
    for (Node reader : readers) {
      String weights = reader.name() + "_scaled_weight";
      ImmutableList.Builder<String> inputs = ImmutableList.builder();
      inputs.add(affine.input(), weights);
      inputs.addAll(reader.inputs().subList(2, reader.inputs().size()));
      result =
          result
              .storing(weights, scaled(graph, reader, affine))
              .replacing(reader, reader.withInputs(inputs.build()));
    }
    return Optional.of(result);
  }

  private static boolean takes(Graph graph, Node reader, String value) {
    Stored weights = graph.stored().get(reader.input(1));
    return (reader.is("Conv") || reader.is("Gemm"))
        && reader.input(0).equals(value)
        && weights != null
        && weights.isReal();
  }

  private static Stored scaled(Graph graph, Node reader, ChannelAffine affine) {
    Stored weights = Weights.of(graph, reader);
    int outputs = weights.dims().get(0);
    int fanIn = weights.size() / outputs;
    int inputs = weights.dims().get(1); // of one group
    int groups = reader.is("Conv") ? reader.attributes().integer("group", 1) : 1;
    int kernel = fanIn / inputs;
    return Stored.ofReals(
        weights.dims(),
        i -> {
          int group = i / fanIn / (outputs / groups);
          int channel = group * inputs + i % fanIn / kernel;
          return affine.scale().applyAsDouble(channel) * weights.real(i);
        });
  }
}
