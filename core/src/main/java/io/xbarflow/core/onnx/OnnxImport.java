package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The import stage: a quantised ONNX file becomes a {@link Network}.
 *
 * <p>Source: ONNX opsets 8 to 21 in QOperator or QDQ form; docs/operators.md lists every form.
 */
public final class OnnxImport {
  private OnnxImport() {}

  /**
   * Reads {@code file}.
   *
   * @throws UserException when the file is not ONNX, or the node it names cannot be mapped
   */
  public static Network read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw UserException.badInput(
          file.toString(),
          "cannot be read (" + e.getClass().getSimpleName() + ")",
          "a readable ONNX file",
          "Check the path and the permissions.");
    }
    Graph graph = Graph.of(parse(bytes, file));
    Operators.requireSupported(graph);
    Assembly assembly = new Assembly(graph);
    new GraphInputs(graph, assembly).define();
    graph.nodes().forEach(node -> Operators.convert(node, assembly));
    return assembly.network(
        file.getFileName().toString(), Hashing.sha256().hashBytes(bytes).toString());
  }

  /** Names of all supported operators, those outside ai.onnx as {@code domain.Operator}. */
  public static ImmutableSet<String> operators() {
    return Operators.names();
  }

  /** The message; its stored tensors are windows into {@code bytes}, which must not change. */
  private static ModelProto parse(byte[] bytes, Path file) {
    try {
      CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      input.enableAliasing(true);
      ModelProto model = ModelProto.parseFrom(input);
      input.checkLastTagWas(0);
      if (model.hasGraph() && model.getGraph().getOutputCount() > 0) {
        return model;
      }
    } catch (InvalidProtocolBufferException e) {
      throw notOnnx(file);
    } catch (IOException e) {
      throw new AssertionError("reading bytes in memory", e);
    }
    throw notOnnx(file);
  }

  private static UserException notOnnx(Path file) {
    return UserException.badInput(
        file.toString(),
        "not an ONNX model, or a truncated one",
        "a complete ONNX file (ModelProto with a graph)",
        "Export or copy the model again.");
  }
}
