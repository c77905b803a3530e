package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.onnx.Value.Arranged;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.HostFloat;
import io.xbarflow.core.onnx.Value.Known;
import io.xbarflow.core.onnx.Value.LayerMaker;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.QuantisedConstant;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import io.xbarflow.core.tensor.HostQuantisation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/**
 * The network while it grows, node by node: what every ONNX value stands for, and the layers made
 * so far.
 */
final class Assembly {
  private static final String QUANTISE_FIRST =
      "Let the quantiser quantise this tensor too (QuantizeLinear and DequantizeLinear), or quantise"
          + " the float model with `xbarflow quantize`.";

  private final Graph graph;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, Layer> layersByOutput = new LinkedHashMap<>();
  private final List<HostTensor> inputs = new ArrayList<>();
  private final Set<String> layerNames = new HashSet<>();
  private final Map<String, Node> writers = new HashMap<>();
  private final Limits.Memory memory = new Limits.Memory();
  private final List<ImportNote> notes = new ArrayList<>();
  private final Settling settling = new Settling(this);
  private final Origins origins = new Origins(this);
  private final MissingQuantisation missing;

  /** Without layers, and without ranges of float results. */
  Assembly(Graph graph) {
    this(graph, ImmutableMap.of());
  }

  /**
   * Without layers.
   *
   * @param observed ranges of float results that are not quantised, by ONNX value
   */
  Assembly(Graph graph, ImmutableMap<String, Interval> observed) {
    this.graph = graph;
    missing = new MissingQuantisation(this, observed);
    graph.constants().forEach((name, constant) -> values.put(name, new Known(constant)));
    for (Node node : graph.nodes()) {
      node.outputs().forEach(output -> writers.put(output, node));
    }
  }

  /** The node that writes ONNX value {@code name}; empty for graph inputs and stored tensors. */
  Optional<Node> writer(String name) {
    return Optional.ofNullable(writers.get(name));
  }

  Graph graph() {
    return graph;
  }

  /** The layers of float results, once their quantisation is known. */
  Settling settling() {
    return settling;
  }

  /** The tensors that others are functions of. */
  Origins origins() {
    return origins;
  }

  /** The quantisation of float results that have no QuantizeLinear. */
  MissingQuantisation missing() {
    return missing;
  }

  /** Stored tensor {@code name}, when it is one and known by now. */
  Optional<Constant> stored(String name) {
    return values.get(name) instanceof Known known
        ? Optional.of(known.constant())
        : Optional.empty();
  }

  /** Says what ONNX value {@code name} stands for. */
  void define(String name, Value value) {
    values.put(name, value);
  }

  /** Whether nothing is said yet of ONNX value {@code name}. */
  boolean isUnknown(String name) {
    return !values.containsKey(name);
  }

  /** What ONNX value {@code name}, of which something is said, stands for. */
  Value valueOf(String name) {
    return values.get(name);
  }

  /**
   * Accounts for {@code count} values of {@code bytes} bytes each that {@code where} makes.
   *
   * @throws UserException when the model takes more memory than it may
   */
  void take(String where, long count, int bytes) {
    memory.take(where, count, bytes);
  }

  /**
   * Notes that {@code node} is computed in another way than its graph says; {@code text} says how,
   * and how much it can make.
   */
  void note(Node node, String text) {
    notes.add(new ImportNote(node.where(), text));
  }

  /** All that was noted. */
  ImmutableList<ImportNote> notes() {
    return ImmutableList.copyOf(notes);
  }

  /** What operand {@code index} of {@code node} stands for. */
  Value value(Node node, int index) {
    Value value = values.get(node.input(index));
    if (value == null) {
      throw node.refuse(
          node.hasInput(index)
              ? "input '" + node.input(index) + "', which no earlier node writes"
              : "no input " + index,
          "every operand to be a graph input, a stored tensor or an earlier node's output",
          "Check the file with onnx.checker.check_model.");
    }
    if (value instanceof Stream stream) {
      return stream.shared(graph.hasSingleReader(node.input(index)));
    }
    if (value instanceof Dequantised dequantised) {
      boolean single = graph.hasSingleReader(node.input(index));
      return dequantised.withStream(dequantised.stream().shared(single));
    }
    if (value instanceof Arranged arranged) {
      return arranged.shared(graph.hasSingleReader(node.input(index)));
    }
    return value;
  }

