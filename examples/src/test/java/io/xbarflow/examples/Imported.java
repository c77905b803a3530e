package io.xbarflow.examples;

import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reference networks as the importer reads them. */
final class Imported {
  private Imported() {}

  /** Network {@code name}, written and read. */
  static Network reference(String name) throws IOException {
    Path file = Files.createTempFile(name, ".onnx");
    try {
      ReferenceNetworks.write(name, file);
      return OnnxImport.read(file);
    } finally {
      Files.delete(file);
    }
  }
}
