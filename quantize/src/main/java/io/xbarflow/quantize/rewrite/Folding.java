package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.FunctionClusters;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import io.xbarflow.quantize.graph.Stored;
import java.util.Collections;
import java.util.Optional;

/**
 * What is affine per channel goes into the weights of the convolution or product before it, or of
 * the product behind it, or becomes a depthwise 1x1 convolution; a Relu or Clip becomes bounds of
 * the operator before it. Nodes are taken in order, so chains of them fold one after the other.
 */
final class Folding implements Rewrite {
  /** Operators whose results get a quantisation of their own, which clamps. */
  private static final ImmutableSet<String> CLAMPING =
      ImmutableSet.of("Conv", "Gemm", "Add", "Concat", "AveragePool", "GlobalAveragePool");

  @Override
  public Graph apply(Graph graph, Refusals refusals) {
    Graph result = graph;
    FunctionClusters clusters = FunctionClusters.of(graph, node -> false);
    for (Node node : graph.nodes()) {
      if (clusters.of(node).isEmpty()) {
        result = refusals.attempt(result, node, last -> fold(last, node));
      }
    }
    return foldVectors(result, clusters, refusals);
  }

  private static Graph fold(Graph graph, Node node) {
    Optional<ChannelAffine> affine = ChannelAffine.of(graph, node);
    if (affine.isPresent()) {
      return fold(graph, node, affine.get());
    }
    Optional<Bounds> bounds = stated(graph, node);
    return bounds.isPresent() ? clamp(graph, node, bounds.get()) : graph;
  }

  /** The node before {@code value}, when {@code value} has no other reader than the next node. */
  private static Optional<Node> before(Graph graph, String value) {
    return graph.onlyReader(value).map(reader -> graph.producers().get(value));
  }

  private static Graph fold(Graph graph, Node node, ChannelAffine affine) {
    Optional<Node> before =
        before(graph, affine.input())
            .filter(producer -> producer.is("Conv") || producer.is("Gemm"))
            .filter(
                producer ->
                    producer.bounds().equals(Bounds.NONE)
                        || (affine.isPositiveFactor() && producer.bounds().isConical()));
    if (before.isPresent()) {
      return into(graph, before.get(), node, affine);
    }
    Optional<Graph> forward = FactorsForward.fold(graph, node, affine);
    if (forward.isPresent()) {
      return forward.get();
    }
    ImmutableList<Integer> dims = graph.shape(affine.input());
    return dims.size() == 3 || dims.size() == 4
        ? depthwise(graph, node, affine, dims.size() - 2)
        : graph;
  }

  /** What is affine on a vector and stands behind no product goes into the one behind it. */
  private static Graph foldVectors(Graph graph, FunctionClusters clusters, Refusals refusals) {
    Graph result = graph;
    for (Node node : graph.nodes().reverse()) {
      if (clusters.of(node).isEmpty()) {
        result = refusals.attempt(result, node, last -> foldVector(last, node));
      }
    }
    return result;
  }

  private static Graph foldVector(Graph graph, Node node) {
    Optional<ChannelAffine> affine = ChannelAffine.of(graph, node);
    if (affine.isEmpty()) {
      return graph;
    }
    Node next =
        graph
            .onlyReader(node.output())
            .filter(reader -> reader.is("Gemm"))
            .orElseThrow(() -> alone(graph, node));
    return intoNext(graph, node, next, affine.get());
  }

  private static UserException alone(Graph graph, Node node) {
    return node.refuse(
        "a result of dimensions "
            + graph.shape(node.output())
            + " that no Conv or product gives or takes alone",
        "a feature map [N, C, L] or [N, C, H, W], or a vector that one product gives or takes",
        "Move it before or behind a convolution or product, or compute it in the host.");
  }

  /** Multiplies weights and bias of {@code producer}, whose result {@code node} has now. */
  private static Graph into(Graph graph, Node producer, Node node, ChannelAffine affine) {
    Stored weights = Weights.of(graph, producer);
    int outputs = weights.dims().get(0);
    int fanIn = weights.size() / outputs;
    Optional<Stored> bias =
        producer.hasInput(2)
            ? Optional.of(Weights.stored(graph, producer, 2, "bias"))
            : Optional.empty();
    Stored newWeights =
        Stored.ofReals(
            weights.dims(), i -> affine.scale().applyAsDouble(i / fanIn) * weights.real(i));
    Stored newBias =
        Stored.ofReals(
            ImmutableList.of(outputs),
            c ->
                affine.scale().applyAsDouble(c) * bias.map(b -> b.real(c)).orElse(0f)
                    + affine.shift().applyAsDouble(c));
    Node folded = producer.withOutput(node.output());
    String stem = producer.name() + "_folded";
    return moved(
        graph.storing(ImmutableMap.of(stem + "_weight", newWeights, stem + "_bias", newBias)),
        producer,
        node,
        folded.withInputs(ImmutableList.of(producer.input(0), stem + "_weight", stem + "_bias")));
  }

