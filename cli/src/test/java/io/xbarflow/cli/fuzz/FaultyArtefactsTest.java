package io.xbarflow.cli.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.cli.StagesForTests;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Edited artefacts that once ended as internal errors, or with a message without sense. */
@NeedsThirdPartyModels
final class FaultyArtefactsTest {
  private static final Path FAULTS = ThirdPartyModels.resolve("faults");
  private static final FuzzNetworks.Chip TINY =
      FuzzNetworks.chip("tiny", FuzzNetworks.tiny(), "ideal");

  @TempDir private Path folder;

  static Stream<Path> edits() throws IOException {
    try (Stream<Path> files = Files.walk(FAULTS, 2)) {
      return files
          .filter(
              file ->
                  FAULTS
                      .relativize(file)
                      .toString()
                      .matches("(generate|simulate|nullmsg)-(mapping|network)-.*\\.json"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("edits")
  void everyStageGivesItsArtefactOrOneClearMessage(Path edited) throws IOException {
    Artefacts.write(folder.resolve("network.json"), TINY.network());
    Artefacts.write(folder.resolve("mapping.json"), TINY.mapping());
    boolean network = edited.getParent().getFileName().toString().contains("network");
    Files.write(
        folder.resolve(network ? "network.json" : "mapping.json"), Files.readAllBytes(edited));
    TreeMap<String, String> said = new TreeMap<>();
    for (StagesForTests stage : StagesForTests.values()) {
      Judgement judgement = ArtefactFuzzTest.stage(stage, folder);
      assertEquals(Optional.empty(), judgement.fault(), edited + ", " + stage.verb());
      said.put(stage.verb(), judgement.message().orElse("done"));
    }
    // All of these edits break something.
    assertTrue(said.values().stream().noneMatch("done"::equals), () -> edited + ": " + said);
  }
}
