package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import java.util.function.IntUnaryOperator;

/** What an ONNX value stands for while the graph is converted, node by node. */
sealed interface Value {

  /** What messages call it. */
  String describe();

  /** Something with an ONNX shape that the shape operators may change. */
  sealed interface Shaped extends Value {
    View view();

    /** The same values seen with another ONNX shape. */
    Shaped withView(View view);
  }

  /**
   * A quantised feature map on the chip.
   *
   * @param tensor network tensor
   * @param view ONNX shape
   * @param exclusive whether no other ONNX value stands for the same tensor
   */
  record Stream(String tensor, View view, boolean exclusive) implements Shaped {
    @Override
    public Stream withView(View newView) {
      return new Stream(tensor, newView, exclusive);
    }

    Stream shared(boolean stillExclusive) {
      return new Stream(tensor, view, exclusive && stillExclusive);
    }

    @Override
    public String describe() {
      return "quantised tensor " + tensor + " " + view.dims();
    }
  }

  /**
   * DequantizeLinear of a feature map, and the element-wise operators behind it.
   *
   * @param stream the quantised feature map
   * @param function what they compute of every value
   */
  record Dequantised(Stream stream, RealFunction function) implements Shaped {
    /** The values of {@code stream}, which are quantised by {@code from}. */
    static Dequantised plain(Stream stream, Quantisation from) {
      return new Dequantised(stream, RealFunction.identity(from));
    }

    @Override
    public View view() {
      return stream.view();
    }

    @Override
    public Dequantised withView(View view) {
      return new Dequantised(stream.withView(view), function);
    }

    Dequantised withStream(Stream other) {
      return new Dequantised(other, function);
    }

    /** Whether nothing stands behind the DequantizeLinear. */
    boolean isPlain() {
      return function.isIdentity();
    }

    @Override
    public String describe() {
      return "dequantised tensor " + stream.tensor() + " " + view().dims();
    }
  }

  /**
   * A comparison of functions of a feature map.
   *
   * @param truth 1 for values for which it holds, 0 for others
   */
  record Condition(Dequantised truth) implements Value {
    @Override
    public String describe() {
      return "a comparison of " + truth.describe();
    }
  }

  /** A float feature map whose integers are not known before its QuantizeLinear is. */
  sealed interface Unsettled extends Shaped {
    /** The operator that gives it. */
    Node node();

    @Override
    Unsettled withView(View view);

    /** The same behind a Relu or Clip. */
    Unsettled with(Bounds bound);
  }

  /**
   * A float result behind an operator that commutes with QuantizeLinear: it chooses or moves
   * values, and so does the same with quantised ones.
   *
   * @param node the operator
   * @param source what it reads
   * @param view ONNX shape of the result
   * @param commutation what it does with quantised values
   * @param bounds Relu and Clip behind it
   */
  record Commuting(Node node, Unsettled source, View view, Commutation commutation, Bounds bounds)
      implements Unsettled {
    Commuting(Node node, Unsettled source, View view, Commutation commutation) {
      this(node, source, view, commutation, Bounds.NONE);
    }

    @Override
    public Commuting withView(View newView) {
      return new Commuting(node, source, newView, commutation, bounds);
    }

    @Override
    public Commuting with(Bounds bound) {
      return new Commuting(node, source, view, commutation, bounds.then(bound));
    }

    @Override
    public String describe() {
      return "the float result of " + node.where();
    }
  }

  /** An operator that commutes with QuantizeLinear, on quantised values. */
  @FunctionalInterface
  interface Commutation {
    /**
     * What the operator makes of {@code stream}, as tensor {@code output}.
     *
     * @param behind Relu and Clip behind the operator, for the values that it puts in
     */
    Stream of(Stream stream, Bounds behind, String output);

    /** The range of its results, of values of {@code range}. */
    default Interval range(Interval range) {
      return range;
    }
  }

  /**
   * Float result of a QDQ operator that waits for its QuantizeLinear.
   *
   * @param node the operator
   * @param view ONNX shape of the result
   * @param maker makes the layer once the output quantisation is known
   * @param bounds Relu and Clip behind it
   */
  record Pending(Node node, View view, LayerMaker maker, Bounds bounds) implements Unsettled {
    Pending(Node node, View view, LayerMaker maker) {
      this(node, view, maker, Bounds.NONE);
    }

    @Override
    public Pending withView(View newView) {
      return new Pending(node, newView, maker, bounds);
    }

    @Override
    public Pending with(Bounds bound) {
      return new Pending(node, view, maker, bounds.then(bound));
    }

    @Override
    public String describe() {
      return "the float result of " + node.where();
    }
  }

  /**
   * A feature map between Reshape and Transpose, when its dimensions are not those of a map.
   *
   * @param values the feature map, quantised or dequantised
   * @param arrangement how the dimensions run over it
   */
  record Arranged(Shaped values, Arrangement arrangement) implements Value {
    /** The same of values that may have other readers. */
    Arranged shared(boolean stillExclusive) {
      if (values instanceof Stream stream) {
        return new Arranged(stream.shared(stillExclusive), arrangement);
      }
      return values instanceof Dequantised dequantised
          ? new Arranged(
              dequantised.withStream(dequantised.stream().shared(stillExclusive)), arrangement)
          : this;
    }