  /** Operand {@code index} as a stored tensor, dequantised if it is a quantised one. */
  Constant constant(Node node, int index) {
    Value value = value(node, index);
    if (value instanceof Known known) {
      return known.constant();
    }
    if (value instanceof QuantisedConstant quantised) {
      return quantised.dequantised(node, this);
    }
    throw node.refuse(
        "input " + index + " is " + value.describe(),
        "a stored tensor (initialiser or Constant)",
        "Fold the computation of this input into a constant (onnxsim, or constant folding on"
            + " export).");
  }

  /** Operand {@code index} as a stored list of at most {@code most} integers. */
  ImmutableList<Integer> integers(Node node, int index, int most) {
    Constant list = constant(node, index);
    if (!list.type().isInteger() || list.dims().size() > 1) {
      throw node.refuse(
          "input " + index + " is " + list.describe(),
          "a stored list of integers",
          "Export the model again.");
    }
    Limits.atMost(node.where(), "values in '" + list.name() + "'", list.size(), most);
    take(node.where(), list.size(), Constant.BOXED_BYTES);
    return list.asInts();
  }

  /** Quantised operand {@code index}, whose node states {@code declared} as its meaning. */
  Stream quantised(Node node, int index, Quantisation declared) {
    return asRead(node, index, quantised(node, index), declared);
  }

  /** {@code stream}, operand {@code index} of {@code node}, which states {@code declared}. */
  Stream asRead(Node node, int index, Stream stream, Quantisation declared) {
    Quantisation actual = quantisation(stream);
    if (actual.equals(declared)) {
      return stream;
    }
    if (actual.signed() != declared.signed()) {
      throw node.refuse(
          "input " + index + " with a zero point of another type than the tensor",
          actual.signed() ? "an int8 zero point" : "a uint8 zero point",
          "Export the model again.");
    }
    // The node reads the same bytes with another meaning.
    return lookup(
        node.name() + "_input_" + index,
        stream,
        node.input(index) + "_as_read_by_" + node.name(),
        declared,
        table(actual, x -> x));
  }

  /**
   * {@code stream} as operand {@code operand} of {@code node}, which needs it quantised by {@code
   * to}: the stream itself, or a Lookup that quantises the real values again as ONNX Runtime does.
   */
  Stream requantised(Node node, int operand, Stream stream, Quantisation to) {
    Quantisation from = quantisation(stream);
    return from.equals(to)
        ? stream
        : lookup(
            node.name() + "_operand_" + operand,
            stream,
            stream.tensor() + "_requantised_for_" + node.name(),
            to,
            table(from, x -> HostQuantisation.quantise(HostQuantisation.dequantise(x, from), to)));
  }

  /** Quantised operand {@code index}. */
  Stream quantised(Node node, int index) {
    Value value = value(node, index);
    if (value instanceof Stream stream) {
      return stream;
    }
    throw node.refuse(
        "input " + index + " is " + value.describe(), "a quantised feature map", QUANTISE_FIRST);
  }

  /**
   * Operand {@code index} of a float operator: the output of DequantizeLinear, a function of it
   * that keeps to the quantised values, or a float result, which is quantised for it.
   */
  Stream dequantised(Node node, int index) {
    Value value = value(node, index);
    if (value instanceof Dequantised dequantised && dequantised.isPlain()) {
      return dequantised.stream();
    }
    if (value instanceof Dequantised function) {
      Optional<Stream> quantised = GridFunction.quantised(this, node.input(index), function);
      if (quantised.isPresent()) {
        Stream stream = quantised.get();
        define(node.input(index), Dequantised.plain(stream, quantisation(stream)));
        return stream.shared(graph.hasSingleReader(node.input(index)));
      }
    }
    if (value instanceof Dequantised || value instanceof Unsettled) {
      return missing.give(node, node.input(index), (Shaped) value, Interval.ALL);
    }
    throw node.refuse(
        "float operator; input "
            + index
            + " is "
            + value.describe()
            + (value instanceof HostFloat
                ? ": the graph leaves this layer in float, as quantisers do with excluded nodes"
                : ""),
        "the output of DequantizeLinear",
        QUANTISE_FIRST);
  }

  /** Stored operand {@code index} of a float operator, with its quantisation. */
  QuantisedConstant quantisedConstant(Node node, int index, String what) {
    Value value = value(node, index);
    if (value instanceof QuantisedConstant constant) {
      return constant;
    }
    throw node.refuse(
        what + " is " + value.describe(),
        "DequantizeLinear of a stored integer tensor",
        value instanceof Known
            ? "Let the quantiser quantise the "
                + what
                + " too, or quantise the float model with `xbarflow quantize`."
            : "Store the " + what + " in the model; computed ones cannot sit in crossbars.");
  }

