package io.xbarflow.core.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
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
  private static final int SUPPORTED = 41;
  private static final int REFUSED = 111;

  @Test
  @NeedsThirdPartyModels
  void everyCaseIsSupportedOrRefused() throws IOException {
    Map<String, String> refused = new TreeMap<>();
    int supported = 0;
    try (Stream<Path> folders = Files.list(ThirdPartyModels.resolve("op"))) {
      List<Path> models =
          folders.map(f -> f.resolve("model.onnx")).filter(Files::exists).sorted().toList();
      for (Path model : models) {
        String name = String.valueOf(model.getParent().getFileName());
        try {
          OnnxImport.read(model);
          supported++;
        } catch (UserException e) {
          refused.put(name, e.getMessage());
        }
      }
    }
    assertEquals(SUPPORTED, supported, () -> "supported cases; refused are " + refused);
    assertEquals(REFUSED, refused.size(), () -> "refused cases: " + refused);
  }
}
