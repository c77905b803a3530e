package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * An ONNX file in memory. Before it becomes objects it is measured: a few bytes of protobuf can
 * stand for hundreds of bytes of objects.
 */
public final class ModelFile {
  private final ModelProto model;
  private final HashCode hash;
  private final long memoryBytes;

  private ModelFile(ModelProto model, HashCode hash, long memoryBytes) {
    this.model = model;
    this.hash = hash;
    this.memoryBytes = memoryBytes;
  }

  /**
   * Reads {@code file}, and the files with external data beside it.
   *
   * @throws UserException when it cannot be read, is no ONNX model with a graph that has an output,
   *     does not fit {@code settings}, or is beyond the limits of docs/operators.md
   */
  public static ModelFile read(Path file, ImportSettings settings) {
    byte[] bytes = bytes(file);
    try {
      ModelSize size = ModelSize.of(input(bytes));
      require(file, "nodes", size.nodes(), Limits.NODES);
      require(file, "bytes beside the values of tensors", size.structure(), Limits.STRUCTURE_BYTES);
      long memory = bytes.length + size.objectBytes();
      require(file, "bytes of memory for its tensors", memory, Limits.MEMORY_BYTES);
      CodedInputStream input = input(bytes);
      ModelProto model = ModelProto.parseFrom(input);
      input.checkLastTagWas(0);
      if (model.hasGraph() && model.getGraph().getOutputCount() > 0) {
        ExternalData.Inlined whole =
            ExternalData.into(
                model,
                file,
                Math.min(Limits.FILE_BYTES - bytes.length, Limits.MEMORY_BYTES - memory));
        memory += StoredSize.unpacked(whole.model().getGraph());
        Hasher hash = Hashing.sha256().newHasher().putBytes(bytes);
        for (byte[] beside : whole.files()) {
          hash.putBytes(beside);
          memory += beside.length;
        }
        require(file, "bytes of memory for its tensors", memory, Limits.MEMORY_BYTES);
        return new ModelFile(
            InputShapes.apply(whole.model(), settings.inputShapes()), hash.hash(), memory);
      }
    } catch (InvalidProtocolBufferException e) {
      throw notOnnx(file);
    } catch (IOException e) {
      throw new AssertionError("reading bytes in memory", e);
    }
    throw notOnnx(file);
  }

  /**
   * The bytes of {@code file}, a model or a tensor file.
   *
   * @throws UserException when it cannot be read, or is too large
   */
  static byte[] bytes(Path file) {
    try {
      require(file, "bytes", Files.size(file), Limits.FILE_BYTES);
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw Refusal.of(
          file.toString(),
          "cannot be read (" + e.getClass().getSimpleName() + ")",
          "a readable ONNX file",
          "Check the path and the permissions.");
    }
  }

  /** Stored tensors are windows into {@code bytes}, which must not change. */
  private static CodedInputStream input(byte[] bytes) {
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    input.enableAliasing(true);
    return input;
  }

  private static void require(Path file, String what, long found, long most) {
    if (found > most) {
      throw Refusal.of(
          file.toString(),
          String.format(Locale.ROOT, "%,d %s", found, what),
          String.format(Locale.ROOT, "at most %,d", most),
          "Use a smaller model; docs/operators.md lists the limits of the importer.");
    }
  }

  private static UserException notOnnx(Path file) {
    return Refusal.of(
        file.toString(),
        "not an ONNX model, or a truncated one",
        "a complete ONNX file (ModelProto with a graph)",
        "Export or copy the model again.");
  }

  /** The model; it has a graph with an output, and holds the values of all its tensors. */
  public ModelProto model() {
    return model;
  }

  /** The hash of the file and of the files beside it with its values, hexadecimal. */
  String sha256() {
    return hash.toString();
  }

  /** Bytes that the files and their objects take. */
  long memoryBytes() {
    return memoryBytes;
  }
}
