package io.xbarflow.core.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every third-party operator case is imported or refused with a message, and the count is known.
 */
final class OperatorCasesTest {
  private static final int SUPPORTED = 39;
  private static final int REFUSED = 113;

  @Test
  void everyCaseIsSupportedOrRefused() throws IOException {
    if (!ThirdPartyModels.present(SUPPORTED + REFUSED)) {
      return;
    }
    Map<String, String> refused = new TreeMap<>();
    int supported = 0;
    try (Stream<Path> folders = Files.list(ThirdPartyModels.root().resolve("op"))) {
      List<Path> models =
          folders.map(f -> f.resolve("model.onnx")).filter(Files::exists).sorted().toList();
      for (Path model : models) {
        String name = String.valueOf(model.getParent().getFileName());
        try {
          OnnxImport.read(model);
          supported++;
          System.out.println("supported " + name);
        } catch (UserException e) {
          refused.put(name, e.getMessage());
        }
      }
    }
    refused.forEach((name, reason) -> System.out.println("refused " + name + ": " + reason));
    System.out.println(supported + " supported, " + refused.size() + " refused");
    assertEquals(SUPPORTED, supported, "supported cases");
    assertEquals(REFUSED, refused.size(), "refused cases");
  }
}