  /** Multiplies the weights of product {@code next} by input, and adds to its bias. */
  private static Graph intoNext(Graph graph, Node node, Node next, ChannelAffine affine) {
    Stored weights = Weights.of(graph, next);
    int outputs = weights.dims().get(0);
    int inputs = weights.dims().get(1);
    Optional<Stored> bias =
        next.hasInput(2) ? Optional.of(Weights.stored(graph, next, 2, "bias")) : Optional.empty();
    Stored newWeights =
        Stored.ofReals(
            weights.dims(), i -> affine.scale().applyAsDouble(i % inputs) * weights.real(i));
    Stored newBias =
        Stored.ofReals(
            ImmutableList.of(outputs),
            output -> {
              double sum = bias.map(b -> b.real(output)).orElse(0f);
              for (int i = 0; i < inputs; i++) {
                sum += affine.shift().applyAsDouble(i) * weights.real(output * inputs + i);
              }
              return sum;
            });
    String stem = next.name() + "_folded";
    return moved(
        graph.storing(ImmutableMap.of(stem + "_weight", newWeights, stem + "_bias", newBias)),
        node,
        next,
        next.withInputs(ImmutableList.of(affine.input(), stem + "_weight", stem + "_bias")));
  }

  private static Graph depthwise(Graph graph, Node node, ChannelAffine affine, int spatialAxes) {
    ImmutableList.Builder<Integer> dims = ImmutableList.builder();
    dims.add(affine.channels(), 1).addAll(Collections.nCopies(spatialAxes, 1));
    ImmutableList<Integer> channels = ImmutableList.of(affine.channels());
    String weight = node.name() + "_weight";
    String bias = node.name() + "_bias";
    return graph
        .storing(
            ImmutableMap.of(
                weight, Stored.ofReals(dims.build(), affine.scale()),
                bias, Stored.ofReals(channels, affine.shift())))
        .replacing(
            node,
            Node.of(
                node.name(),
                "Conv",
                ImmutableList.of(affine.input(), weight, bias),
                node.output(),
                Attributes.of("group", affine.channels())
                    .with("kernel_shape", Collections.nCopies(spatialAxes, 1))));
  }

  /** What {@code node} clamps to, if 0 is within: a range that always holds 0 does the same. */
  static Optional<Bounds> bounds(Graph graph, Node node) {
    return stated(graph, node).filter(bounds -> bounds.clamp(0) == 0);
  }

  /** What {@code node} clamps to, if it is a Relu or a Clip with stored bounds. */
  private static Optional<Bounds> stated(Graph graph, Node node) {
    if (node.is("Relu")) {
      return Optional.of(Bounds.RELU);
    }
    if (!node.is("Clip")) {
      return Optional.empty();
    }
    float least = node.attributes().real("min", Float.NEGATIVE_INFINITY);
    float greatest = node.attributes().real("max", Float.POSITIVE_INFINITY);
    if (node.hasInput(1)) {
      least = Weights.stored(graph, node, 1, "bounds").real(0);
    }
    if (node.hasInput(2)) {
      greatest = Weights.stored(graph, node, 2, "bounds").real(0);
    }
    if (!(least < greatest)) {
      throw node.refuse(
          "bounds " + least + " and " + greatest,
          "a least bound below the greatest",
          "The result is constant; mend the bounds.");
    }
    return Optional.of(new Bounds(least, greatest));
  }

  private static Graph clamp(Graph graph, Node node, Bounds bounds) {
    return before(graph, node.input(0))
        .filter(producer -> CLAMPING.contains(producer.opType()) && producer.domain().isEmpty())
        .map(
            producer ->
                bounds.clamp(0) == 0
                    ? moved(
                        graph,
                        producer,
                        node,
                        producer
                            .withOutput(node.output())
                            .withBounds(producer.bounds().then(bounds)))
                    : clampAroundZero(graph, producer, node, bounds))
        .orElse(graph);
  }

  /** {@code producer} clamps as far as its range, which holds 0, allows; {@code node} the rest. */
  private static Graph clampAroundZero(Graph graph, Node producer, Node node, Bounds bounds) {
    Bounds wider = new Bounds(Math.min(0, bounds.least()), Math.max(0, bounds.greatest()));
    String value = node.output() + "_around_zero";
    ImmutableList.Builder<String> inputs = ImmutableList.builder();
    inputs.add(value).addAll(node.inputs().subList(1, node.inputs().size()));
    Node clamping = producer.withOutput(value).withBounds(producer.bounds().then(wider));
    Node rest = node.withInputs(inputs.build());
    return graph
        .referring(value, graph.shape(node.input(0)), graph.reference(node.input(0)).then(wider))
        .withNodes(
            graph.nodes().stream()
                .map(each -> each.equals(producer) ? clamping : each.equals(node) ? rest : each)
                .toList());
  }

  /** {@code combined} where {@code second} was; {@code first} is gone. */
  static Graph moved(Graph graph, Node first, Node second, Node combined) {
    ImmutableList.Builder<Node> nodes = ImmutableList.builder();
    for (Node node : graph.nodes()) {
      if (node.equals(second)) {
        nodes.add(combined);
      } else if (!node.equals(first)) {
        nodes.add(node);
      }
    }
    return graph.withNodes(nodes.build());
  }
}