    @Override
    public String describe() {
      return values.describe() + " seen as " + arrangement.extents();
    }
  }

  /**
   * The mean or sum over some of the rows and columns of a feature map, before the others follow.
   *
   * @param map the feature map, dequantised or a float result
   * @param name ONNX value of the map
   * @param opType ReduceMean or ReduceSum
   * @param reduced dimensions of the map that are reduced
   * @param left of every dimension that is left, which one of the map it is
   */
  record Reduced(
      Shaped map,
      String name,
      String opType,
      ImmutableSet<Integer> reduced,
      ImmutableList<Integer> left)
      implements Value {
    @Override
    public String describe() {
      return opType + " over a part of the rows and columns of " + map.describe();
    }
  }

  /** Makes a layer for an output tensor. */
  @FunctionalInterface
  interface LayerMaker {
    /** The layer called {@code name} that writes {@code output} quantised by {@code to}. */
    Layer make(String name, String output, Quantisation to, int clampMin, int clampMax);

    /** The maker to use once the layers are made that have to stand before its own. */
    default LayerMaker preparedFor(Quantisation to) {
      return this;
    }
  }

  /** An array that the host has, and what it has computed for it. */
  sealed interface HostArray extends Value {
    /** Dimensions of one image. */
    ImmutableList<Integer> dims();

    /** The same behind {@code step}. */
    HostArray then(HostStep step);

    /** Element type of the values. */
    ElementType type();
  }

  /**
   * A float graph input that the host quantises.
   *
   * @param name ONNX name of the input
   * @param view how the input is laid out
   * @param steps what the host computes before it quantises
   */
  record HostFloat(String name, View view, ImmutableList<HostStep> steps) implements HostArray {
    /** Without steps. */
    HostFloat(String name, View view) {
      this(name, view, ImmutableList.of());
    }

    @Override
    public ImmutableList<Integer> dims() {
      return HostStep.dims(steps, view.dims());
    }

    @Override
    public ElementType type() {
      return ElementType.FLOAT32;
    }

    @Override
    public HostFloat then(HostStep step) {
      return new HostFloat(
          name, view, ImmutableList.<HostStep>builder().addAll(steps).add(step).build());
    }

    @Override
    public String describe() {
      return "float graph input " + name;
    }
  }

  /**
   * What the host computes of a feature map that leaves the chip.
   *
   * @param node the operator that needs the host
   * @param stream the feature map
   * @param start what the host begins with: a graph output without a name of its own
   * @param given element type of that
   * @param steps what it computes
   */
  record HostWork(
      Node node, Stream stream, HostTensor start, ElementType given, ImmutableList<HostStep> steps)
      implements HostArray {
    @Override
    public ImmutableList<Integer> dims() {
      return HostStep.dims(steps, start.shape());
    }

    @Override
    public ElementType type() {
      return HostStep.type(steps, given);
    }

    @Override
    public HostWork then(HostStep step) {
      return new HostWork(
          node,
          stream,
          start,
          given,
          ImmutableList.<HostStep>builder().addAll(steps).add(step).build());
    }

    /** The graph output {@code name} that it is. */
    HostTensor output(String name) {
      return new HostTensor(
          name, start.tensor(), start.shape(), start.channelsLast(), start.floating(), steps);
    }

    @Override
    public String describe() {
      return "what the host computes from " + node.where() + " on";
    }
  }

  /** A stored tensor. */
  record Known(Constant constant) implements Value {
    @Override
    public String describe() {
      return "stored tensor " + constant.describe();
    }
  }

  /**
   * A stored tensor with its quantisation.
   *
   * @param values int8, uint8 or int32
   * @param scales one, or one per slice of the axis
   * @param zeroPoints as many as scales
   * @param axis axis of the slices
   */
  record QuantisedConstant(
      Constant values, ImmutableList<Float> scales, ImmutableList<Integer> zeroPoints, int axis)
      implements Value {
    /** The quantisation of all values of 8 bits, which have one scale. */
    Quantisation quantisation() {
      return new Quantisation(scales.get(0), zeroPoints.get(0), values.type() == OnnxType.INT8);
    }

    /** Which scale and zero point the values have, by their index. */
    IntUnaryOperator slices() {
      int slices = scales.size();
      ImmutableList<Integer> dims = values.dims();
      int inner = slices == 1 ? 1 : (int) Limits.product(dims.subList(axis + 1, dims.size()));
      return index -> index / inner % slices;
    }

    /** The values in float32, as DequantizeLinear gives them. */
    Constant dequantised(Node node, Assembly assembly) {
      assembly.take(node.where(), values.size(), Float.BYTES);
      IntUnaryOperator slices = slices();
      return Constant.computed(
          values.name(),
          OnnxType.FLOAT,
          values.dims(),
          i -> 0,
          i -> {
            int slice = slices.applyAsInt(i);
            return (values.integer(i) - zeroPoints.get(slice)) * scales.get(slice);
          });
    }

    @Override
    public String describe() {
      return "stored quantised tensor " + values.describe();
    }
  }
}