  /** The network tensor of {@code stream}. */
  Tensor tensor(Stream stream) {
    return tensors.get(stream.tensor());
  }

  /** Meaning of the values of {@code stream}. */
  Quantisation quantisation(Stream stream) {
    return tensor(stream).quantisation();
  }

  /** Shape of network tensor {@code tensor}. */
  Shape shape(String tensor) {
    return tensors.get(tensor).shape();
  }

  /** Network tensor {@code tensor}. */
  Tensor tensor(String tensor) {
    return tensors.get(tensor);
  }

  /** The layer that writes the tensor of {@code stream}; empty for a graph input. */
  Optional<Layer> producer(Stream stream) {
    return producer(stream.tensor());
  }

  /** The layer that writes network tensor {@code tensor}; empty for a graph input. */
  Optional<Layer> producer(String tensor) {
    return Optional.ofNullable(layersByOutput.get(tensor));
  }

  /** A network tensor for graph input {@code input}, which is quantised already. */
  Stream input(String input, View view, Quantisation to) {
    return input(
        new HostTensor(input, uniqueTensor(input), view.dims(), view.channelsLast(), false),
        view,
        to);
  }

  /** A network tensor for the float graph input {@code input}, which the host quantises. */
  Stream input(HostFloat input, String tensor, View view, Quantisation to) {
    return input(
        new HostTensor(
            input.name(),
            uniqueTensor(tensor),
            input.view().dims(),
            view.channelsLast(),
            true,
            input.steps()),
        view,
        to);
  }

  private Stream input(HostTensor input, View view, Quantisation to) {
    tensors.put(input.tensor(), new Tensor(input.tensor(), view.shape(), to));
    inputs.add(input);
    return new Stream(input.tensor(), view, true);
  }

  /** The tensor that already stands for graph input {@code input}. */
  Optional<HostTensor> knownInput(String input) {
    return inputs.stream().filter(known -> known.name().equals(input)).findFirst();
  }

  /** Adds the layer of {@code node}, without any clamp, and returns the tensor it writes. */
  Stream emit(Node node, LayerMaker maker, View view, String output, Quantisation to) {
    return emit(node, maker, view, output, to, to.min(), to.max());
  }

  /** Adds a layer that is called {@code layer}, without any clamp. */
  Stream emitAs(String layer, LayerMaker maker, View view, String output, Quantisation to) {
    return emit(layer, maker, view, output, to, to.min(), to.max());
  }

  private Stream emit(
      Node node, LayerMaker maker, View view, String output, Quantisation to, int min, int max) {
    return emit(node.name(), maker, view, output, to, min, max);
  }

  private Stream emit(
      String layer, LayerMaker maker, View view, String output, Quantisation to, int min, int max) {
    LayerMaker prepared = maker.preparedFor(to);
    String tensor = uniqueTensor(output);
    tensors.put(tensor, new Tensor(tensor, view.shape(), to));
    addLayer(tensor, prepared.make(uniqueLayer(layer), tensor, to, min, max));
    return new Stream(tensor, view, true);
  }

  /** Makes the layer of a QDQ operator now that its output quantisation is known. */
  Stream settle(Pending pending, String output, Quantisation to) {
    int min = pending.bounds().apply(to.min(), to);
    int max = pending.bounds().apply(to.max(), to);
    boolean clamped = min > to.min() || max < to.max();
    Layer probe = pending.maker().make(pending.node().name(), output, to, min, max);
    if (!clamped || probe.match(new ClampNarrowing(min, max)).isPresent()) {
      return emit(pending.node(), pending.maker(), pending.view(), output, to, min, max);
    }
    Stream plain = emit(pending.node(), pending.maker(), pending.view(), output + "_unclamped", to);
    int least = min;
    int greatest = max;
    return unary(pending.node(), plain, output, to, x -> Math.min(Math.max(x, least), greatest));
  }

