package io.xbarflow.cli.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models that once broke the importer, from the folder {@code faults} of the third-party models
 * ({@code XBARFLOW_MODELS}, else {@code shared/models} beside the repository).
 */
final class CollectedModelsTest {
  @TempDir Path folder;

  private static Path faults() {
    String given = System.getenv("XBARFLOW_MODELS");
    Path models =
        given != null
            ? Path.of(given)
            : Path.of(System.getProperty("xbarflow.root", "."), "../shared/models").normalize();
    return models.resolve("faults");
  }

  static boolean arePresent() {
    return Files.isDirectory(faults());
  }

  static Stream<Path> models() throws IOException {
    if (!arePresent()) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.walk(faults())) {
      List<Path> models = files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
      assertFalse(models.isEmpty(), "no models in " + faults());
      return models.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  @EnabledIf("arePresent")
  void endsInArtefactsOrOneMessage(Path model) {
    assertEquals(
        Optional.empty(), Judged.of(() -> ModelStages.importAndMap(model, folder)).fault());
  }
}
