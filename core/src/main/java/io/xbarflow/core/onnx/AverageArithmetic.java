package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.tensor.HostQuantisation;
import java.util.Optional;

/**
 * Which arithmetic ONNX Runtime 1.20 gives an AveragePool between DequantizeLinear and
 * QuantizeLinear. With its default options it
 *
 * <ol>
 *   <li>turns int8 into uint8 where a QuantizeLinear has one reader, a DequantizeLinear with one
 *       reader,
 *   <li>then replaces an AveragePool by QLinearAveragePool, if input and output have one type.
 * </ol>
 *
 * <p>An AveragePool with a Relu or Clip behind it that does something is not replaced, and stays in
 * float32. Where only one side of an int8 pool has become uint8, the pool stays in float32, as it
 * is without optimisation. A pool that is replaced has the meaning of its replacement, although the
 * graph without optimisation may give another last bit.
 */
final class AverageArithmetic {
  private static final int VECTOR_STRIDE = 2;
  private static final int VECTOR_KERNEL = 32;
  private static final int VECTOR_WIDTH = 2045;

  /** From this opset on AveragePool has a kernel of its own, which adds row by row. */
  private static final int OPSET_WITH_DILATIONS = 19;

  private static final ImmutableSet<String> CLAMPS = ImmutableSet.of("Relu", "Clip");

  /** The difference of bounds that ONNX Runtime takes for none. */
  private static final float SAME_BOUND = 0x1p-23f;

  private AverageArithmetic() {}

  /** The arithmetic of {@code node}, an AveragePool of the dequantised {@code input}. */
  static Layer.Pool.Kind of(Node node, Assembly assembly, Stream input) {
    Optional<Node> after = quantising(node, assembly);
    if (after.isPresent() && staysClamped(node, after.get(), assembly)) {
      return inFloat(node, assembly, input);
    }
    if (!assembly.quantisation(input).signed()) {
      return Layer.Pool.Kind.AVERAGE;
    }
    Optional<Node> before =
        assembly.writer(node.input(0)).filter(writer -> writer.opType().equals("DequantizeLinear"));
    if (before.isEmpty() || after.isEmpty() || !assembly.graph().hasSingleReader(node.output())) {
      return Layer.Pool.Kind.AVERAGE;
    }
    boolean read = becomesUint8(before.get().input(0), assembly);
    boolean written = becomesUint8(after.get().output(), assembly);
    if (read == written) {
      return read ? Layer.Pool.Kind.AVERAGE_AS_UINT8 : Layer.Pool.Kind.AVERAGE;
    }
    return inFloat(node, assembly, input);
  }

  private static Layer.Pool.Kind inFloat(Node node, Assembly assembly, Stream input) {
    return addsByColumns(node, assembly, input)
        ? Layer.Pool.Kind.FLOAT_AVERAGE_BY_COLUMNS
        : Layer.Pool.Kind.FLOAT_AVERAGE;
  }

  /** The QuantizeLinear behind {@code node} and any Relu and Clip that only it reads. */
  private static Optional<Node> quantising(Node node, Assembly assembly) {
    Node last = node;
    while (assembly.graph().readers().get(last.output()).size() == 1) {
      last = assembly.graph().readers().get(last.output()).get(0);
      if (last.opType().equals("QuantizeLinear")) {
        return Optional.of(last);
      }
      if (!CLAMPS.contains(last.opType())) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a Relu or Clip stands between {@code pool} and {@code quantise} that ONNX Runtime does
   * not leave out, as it does with those whose bounds the quantisation has anyway.
   */
  private static boolean staysClamped(Node pool, Node quantise, Assembly assembly) {
    Quantisation to = QuantisationParameters.ofMap(assembly, quantise, 1, 2, false);
    float least = HostQuantisation.dequantise(to.min(), to);
    float greatest = HostQuantisation.dequantise(to.max(), to);
    Node clamp = assembly.graph().readers().get(pool.output()).get(0);
    while (!clamp.output().equals(quantise.output())) {
      Bounds bounds = ClampingOperator.bounds(clamp, assembly);
      if (bounds.low() - least > SAME_BOUND || greatest - bounds.high() > SAME_BOUND) {
        return true;
      }
      clamp = assembly.graph().readers().get(clamp.output()).get(0);
    }
    return false;
  }

  /** Whether the int8 tensor {@code value} lies between a pair that ONNX Runtime turns to uint8. */
  private static boolean becomesUint8(String value, Assembly assembly) {
    Graph graph = assembly.graph();
    Optional<Node> quantise =
        assembly
            .writer(value)
            .filter(writer -> writer.opType().equals("QuantizeLinear") && writer.hasInput(2));
    if (quantise.isEmpty() || !graph.hasSingleReader(value)) {
      return false;
    }
    Node reader = graph.readers().get(value).get(0);
    if (!reader.opType().equals("DequantizeLinear") || !reader.hasInput(2)) {
      return false;
    }
    int reads = graph.readers().get(reader.output()).size();
    return reads + (graph.outputs().contains(reader.output()) ? 1 : 0) == 1;
  }

  /** Whether the float kernel is the one that adds within columns first. */
  private static boolean addsByColumns(Node node, Assembly assembly, Stream input) {
    WindowAttributes attributes =
        WindowAttributes.of(
            node, input.view(), node.intsAttribute("kernel_shape"), WindowAxis.Use.POOL);
    WindowAxis rows = attributes.rows();
    WindowAxis columns = attributes.columns();
    Shape map = input.view().shape();
    return assembly.graph().opset() < OPSET_WITH_DILATIONS
        && rows.kernel() > 1
        && columns.kernel() > 1
        && columns.stride() <= VECTOR_STRIDE
        && Math.max(rows.kernel(), columns.kernel()) <= VECTOR_KERNEL
        && (long) map.width() + columns.before() + columns.after() <= VECTOR_WIDTH;
  }
}
