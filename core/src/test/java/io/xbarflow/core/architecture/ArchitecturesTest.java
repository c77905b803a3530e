package io.xbarflow.core.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ArchitecturesTest {
  private static final Architecture DEFAULT =
      new Architecture(
          "default", 256, 256, CoreSelection.IDEAL, 8, 1000, 0, 0, 16, ActivationMemoryPolicy.RING);

  static Stream<Architecture> builtIn() {
    return Stream.of(
        DEFAULT,
        new Architecture(
            "analog-256",
            256,
            256,
            CoreSelection.IDEAL,
            130,
            1000,
            0,
            0,
            16,
            ActivationMemoryPolicy.RING),
        new Architecture(
            "digital-128",
            128,
            128,
            CoreSelection.IDEAL,
            8,
            1000,
            0,
            0,
            16,
            ActivationMemoryPolicy.RING));
  }

  @ParameterizedTest
  @MethodSource
  void builtIn(Architecture expected) {
    assertEquals(expected, Architectures.named(expected.name()));
    assertEquals(expected, Architectures.resolve(expected.name()));
  }

  @Test
  void everyNameIsTested() {
    assertEquals(Architectures.names(), builtIn().map(Architecture::name).toList());
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void roundTripsThroughJson(Architecture architecture, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("architecture.json");
    Artefacts.write(file, architecture);
    assertEquals(architecture, Artefacts.read(file, Architecture.class));
    assertTrue(Files.readString(file).contains("\"memory\" : \"ring\""), Files.readString(file));
  }

  @Test
  void unknownNameListsTheKnown() {
    UserException error =
        assertThrows(UserException.class, () -> Architectures.resolve("analog-512"));
    assertTrue(error.getMessage().contains("'analog-512'"), error.getMessage());
    assertTrue(error.getMessage().contains("default, analog-256, digital-128"), error.getMessage());
  }

  @Test
  void aFileIsReadWhateverItsEnding(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("chip.txt");
    Files.writeString(file, "crossbar: {rows: 2, columns: 3}\nmvmCycles: 4\n");
    assertEquals(2, Architectures.resolve(file.toString()).crossbarRows());
    assertThrows(
        UserException.class, () -> Architectures.resolve(folder.resolve("no.yaml").toString()));
  }

  @Test
  void withChangesOneThing() {
    assertEquals(
        new Architecture(
            "default", 64, 32, CoreSelection.IDEAL, 4, 1000, 2, 3, 5, ActivationMemoryPolicy.RING),
        DEFAULT
            .withCrossbar(64, 32)
            .withMvmCycles(4)
            .withGrid(2, 3)
            .withReach(5)
            .withCores(CoreSelection.IDEAL)
            .withMemory(ActivationMemoryPolicy.RING));
    assertTrue(DEFAULT.automaticGrid());
    assertFalse(DEFAULT.withGrid(2, 3).automaticGrid());
  }

  @Test
  void callersMistakesAreCaught() {
    assertThrows(IllegalArgumentException.class, () -> DEFAULT.withCrossbar(0, 1));
    assertThrows(IllegalArgumentException.class, () -> DEFAULT.withCrossbar(1, 65537));
    assertThrows(IllegalArgumentException.class, () -> DEFAULT.withMvmCycles(0));
    assertThrows(IllegalArgumentException.class, () -> DEFAULT.withGrid(0, 3));
    assertThrows(IllegalArgumentException.class, () -> DEFAULT.withReach(0));
    assertThrows(NullPointerException.class, () -> DEFAULT.withCores(null));
  }
}
