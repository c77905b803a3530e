package io.xbarflow.quantize.rewrite;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import io.xbarflow.quantize.graph.Stored;
import java.util.Optional;

/**
 * MatMul of the last axis of a map [N, L, K] or [N, H, W, K], with the Add behind it, becomes a 1x1
 * convolution between two Transposes; with one pixel only, a product of a vector.
 */
final class LastAxisProducts implements Rewrite {
  @Override
  public Graph apply(Graph graph, Refusals refusals) {
    Graph result = graph;
    for (Node node : graph.nodes()) {
      Stored weights = node.is("MatMul") ? graph.stored().get(node.input(1)) : null;
      if (weights != null && weights.isReal() && weights.dims().size() == 2) {
        ImmutableList<Integer> dims = graph.shape(node.input(0));
        if (dims.size() == 3 || dims.size() == 4) {
          result = new Product(result, node, weights, dims).rewritten();
        }
      }
    }
    return result;
  }

  /** One product. */
  private record Product(Graph graph, Node node, Stored weights, ImmutableList<Integer> dims) {
    Graph rewritten() {
      Optional<Node> add = bias();
      String output = add.orElse(node).output();
      boolean pixel = dims.subList(0, dims.size() - 1).stream().allMatch(extent -> extent == 1);
      Graph result = pixel ? vector(add, output) : convolution(add, output);
      return add.isPresent() ? result.withNodes(without(result, add.get())) : result;
    }

    private static Iterable<Node> without(Graph graph, Node gone) {
      return graph.nodes().stream().filter(each -> !each.equals(gone)).toList();
    }

    /** The Add of one value per output that alone reads the product. */
    private Optional<Node> bias() {
      return graph
          .onlyReader(node.output())
          .filter(reader -> reader.is("Add") && reader.inputs().size() == 2)
          .filter(reader -> constant(reader) != null)
          .filter(
              reader -> {
                ImmutableList<Integer> axes = constant(reader).dims();
                int size = constant(reader).size();
                return constant(reader).isReal()
                    && axes.size() <= dims.size()
                    && (size == 1 || (size == outputs() && axes.get(axes.size() - 1) == outputs()));
              });
    }

    private Stored constant(Node add) {
      return graph.stored().get(add.input(add.input(0).equals(node.output()) ? 1 : 0));
    }

    private int outputs() {
      return weights.dims().get(1);
    }

    private Stored matrix(ImmutableList<Integer> as) {
      int inputs = weights.dims().get(0);
      return Stored.ofReals(as, i -> weights.real(i % inputs * outputs() + i / inputs));
    }

    private ImmutableMap<String, Stored> operands(Optional<Node> add, Stored matrix) {
      ImmutableMap.Builder<String, Stored> operands = ImmutableMap.builder();
      operands.put(node.name() + "_matrix", matrix);
      add.map(this::constant)
          .ifPresent(
              bias ->
                  operands.put(
                      node.name() + "_bias",
                      Stored.ofReals(
                          ImmutableList.of(outputs()), i -> bias.real(bias.size() == 1 ? 0 : i))));
      return operands.buildOrThrow();
    }

    private ImmutableList<String> inputs(String map, ImmutableMap<String, Stored> operands) {
      return ImmutableList.<String>builder().add(map).addAll(operands.keySet()).build();
    }

    private Graph vector(Optional<Node> add, String output) {
      String vector = node.name() + "_vector";
      String product = node.name() + "_product";
      ImmutableMap<String, Stored> operands =
          operands(add, matrix(ImmutableList.of(outputs(), weights.dims().get(0))));
      return graph
          .storing(operands)
          .storing(vector + "_dims", longs(ImmutableList.of(0, weights.dims().get(0))))
          .storing(product + "_dims", longs(graph.shape(output)))
          .referring(
              vector, ImmutableList.of(1, weights.dims().get(0)), graph.reference(node.input(0)))
          .referring(
              product, ImmutableList.of(1, outputs()), new Graph.Reference(output, Bounds.NONE))
          .replacing(
              node,
              Node.of(
                  node.name() + "_flat",
                  "Reshape",
                  ImmutableList.of(node.input(0), vector + "_dims"),
                  vector,
                  Attributes.NONE),
              Node.of(
                  node.name(),
                  "Gemm",
                  inputs(vector, operands),
                  product,
                  Attributes.of("transB", 1)),
              Node.of(
                  node.name() + "_axes",
                  "Reshape",
                  ImmutableList.of(product, product + "_dims"),
                  output,
                  Attributes.NONE));
    }

    private Graph convolution(Optional<Node> add, String output) {
      boolean line = dims.size() == 3;
      ImmutableList<Integer> first =
          line ? ImmutableList.of(0, 2, 1) : ImmutableList.of(0, 3, 1, 2);
      ImmutableList<Integer> last = line ? ImmutableList.of(0, 2, 1) : ImmutableList.of(0, 2, 3, 1);
      ImmutableList<Integer> one = line ? ImmutableList.of(1) : ImmutableList.of(1, 1);
      ImmutableList<Integer> kernel =
          ImmutableList.<Integer>builder()
              .add(outputs(), weights.dims().get(0))
              .addAll(one)
              .build();
      ImmutableMap<String, Stored> operands = operands(add, matrix(kernel));
      String maps = node.name() + "_maps";
      String product = node.name() + "_product";
      ImmutableList<Integer> shape = graph.shape(output);
      return graph
          .storing(operands)
          .referring(maps, permuted(dims, first), graph.reference(node.input(0)).inAnotherOrder())
          .referring(
              product,
              permuted(shape, first),
              new Graph.Reference(output, Bounds.NONE).inAnotherOrder())
          .replacing(
              node,
              Node.of(
                  node.name() + "_channels_first",
                  "Transpose",
                  ImmutableList.of(node.input(0)),
                  maps,
                  Attributes.of("perm", first)),
              Node.of(
                  node.name(),
                  "Conv",
                  inputs(maps, operands),
                  product,
                  Attributes.of("kernel_shape", one)),
              Node.of(
                  node.name() + "_channels_last",
                  "Transpose",
                  ImmutableList.of(product),
                  output,
                  Attributes.of("perm", last)));
    }

    private static Stored longs(ImmutableList<Integer> values) {
      return Stored.ofIntegers(
          ElementType.INT64,
          ImmutableList.of(values.size()),
          values.stream().mapToLong(Integer::longValue).toArray());
    }
  }

  /** {@code dims} in the order {@code perm}. */
  static ImmutableList<Integer> permuted(ImmutableList<Integer> dims, ImmutableList<Integer> perm) {
    return perm.stream().map(dims::get).collect(ImmutableList.toImmutableList());
  }
}