  /**
   * A unary function of {@code stream}: nothing at all when it changes no value, a tighter clamp of
   * the layer before when that is all it is, else a Lookup.
   */
  Stream unary(
      Node node, Stream stream, String output, Quantisation to, IntUnaryOperator function) {
    Quantisation from = quantisation(stream);
    ImmutableList<Integer> table = table(from, function);
    if (from.equals(to)) {
      int least = table.get(0);
      int greatest = table.get(255);
      Layer producer = layersByOutput.get(stream.tensor());
      ClampNarrowing narrowing = new ClampNarrowing(least, greatest);
      if (table.equals(table(from, x -> x))) {
        return stream;
      }
      if (table.equals(table(from, x -> Math.min(Math.max(x, least), greatest)))
          && producer != null) {
        Optional<Layer> narrowed = producer.match(narrowing);
        if (narrowed.isPresent() && (stream.exclusive() || narrowed.get().equals(producer))) {
          layersByOutput.put(stream.tensor(), narrowed.get());
          return stream;
        }
      }
    }
    return lookup(node.name(), stream, output, to, table);
  }

  /**
   * A function of every value and its channel: as {@link #unary} when it is the same in all
   * channels, else a table a channel.
   */
  Stream perChannel(
      Node node, Stream stream, String output, Quantisation to, IntBinaryOperator function) {
    LayerMaker maker = ChannelTables.maker(this, node, stream.tensor(), function);
    Layer probe = maker.make(node.name(), output, to, to.min(), to.max());
    return probe instanceof Layer.Lookup
        ? unary(node, stream, output, to, x -> function.applyAsInt(x, 0))
        : emit(node, maker, stream.view(), output, to);
  }

  private Stream lookup(
      String layer, Stream stream, String output, Quantisation to, ImmutableList<Integer> table) {
    String tensor = uniqueTensor(output);
    tensors.put(tensor, new Tensor(tensor, tensor(stream).shape(), to));
    addLayer(tensor, new Layer.Lookup(uniqueLayer(layer), stream.tensor(), tensor, table));
    return new Stream(tensor, stream.view(), true);
  }

  private ImmutableList<Integer> table(Quantisation from, IntUnaryOperator function) {
    take("ONNX model", RealFunction.VALUES, Constant.BOXED_BYTES);
    ImmutableList.Builder<Integer> table = ImmutableList.builder();
    for (int x = from.min(); x <= from.max(); x++) {
      table.add(function.applyAsInt(x));
    }
    return table.build();
  }

  private void addLayer(String output, Layer layer) {
    Limits.atMost("ONNX model", "layers", layersByOutput.size() + 1L, Limits.LAYERS);
    layersByOutput.put(output, layer);
  }

  private String uniqueLayer(String wanted) {
    String name = wanted;
    for (int i = 2; !layerNames.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  private String uniqueTensor(String wanted) {
    String name = wanted;
    for (int i = 2; tensors.containsKey(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /** The finished network. */
  Network network(String model, String sha256) {
    ImmutableList.Builder<HostTensor> outputs = ImmutableList.builder();
    for (String name : graph.outputs()) {
      outputs.add(GraphOutputs.of(name, values.get(name), this));
    }
    if (layersByOutput.isEmpty()) {
      throw Refusal.of(
          model,
          "no operator that runs on the chip",
          "a network with at least one quantised layer",
          "Give the whole quantised network; see docs/operators.md for what is supported.");
    }
    ImmutableList<HostTensor> hostOutputs = outputs.build();
    ImmutableList<Layer> layers = needed(hostOutputs);
    Set<String> used = new HashSet<>();
    inputs.forEach(input -> used.add(input.tensor()));
    layers.forEach(layer -> used.add(layer.output()));
    return new Network(
        model,
        sha256,
        tensors.values().stream()
            .filter(tensor -> used.contains(tensor.name()))
            .collect(ImmutableList.toImmutableList()),
        layers,
        ImmutableList.copyOf(inputs),
        hostOutputs);
  }

  /** The layers that some output depends on: rewrites leave others behind. */
  private ImmutableList<Layer> needed(ImmutableList<HostTensor> outputs) {
    Set<String> read = new HashSet<>();
    outputs.forEach(output -> read.add(output.tensor()));
    ImmutableList.Builder<Layer> reversed = ImmutableList.builder();
    for (Layer layer : ImmutableList.copyOf(layersByOutput.values()).reverse()) {
      if (read.contains(layer.output())) {
        reversed.add(layer);
        read.addAll(layer.inputs());
      }
    }
    return reversed.build().reverse();
  }

  /** Refuses {@code value} as input of {@code node}, which reads quantised or dequantised data. */
  static UserException unquantised(Node node, Value value) {
    return node.refuse(
        "input is " + value.describe(),
        "a quantised feature map or the output of DequantizeLinear",
        value instanceof HostFloat
            ? QUANTISE_FIRST
            : "Let the quantiser quantise the tensor before this node too.");
  }
}
