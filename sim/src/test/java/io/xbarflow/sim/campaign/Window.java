package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;
import static io.xbarflow.sim.onnx.OnnxModel.ints;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/**
 * A random window with its attributes as ONNX has them.
 *
 * @param kernel extents of the kernel
 * @param attributes everything but kernel_shape
 * @param output extents of the output, as ONNX Runtime computes them
 */
record Window(
    ImmutableList<Integer> kernel,
    ImmutableList<AttributeProto> attributes,
    ImmutableList<Integer> output) {

  /** What the window is of. */
  enum Kind {
    CONVOLUTION,
    MAX,
    AVERAGE
  }

  private record Axis(int kernel, int stride, int before, int after, int dilation) {
    int room(int size) {
      return size + before + after - (kernel - 1) * dilation - 1;
    }
  }

  /**
   * A window over {@code map}.
   *
   * @param dilations whether the operator has dilations
   */
  static Window draw(Walk walk, FeatureMap map, Kind kind, boolean dilations) {
    Choices choices = walk.choices();
    String autoPad = choices.of("NOTSET", "NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");
    boolean same = autoPad.startsWith("SAME");
    boolean whole = kind != Kind.CONVOLUTION && choices.flag(12);
    boolean ceil = kind != Kind.CONVOLUTION && choices.flag(25);
    List<Axis> axes = new ArrayList<>();
    ImmutableList.Builder<Integer> output = ImmutableList.builder();
    for (int size : map.spatial()) {
      int kernel = whole ? size : choices.between(1, Math.min(4, size));
      int stride = choices.flag(6) ? kernel + 2 : choices.between(1, 3);
      boolean spread = choices.flag(20) && dilations && !same && 2 * kernel - 1 <= size;
      int most = whole ? 0 : kind == Kind.CONVOLUTION && choices.flag(4) ? kernel + 1 : kernel - 1;
      int before = choices.between(0, most);
      int after = choices.between(0, most);
      boolean padded = autoPad.equals("NOTSET");
      Axis axis = new Axis(kernel, stride, padded ? before : 0, padded ? after : 0, spread ? 2 : 1);
      axes.add(axis);
      output.add(
          same
              ? (size + stride - 1) / stride
              : (axis.room(size) + (ceil ? stride - 1 : 0)) / stride + 1);
    }
    if (whole) {
      walk.note("pool of the whole map");
    }
    boolean plain = choices.flag(70);
    List<AttributeProto> attributes = new ArrayList<>();
    add(attributes, plain, "strides", 1, axes.stream().map(Axis::stride).toList());
    if (dilations) {
      add(attributes, plain, "dilations", 1, axes.stream().map(Axis::dilation).toList());
    }
    if (autoPad.equals("NOTSET")) {
      List<Integer> pads = new ArrayList<>(axes.stream().map(Axis::before).toList());
      pads.addAll(axes.stream().map(Axis::after).toList());
      add(attributes, plain, "pads", 0, pads);
    } else {
      attributes.add(attribute("auto_pad", autoPad));
    }
    if (ceil) {
      attributes.add(attribute("ceil_mode", 1));
    }
    return new Window(
        axes.stream().map(Axis::kernel).collect(ImmutableList.toImmutableList()),
        ImmutableList.copyOf(attributes),
        output.build());
  }

  private static void add(
      List<AttributeProto> attributes,
      boolean plain,
      String name,
      int usual,
      List<Integer> values) {
    if (!plain || values.stream().anyMatch(value -> value != usual)) {
      attributes.add(ints(name, values.stream().mapToLong(Integer::longValue).toArray()));
    }
  }

  int taps() {
    return kernel.stream().reduce(1, (a, b) -> a * b);
  }

  /** All attributes, with kernel_shape and {@code more}. */
  AttributeProto[] with(AttributeProto... more) {
    List<AttributeProto> all = new ArrayList<>(attributes);
    all.add(ints("kernel_shape", kernel.stream().mapToLong(Integer::longValue).toArray()));
    all.addAll(List.of(more));
    return all.toArray(AttributeProto[]::new);
  }
}
