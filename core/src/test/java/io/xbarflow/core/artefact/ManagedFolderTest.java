package io.xbarflow.core.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ManagedFolderTest {
  @TempDir private Path path;

  private ManagedFolder folder() {
    return ManagedFolder.at(path);
  }

  /** All files but the manifest. */
  private Map<String, String> files() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        texts.put(path.relativize(file).toString(), Files.readString(file));
      }
    }
    texts.remove(ManagedFolder.MANIFEST);
    return texts;
  }

  private void user(String name, String text) throws IOException {
    Files.createDirectories(path.resolve(name).getParent());
    Files.writeString(path.resolve(name), text);
  }

  private void publish(String... names) {
    try (StagedFiles files = folder().stage()) {
      for (String name : names) {
        files.write(name, "ours " + name);
      }
      files.publish(List.of("rtl", "mem"), names[names.length - 1]);
    }
  }

  /** Something that would replace or remove the file {@code name}. */
  private record Deed(String deed, String name, boolean editable) {
    @Override
    public String toString() {
      return deed + " " + name;
    }

    Executable on(ManagedFolderTest test) {
      return switch (deed) {
        case "write" -> () -> test.folder().writeText(name, "new");
        case "write JSON" -> () -> test.folder().write(name, Map.of("a", 1));
        case "delete" -> () -> test.folder().delete(List.of("cosim.json", name));
        case "publish" -> () -> test.publish("rtl/b.v", name, "rtl/filelist.f");
        case "publish without it" -> () -> test.publish("rtl/b.v", "rtl/filelist.f");
        default -> throw new IllegalArgumentException(deed);
      };
    }
  }

  static Stream<Deed> deeds() {
    return Stream.of(
        new Deed("write", "report.html", false),
        new Deed("write JSON", "cosim.json", false),
        new Deed("write JSON", "mapping.json", true),
        new Deed("delete", "report.html", false),
        new Deed("delete", "network.json", true),
        new Deed("publish", "rtl/a.v", false),
        new Deed("publish without it", "rtl/a.v", false));
  }

  static Stream<Deed> deedsOnTheFile() {
    return deeds().filter(deed -> !deed.deed().equals("publish without it"));
  }

  static Stream<Deed> deedsOnEditableFiles() {
    return deeds().filter(Deed::editable);
  }

  static Stream<Deed> deedsOnOtherFiles() {
    return deeds().filter(deed -> !deed.editable());
  }

  @Test
  void aForeignFileOfAnotherNameStays() throws IOException {
    user("rtl/a.v", "the user's");
    publish("rtl/b.v", "rtl/filelist.f");
    assertEquals("the user's", files().get("rtl/a.v"));
  }

  @ParameterizedTest
  @MethodSource("deedsOnTheFile")
  void aForeignFileIsRefusedAndStays(Deed deed) throws IOException {
    user(deed.name(), "the user's");
    Map<String, String> before = files();
    UserException error = assertThrows(UserException.class, deed.on(this));
    for (String part : List.of(path.toString(), deed.name(), "did not write", "Choose another")) {
      assertTrue(error.getMessage().contains(part), error::getMessage);
    }
    assertEquals(before, files());
  }

  @ParameterizedTest
  @MethodSource("deedsOnEditableFiles")
  void aFileThatMayBeEditedIsReplacedOrDeleted(Deed deed) throws Throwable {
    folder().writeText(deed.name(), "ours");
    user(deed.name(), "edited");
    deed.on(this).execute();
    assertFalse("edited".equals(files().get(deed.name())));
  }

  @ParameterizedTest
  @MethodSource("deedsOnOtherFiles")
  void anEditedFileIsRefusedAndStays(Deed deed) throws Throwable {
    folder().writeText(deed.name(), "ours");
    user(deed.name(), "edited");
    Map<String, String> before = files();
    UserException error = assertThrows(UserException.class, deed.on(this));
    assertTrue(error.getMessage().contains(deed.name() + " changed"), error::getMessage);
    assertEquals(before, files());
  }

  @ParameterizedTest
  @MethodSource("deeds")
  void whatWeWroteIsReplaced(Deed deed) throws Throwable {
    folder().writeText(deed.name(), "ours");
    deed.on(this).execute();
    deed.on(this).execute();
    assertFalse("ours".equals(files().get(deed.name())));
  }

  @Test
  void aRunKilledWhileAFileGetsItsNameHoldsNothingUp() throws IOException {
    folder().writeText("report.html", "one");
    String named = Files.readString(path.resolve(ManagedFolder.MANIFEST));
    folder().writeText("report.html", "two");
    String both = Files.readString(path.resolve(ManagedFolder.MANIFEST));
    // Before the rename: the manifest knows both, the file is the old one.
    user("report.html", "one");
    folder().check(List.of("report.html"));
    // Killed there, then again while a third is written.
    Files.writeString(path.resolve(ManagedFolder.MANIFEST), both);
    folder().writeText("report.html", "three");
    user("report.html", "one");
    folder().writeText("report.html", "four");
    assertEquals(Map.of("report.html", "four"), files());
    // A manifest of before the write would refuse.
    Files.writeString(path.resolve(ManagedFolder.MANIFEST), named);
    assertThrows(UserException.class, () -> folder().check(List.of("report.html")));
  }

  @Test
  void aBundleReplacesTheEarlierOneAndLeavesOtherFiles() throws IOException {
    publish("rtl/old.v", "mem/a.hex", "rtl/filelist.f");
    user("rtl/notes.txt", "the user's");
    publish("rtl/new.v", "rtl/filelist.f");
    assertEquals(
        Map.of(
            "rtl/new.v", "ours rtl/new.v",
            "rtl/filelist.f", "ours rtl/filelist.f",
            "rtl/notes.txt", "the user's"),
        files());
  }

  @Test
  void aBundleThatFailsLeavesTheEarlierOne() throws IOException {
    publish("rtl/old.v", "rtl/filelist.f");
    Map<String, String> before = files();
    assertThrows(
        IllegalStateException.class,
        () -> {
          try (StagedFiles files = folder().stage()) {
            files.write("rtl/old.v", "half");
            throw new IllegalStateException();
          }
        });
    assertEquals(before, files());
  }

  @Test
  void whatProgramsWroteInAFolderOfOursIsOurs() throws IOException {
    Path log = folder().claim("syn/log");
    Files.writeString(log.resolve("asic.log"), "1");
    folder().record("syn/log");
    Files.writeString(log.resolve("asic.log"), "2");
    assertEquals(log, folder().claim("syn/log"));
    user("cosim/mine.txt", "the user's");
    UserException error = assertThrows(UserException.class, () -> folder().claim("cosim"));
    assertTrue(error.getMessage().contains("cosim/"), error::getMessage);
  }

  @Test
  void partsOfEndedProcessesAreSweptOthersNot() throws IOException {
    long ended = 2_000_000_000L; // above any process number
    long running = ProcessHandle.current().pid();
    user(".mapping.json." + ended + "-1.part", "half");
    user(".mapping.json." + running + "-99999.part", "being written");
    user(".xbarflow-staged." + ended + "-1.part/rtl/a.v", "half");
    user(".mine.part", "the user's");
    folder().sweep();
    assertEquals(
        Map.of(
            ".mapping.json." + running + "-99999.part",
            "being written",
            ".mine.part",
            "the user's"),
        files());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out.v", "/etc/passwd", "rtl/../../x", ""})
  void aManifestThatNamesOtherFoldersIsRefused(String name) throws IOException {
    user(ManagedFolder.MANIFEST, "{\"files\": {\"" + name + "\": [\"00\"]}, \"folders\": []}");
    assertThrows(UserException.class, () -> folder().names());
  }

  @Test
  void filesHaveThePermissionsOfNewFiles() throws IOException {
    Path usual = Files.writeString(path.resolve("usual"), "");
    folder().write("cosim.json", Map.of());
    folder().writeText("report.html", "");
    publish("rtl/a.v", "rtl/filelist.f");
    for (String name : List.of("cosim.json", "report.html", "rtl/a.v", ManagedFolder.MANIFEST)) {
      assertEquals(
          Files.getPosixFilePermissions(usual),
          Files.getPosixFilePermissions(path.resolve(name)),
          name);
    }
  }

  @Test
  void oneFileAmongTheUsersHasAManifestOfItsOwn() throws IOException {
    user("other.onnx", "the user's");
    Path file = path.resolve("net.onnx");
    ManagedFolder.besides(file).writeText("net.onnx", "1");
    ManagedFolder.besides(file).writeText("net.onnx", "2");
    assertEquals("2", Files.readString(file));
    ManagedFolder other = ManagedFolder.besides(path.resolve("other.onnx"));
    assertThrows(UserException.class, () -> other.writeText("other.onnx", "3"));
  }
}
