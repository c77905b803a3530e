package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.onnx.Value.Arranged;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Flatten, Reshape, Squeeze and Unsqueeze that move no value: to one vector per image, or dropping
 * and adding axes of extent 1.
 */
final class ReshapingOperator implements Operator {
  @Override
  public ImmutableSet<String> opTypes() {
    return ImmutableSet.of("Flatten", "Reshape", "Squeeze", "Unsqueeze");
  }

  @Override
  public void convert(Node node, Assembly assembly) {
    Value value = assembly.value(node, 0);
    if (value instanceof Known known && !isFlattened(node, known.constant())) {
      assembly.define(node.output(), new Known(stored(node, assembly, known.constant())));
      return;
    }
    if (value instanceof QuantisedConstant quantised && !isFlattened(node, quantised.values())) {
      assembly.define(node.output(), stored(node, assembly, quantised));
      return;
    }
    Arranged arranged = Arranging.of(value).orElseThrow(() -> Assembly.unquantised(node, value));
    ImmutableList<Integer> from = arranged.arrangement().extents();
    Optional<ImmutableList<Integer>> dims = dims(node, assembly, from);
    if (dims.isEmpty() || !Arranging.reshape(node, assembly, value, dims.get())) {
      throw node.refuse(
          "from dimensions [N, "
              + from.toString().substring(1)
              + dims.map(to -> " to [N, " + to.toString().substring(1)).orElse(""),
          "[N, C, H, W] to [N, C*H*W], axes of extent 1 dropped or added, or an axis split or"
              + " joined",
          "Keep the batch axis first and do not move values between channels, rows and columns.");
    }
  }

  /** The dimensions that {@code node} brings one image of {@code from} to; empty if it cannot. */
  static Optional<ImmutableList<Integer>> dims(
      Node node, Assembly assembly, ImmutableList<Integer> from) {
    return switch (node.opType()) {
      case "Flatten" -> flattened(node, from);
      case "Reshape" -> reshaped(node, assembly, from);
      case "Squeeze" -> squeezed(node, assembly, from);
      default -> unsqueezed(node, assembly, from);
    };
  }

  /** Flatten of several values, which is a matter of feature maps. */
  private static boolean isFlattened(Node node, Constant constant) {
    return node.opType().equals("Flatten") && constant.size() != 1;
  }

  private static Constant stored(Node node, Assembly assembly, Constant constant) {
    if (node.opType().equals("Reshape")) {
      return reshaped(node, assembly, constant);
    }
    if (constant.size() == 1) {
      // A number of a computed shape becomes a list, or the other way round.
      return constant.withDims(
          node.opType().equals("Squeeze") ? ImmutableList.of() : ImmutableList.of(1));
    }
    return withAxes(node, assembly, constant);
  }

  /** The integers with their scales, or their reals where the slices of an axis are taken apart. */
  private static Value stored(Node node, Assembly assembly, QuantisedConstant quantised) {
    Constant values = stored(node, assembly, quantised.values());
    int slices = quantised.scales().size();
    if (slices == 1) {
      return new QuantisedConstant(values, quantised.scales(), quantised.zeroPoints(), 0);
    }
    long inner = inner(quantised.values(), quantised.axis());
    for (int axis = 0; axis < values.dims().size(); axis++) {
      if (values.dims().get(axis) == slices && inner(values, axis) == inner) {
        return new QuantisedConstant(values, quantised.scales(), quantised.zeroPoints(), axis);
      }
    }
    return new Known(stored(node, assembly, quantised.dequantised(node, assembly)));
  }

  private static long inner(Constant values, int axis) {
    return Limits.product(values.dims().subList(axis + 1, values.dims().size()));
  }

  private static Optional<ImmutableList<Integer>> flattened(
      Node node, ImmutableList<Integer> from) {
    int rank = from.size() + 1;
    int axis = node.intAttribute("axis", 1);
    return (axis < 0 ? axis + rank : axis) == 1
        ? Optional.of(ImmutableList.of((int) Limits.product(from)))
        : Optional.empty();
  }

  private static Optional<ImmutableList<Integer>> reshaped(
      Node node, Assembly assembly, ImmutableList<Integer> from) {
    ImmutableList<Integer> target = assembly.integers(node, 1, Limits.RANK);
    if (target.size() < 2) {
      return Optional.empty();
    }
    boolean zeroIsZero = node.intAttribute("allowzero", 0) != 0;
    int batch = target.get(0);
    List<Integer> dims = new ArrayList<>();
    int open = -1;
    for (int i = 1; i < target.size(); i++) {
      int dim = target.get(i);
      if (dim == 0 && !zeroIsZero && i - 1 < from.size()) {
        dim = from.get(i - 1);
      }
      if (dim == -1 && open < 0) {
        open = i - 1;
        dim = 1;
      } else if (dim < 1) {
        return Optional.empty();
      }
      dims.add(dim);
    }
    long size = Limits.product(from);
    long known = Limits.product(dims);
    if (open >= 0 && batch != -1 && size % known == 0) {
      dims.set(open, (int) (size / known));
    }
    boolean batchKept = batch == -1 || batch == 0 || batch >= 1;
    return batchKept && Limits.product(dims) == size
        ? Optional.of(ImmutableList.copyOf(dims))
        : Optional.empty();
  }

