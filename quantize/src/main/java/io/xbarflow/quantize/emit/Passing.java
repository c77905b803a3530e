package io.xbarflow.quantize.emit;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.tensor.HostQuantisation;
import io.xbarflow.quantize.calibrate.Operators;
import io.xbarflow.quantize.graph.Attributes;
import io.xbarflow.quantize.graph.Bounds;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Stored;
import java.util.List;

/** Operators on integers that keep their quantisation. */
record Passing(Output output) {
  void put(Node node, Node plain) {
    if (Operators.isReshape(node)) {
      reshape(node);
      return;
    }
    switch (node.opType()) {
      case "Relu", "Clip" -> clamp(node);
      case "MaxPool" -> same(plain, ImmutableList.of());
      case "Transpose" -> same(node, ImmutableList.of());
      case "Pad" -> pad(node);
      default -> parts(node);
    }
  }

  private void same(Node node, List<String> further) {
    output.add(
        Node.of(
            node.name(),
            node.opType(),
            ImmutableList.<String>builder()
                .add(output.integers(node.input(0)))
                .addAll(further)
                .build(),
            output.integers(node.output()),
            node.attributes()));
  }

  void clamp(Node node) {
    Quantisation quantisation = output.quantisation(node.input(0));
    Graph from = output.from();
    boolean relu = node.is("Relu");
    float least = relu ? 0 : node.attributes().real("min", Float.NEGATIVE_INFINITY);
    float greatest =
        relu ? Float.POSITIVE_INFINITY : node.attributes().real("max", Float.POSITIVE_INFINITY);
    if (node.hasInput(1)) {
      least = from.stored().get(node.input(1)).real(0);
    }
    if (node.hasInput(2)) {
      greatest = from.stored().get(node.input(2)).real(0);
    }
    same(
        Node.of(node.name(), "Clip", node.inputs(), node.output(), Attributes.NONE),
        ImmutableList.of(
            bound(node, "_least", quantisation, least),
            bound(node, "_greatest", quantisation, greatest)));
  }

  private String bound(Node node, String suffix, Quantisation quantisation, float bound) {
    return output.store(
        node.name() + suffix,
        Output.integer(quantisation, HostQuantisation.quantise(bound, quantisation)));
  }

  private void reshape(Node node) {
    same(
        Node.of(node.name(), "Reshape", node.inputs(), node.output(), Attributes.NONE),
        ImmutableList.of(target(node)));
  }

  /** The stored dimensions that {@code node} gives its input, with any number of images. */
  String target(Node node) {
    ImmutableList<Integer> shape = output.from().shape(node.output());
    if (shape.isEmpty() || shape.get(0) != 1) {
      throw node.refuse(
          "a result of dimensions " + shape + " for one image",
          "a batch axis of 1 in front",
          "Keep the batch axis where it is.");
    }
    long[] target = new long[shape.size()];
    for (int axis = 1; axis < target.length; axis++) {
      target[axis] = shape.get(axis);
    }
    return output.store(
        node.name() + "_dims",
        Stored.ofIntegers(ElementType.INT64, ImmutableList.of(target.length), target));
  }

  private void pad(Node node) {
    Quantisation quantisation = output.quantisation(node.input(0));
    Graph from = output.from();
    boolean listed = node.hasInput(1);
    float value =
        node.hasInput(2)
            ? from.stored().get(node.input(2)).real(0)
            : node.attributes().real("value", 0);
    Stored pads =
        listed ? from.stored().get(node.input(1)) : list(node.attributes().integers("pads"));
    same(
        node.withAttributes(node.attributes().only(ImmutableSet.of("mode"))),
        ImmutableList.of(
            output.store(node.name() + "_pads", pads), bound(node, "_value", quantisation, value)));
  }

  private static Stored list(List<Integer> values) {
    return Stored.ofIntegers(
        ElementType.INT64,
        ImmutableList.of(values.size()),
        values.stream().mapToLong(Integer::longValue).toArray());
  }

  /** Slice and Split, whose lists are inputs since opset 10 and 13. */
  private void parts(Node node) {
    ImmutableList.Builder<String> lists = ImmutableList.builder();
    ImmutableList<String> names =
        node.is("Slice")
            ? ImmutableList.of("starts", "ends", "axes", "steps")
            : ImmutableList.of("split");
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (node.hasInput(i + 1)) {
        lists.add(
            output.store(node.name() + "_" + name, output.from().stored().get(node.input(i + 1))));
      } else if (node.attributes().has(name)) {
        lists.add(output.store(node.name() + "_" + name, list(node.attributes().integers(name))));
      }
    }
    ImmutableList<String> results =
        node.outputs().stream().map(output::integers).collect(ImmutableList.toImmutableList());
    ImmutableList<String> inputs =
        ImmutableList.<String>builder()
            .add(output.integers(node.input(0)))
            .addAll(lists.build())
            .build();
    output.add(
        new Node(
            node.name(),
            "",
            node.opType(),
            inputs,
            results,
            node.attributes().only(ImmutableSet.of("axis")),
            Bounds.NONE));
  }
}
