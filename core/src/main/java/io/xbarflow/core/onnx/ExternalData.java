package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Stored tensors whose values are in files beside the model (ONNX external data). Each file is read
 * once, whole, however many tensors are windows into it; only files in the model's folder are
 * opened.
 *
 * <p>Source: onnx.proto of ONNX 1.16, TensorProto.external_data.
 */
final class ExternalData {
  private final Path model;
  private final Map<Path, byte[]> files = new LinkedHashMap<>();
  private long budget;

  private ExternalData(Path model, long budget) {
    this.model = model;
    this.budget = budget;
  }

  /**
   * A model that holds the values of all its tensors.
   *
   * @param model the model
   * @param files what was read beside it, in the order in which the tensors name it
   */
  record Inlined(ModelProto model, Collection<byte[]> files) {}

  /**
   * {@code proto}, read from {@code model}, with the values that lie in other files.
   *
   * @param budget how many bytes those files may have together
   * @throws UserException when a file is not in the model's folder, is not there, or is too short
   */
  static Inlined into(ModelProto proto, Path model, long budget) {
    ExternalData data = new ExternalData(model, budget);
    GraphProto.Builder graph = null;
    for (int i = 0; i < proto.getGraph().getInitializerCount(); i++) {
      TensorProto tensor = proto.getGraph().getInitializer(i);
      if (isExternal(tensor)) {
        graph = graph == null ? proto.getGraph().toBuilder() : graph;
        graph.setInitializer(i, data.inlined(tensor, tensor.getName()));
      }
    }
    for (int i = 0; i < proto.getGraph().getNodeCount(); i++) {
      NodeProto node = proto.getGraph().getNode(i);
      for (int j = 0; j < node.getAttributeCount(); j++) {
        AttributeProto attribute = node.getAttribute(j);
        if (attribute.hasT() && isExternal(attribute.getT())) {
          graph = graph == null ? proto.getGraph().toBuilder() : graph;
          String name = node.getOutputCount() == 0 ? node.getName() : node.getOutput(0);
          graph.getNodeBuilder(i).getAttributeBuilder(j).setT(data.inlined(attribute.getT(), name));
        }
      }
    }
    return new Inlined(
        graph == null ? proto : proto.toBuilder().setGraph(graph).build(), data.files.values());
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  private TensorProto inlined(TensorProto tensor, String name) {
    String where = "tensor " + name;
    byte[] bytes = bytes(where, entry(tensor, "location").orElse(""));
    long offset = number(tensor, where, "offset").orElse(0L);
    long length =
        offset > bytes.length ? 0 : number(tensor, where, "length").orElse(bytes.length - offset);
    if (offset > bytes.length || length > bytes.length - offset) {
      throw refuse(
          where,
          length
              + " bytes from byte "
              + offset
              + " on of "
              + entry(tensor, "location").orElse("")
              + ", which has "
              + bytes.length,
          "a data file that holds them",
          "The file is cut short or belongs to another model: copy it again with the model.");
    }
    ByteString values = UnsafeByteOperations.unsafeWrap(bytes, (int) offset, (int) length);
    return tensor.toBuilder().clearExternalData().clearDataLocation().setRawData(values).build();
  }

  /** The bytes of the data file that {@code where} calls {@code location}. */
  private byte[] bytes(String where, String location) {
    Path file = file(where, location);
    byte[] known = files.get(file);
    if (known != null) {
      return known;
    }
    try {
      long size = Files.size(file);
      if (size > budget) {
        throw refuse(
            where,
            size + " bytes in " + location,
            "at most " + budget + " beside what was read of the model before",
            "Use a smaller model; docs/operators.md lists the limits of the importer.");
      }
      byte[] bytes = Files.readAllBytes(file);
      budget -= bytes.length;
      files.put(file, bytes);
      return bytes;
    } catch (IOException e) {
      throw unreadable(where, location, "cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  /** The file in the model's folder that {@code location} names, with links followed. */
  private Path file(String where, String location) {
    Path folder = model.toAbsolutePath().getParent();
    try {
      Path relative = Path.of(location);
      boolean leaves = location.isEmpty() || relative.isAbsolute();
      for (Path part : relative) {
        leaves |= part.toString().equals("..");
      }
      Path named = folder.resolve(relative);
      if (leaves) {
        throw outside(where, "'" + location + "'");
      }
      if (!Files.isRegularFile(named)) {
        throw unreadable(where, location, "is not there");
      }
      Path real = named.toRealPath();
      if (!real.startsWith(folder.toRealPath())) {
        throw outside(where, "'" + location + "', a link to a file elsewhere");
      }
      return real;
    } catch (InvalidPathException e) {
      throw outside(where, "a name that no file can have");
    } catch (IOException e) {
      throw unreadable(where, location, "cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private static UserException outside(String where, String found) {
    return refuse(
        where,
        "external data in " + found,
        "a file in the model's folder, named relative to it",
        "Copy the data file beside the model, or save the model with save_as_external_data=False.");
  }

  private static UserException unreadable(String where, String location, String found) {
    return refuse(
        where,
        "its data file '" + location + "' " + found,
        "the file in the model's folder",
        "Copy the data file beside the model; it comes with it.");
  }

  private static Optional<String> entry(TensorProto tensor, String key) {
    return tensor.getExternalDataList().stream()
        .filter(entry -> entry.getKey().equals(key))
        .map(StringStringEntryProto::getValue)
        .findFirst();
  }

  private static Optional<Long> number(TensorProto tensor, String where, String key) {
    Optional<String> text = entry(tensor, key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Long value = Longs.tryParse(text.get());
    if (value == null || value < 0) {
      throw refuse(
          where,
          key + " '" + text.get() + "' of its external data",
          "a number of bytes",
          "The file is damaged; export the model again.");
    }
    return Optional.of(value);
  }

  private static UserException refuse(String where, String found, String expected, String advice) {
    return Refusal.of(where, found, expected, advice);
  }
}