  private static Optional<ImmutableList<Integer>> squeezed(
      Node node, Assembly assembly, ImmutableList<Integer> from) {
    int rank = from.size() + 1;
    Optional<ImmutableList<Integer>> given = axes(node, assembly, rank);
    ImmutableList.Builder<Integer> dims = ImmutableList.builder();
    for (int axis = 1; axis < rank; axis++) {
      int extent = from.get(axis - 1);
      boolean drop = given.map(ImmutableSet::copyOf).orElse(ImmutableSet.of()).contains(axis);
      if (drop && extent != 1) {
        return Optional.empty();
      }
      if (!drop) {
        dims.add(extent);
      }
    }
    // Without axes it would drop the batch axis of a single image too.
    return given.isPresent() && !given.get().contains(0)
        ? Optional.of(dims.build())
        : Optional.empty();
  }

  private static Optional<ImmutableList<Integer>> unsqueezed(
      Node node, Assembly assembly, ImmutableList<Integer> from) {
    int added = stated(node, assembly).map(List::size).orElse(0);
    int rank = from.size() + 1 + added;
    ImmutableList<Integer> axes = axes(node, assembly, rank).orElse(ImmutableList.of());
    if (axes.isEmpty() || axes.contains(0)) {
      return Optional.empty();
    }
    ImmutableList.Builder<Integer> dims = ImmutableList.builder();
    int next = 0;
    for (int axis = 1; axis < rank; axis++) {
      if (axes.contains(axis)) {
        dims.add(1);
      } else if (next < from.size()) {
        dims.add(from.get(next++));
      }
    }
    return Optional.of(dims.build());
  }

  /** A stored tensor with axes of extent 1 dropped or added. */
  private static Constant withAxes(Node node, Assembly assembly, Constant constant) {
    int rank = constant.dims().size();
    boolean squeeze = node.opType().equals("Squeeze");
    int added = squeeze ? 0 : stated(node, assembly).map(List::size).orElse(0);
    ImmutableSet<Integer> axes =
        axes(node, assembly, rank + added).map(ImmutableSet::copyOf).orElse(ImmutableSet.of());
    ImmutableList.Builder<Integer> dims = ImmutableList.builder();
    int next = 0;
    for (int axis = 0; axis < rank + added; axis++) {
      if (squeeze) {
        int extent = constant.dims().get(axis);
        if (extent != 1 || !(axes.isEmpty() || axes.contains(axis))) {
          dims.add(extent);
        }
      } else {
        dims.add(axes.contains(axis) || next == rank ? 1 : constant.dims().get(next++));
      }
    }
    return constant.withDims(dims.build());
  }

  /** The axes that {@code node} states, of {@code rank}. */
  private static Optional<ImmutableList<Integer>> axes(Node node, Assembly assembly, int rank) {
    return stated(node, assembly).map(axes -> node.axes(axes, rank));
  }

  private static Optional<ImmutableList<Integer>> stated(Node node, Assembly assembly) {
    if (node.has("axes")) {
      return Optional.of(node.intsAttribute("axes"));
    }
    return node.hasInput(1)
        ? Optional.of(assembly.integers(node, 1, Limits.RANK))
        : Optional.empty();
  }

  private static Constant reshaped(Node node, Assembly assembly, Constant constant) {
    ImmutableList<Integer> target = assembly.integers(node, 1, Limits.RANK);
    List<Integer> dims = new ArrayList<>();
    int open = -1;
    for (int i = 0; i < target.size(); i++) {
      int dim = target.get(i);
      if (dim == 0 && i < constant.dims().size()) {
        dim = constant.dims().get(i);
      }
      if (dim == -1 && open < 0) {
        open = i;
        dim = 1;
      }
      dims.add(dim);
    }
    boolean possible = dims.stream().allMatch(dim -> dim >= 0);
    long known = possible ? Limits.product(dims) : 0;
    if (open >= 0 && known > 0) {
      dims.set(open, (int) (constant.size() / known));
    }
    if (!possible || Limits.product(dims) != constant.size()) {
      throw node.refuse(
          "Reshape of " + constant.describe() + " to " + target,
          "as many values as before",
          "Export the model again.");
    }
    return constant.withDims(ImmutableList.copyOf(dims));
  }
}
