package io.xbarflow.cli.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that once broke the importer end in artefacts or one clear message. */
@NeedsThirdPartyModels
final class CollectedModelsTest {
  @TempDir Path folder;

  static Stream<Path> models() throws IOException {
    Path faults = ThirdPartyModels.resolve("faults");
    try (Stream<Path> files = Files.walk(faults)) {
      List<Path> models = files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
      assertFalse(models.isEmpty(), "no models in " + faults);
      return models.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void endsInArtefactsOrOneMessage(Path model) {
    assertEquals(
        Optional.empty(), Judgement.of(() -> ModelStages.importAndMap(model, folder)).fault());
  }
}
