package io.xbarflow.quantize;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A quantised model as {@code map} sees it. */
public final class QuantisedImport {
  private QuantisedImport() {}

  /**
   * Imports the ONNX file {@code file}.
   *
   * @throws UserException when the importer refuses it, or there is no room for a temporary file
   */
  public static Network read(byte[] file) {
    try {
      Path part = Files.createTempFile("xbarflow-quantize", ".onnx");
      try {
        Files.write(part, file);
        return OnnxImport.read(part);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      UserException error =
          UserException.badInput(
              System.getProperty("java.io.tmpdir"),
              "a temporary file cannot be written (" + e.getMessage() + ")",
              "a writable folder with room for the model",
              "Make room, or set -Djava.io.tmpdir in JAVA_TOOL_OPTIONS.");
      error.initCause(e);
      throw error;
    }
  }
}
