package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Network;
import java.nio.file.Path;

/**
 * The import stage: a quantised ONNX file becomes a {@link Network}.
 *
 * <p>Source: ONNX opsets 6 to 25 in QOperator or QDQ form; docs/operators.md lists every form.
 */
public final class OnnxImport {
  private OnnxImport() {}

  /**
   * Reads {@code file}.
   *
   * @throws UserException when the file is not ONNX or beyond the limits of docs/operators.md, or
   *     the node it names cannot be mapped
   */
  public static Network read(Path file) {
    return read(file, ImportSettings.NONE).network();
  }

  /**
   * Reads {@code file} with what {@code settings} say of it, and says where the network computes
   * something else than its graph.
   *
   * @throws UserException as {@link #read(Path)}, and when the settings do not fit the model
   */
  public static ImportedModel read(Path file, ImportSettings settings) {
    return read(file, settings, ImmutableMap.of());
  }

  /**
   * Reads {@code file}, with ranges for float results that it does not quantise.
   *
   * @param observed ranges by ONNX value, as {@link ImportedModel#given} names them
   * @throws UserException as {@link #read(Path, ImportSettings)}
   */
  public static ImportedModel read(
      Path file, ImportSettings settings, ImmutableMap<String, Interval> observed) {
    ModelFile content = ModelFile.read(file, settings);
    Graph graph = Graph.of(content.model());
    QuantisationStyle.require(graph);
    Operators.requireSupported(graph);
    FirstOpsets.require(graph);
    Assembly assembly = new Assembly(graph, observed);
    assembly.take("ONNX model", content.memoryBytes(), 1);
    new GraphInputs(graph, assembly).define();
    graph.nodes().forEach(node -> Operators.convert(node, assembly));
    Network network = assembly.network(file.getFileName().toString(), content.sha256());
    return new ImportedModel(network, assembly.notes(), assembly.missing().ranges());
  }

  /** Names of all supported operators, those outside ai.onnx as {@code domain.Operator}. */
  public static ImmutableSet<String> operators() {
    return Operators.names();
  }
}
