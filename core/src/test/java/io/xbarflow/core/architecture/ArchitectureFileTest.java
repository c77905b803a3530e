package io.xbarflow.core.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.diagnostic.Diagnostic;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ArchitectureFileTest {
  private static final String CROSSBAR = "crossbar: {rows: 64, columns: 32}\n";
  private static final String LEAST = CROSSBAR + "mvmCycles: 4\n";
  private static final Architecture LEAST_MEANS =
      new Architecture(
          "chip", 64, 32, CoreSelection.IDEAL, 4, 1000, 0, 0, 16, ActivationMemoryPolicy.RING);

  /** A text and the architecture it stands for. */
  private record Accepted(String name, String text, Architecture expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Accepted> accepted() {
    return Stream.of(
        new Accepted("least", LEAST, LEAST_MEANS),
        new Accepted(
            "block style",
            "# comment\nmvmCycles: 4\ncrossbar:\n  columns: 32\n  rows: 64\n",
            LEAST_MEANS),
        new Accepted(
            "json style",
            "{\"crossbar\": {\"rows\": 64, \"columns\": 32}, \"mvmCycles\": 4}",
            LEAST_MEANS),
        new Accepted(
            "everything",
            LEAST
                + "name: mine\ncore: ideal\nclockMHz: 250\ngrid: {rows: 3, columns: 5}\n"
                + "reach: 2\nmemory: frame\nchannel: 96\n",
            new Architecture(
                "mine",
                64,
                32,
                CoreSelection.IDEAL,
                4,
                250,
                3,
                5,
                2,
                ActivationMemoryPolicy.FRAME,
                96)),
        new Accepted(
            "core types",
            LEAST
                + "core: depthwise, pcm\nlayers: {conv.1: digital}\n"
                + "parameters: {pcm: {adcBits: 6, drift: 0.5}}\n",
            new Architecture(
                "chip",
                64,
                32,
                CoreSelection.of("depthwise", "pcm")
                    .withLayer("conv.1", "digital")
                    .withParameter("pcm", "adcBits", "6")
                    .withParameter("pcm", "drift", "0.5"),
                4,
                1000,
                0,
                0,
                16,
                ActivationMemoryPolicy.RING)),
        new Accepted(
            "greatest values",
            "crossbar: {rows: 65536, columns: 65536}\nmvmCycles: 1000000\nclockMHz: 100000\n"
                + "grid: {rows: 4096, columns: 4096}\nreach: 1000000\n",
            new Architecture(
                "chip",
                65536,
                65536,
                CoreSelection.IDEAL,
                1_000_000,
                100_000,
                4096,
                4096,
                1_000_000,
                ActivationMemoryPolicy.RING)));
  }

  @ParameterizedTest
  @MethodSource
  void accepted(Accepted c, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("chip.yaml"), c.text());
    assertEquals(c.expected(), ArchitectureFile.read(file));
  }

  /** A text, where its mistake is reported, and what the message says. */
  private record Refused(String name, String text, String where, String... says) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refused> refused() {
    return Stream.of(
        new Refused("empty", "", "chip.yaml", "is empty"),
        new Refused("only a comment", "# nothing\n", "chip.yaml", "is empty"),
        new Refused("a list", "- 1\n- 2\n", "chip.yaml", "not a list of keys"),
        new Refused("a word", "hello\n", "chip.yaml", "not a list of keys"),
        new Refused("not YAML", LEAST + "core: 'ideal\n", "chip.yaml:", "is not YAML"),
        new Refused("tab", "\tcore: ideal\n", "chip.yaml:1:1", "is not YAML"),
        new Refused(
            "second document", LEAST + "---\ncore: ideal\n", "chip.yaml:4", "second document"),
        new Refused(
            "unknown key",
            LEAST + "mvmCycle: 5\n",
            "chip.yaml:3:1",
            "unknown key 'mvmCycle'",
            "name, crossbar, core, mvmCycles, clockMHz, grid, reach, memory, channel, layers,"
                + " parameters"),
        new Refused(
            "unknown key below",
            "mvmCycles: 4\ncrossbar:\n  rows: 64\n  cols: 32\n",
            "chip.yaml:4:3",
            "unknown key 'cols' in crossbar",
            "rows, columns"),
        new Refused("twice", LEAST + "mvmCycles: 5\n", "chip.yaml:3:1", "mvmCycles is there twice"),
        new Refused(
            "twice below",
            "crossbar: {rows: 1, rows: 2, columns: 3}\n",
            "chip.yaml:1:21",
            "crossbar.rows is there twice"),
        new Refused("group twice", LEAST + CROSSBAR, "chip.yaml:3:1", "crossbar is there twice"),
        new Refused("no crossbar", "mvmCycles: 4\n", "chip.yaml", "crossbar.rows is missing"),
        new Refused(
            "no columns",
            "crossbar: {rows: 4}\nmvmCycles: 4\n",
            "chip.yaml",
            "crossbar.columns is missing"),
        new Refused("no mvmCycles", CROSSBAR, "chip.yaml", "mvmCycles is missing"),
        new Refused(
            "grid without columns",
            LEAST + "grid: {rows: 4}\n",
            "chip.yaml",
            "grid.columns is missing"),
        new Refused(
            "crossbar as a word",
            "crossbar: 64x32\nmvmCycles: 4\n",
            "chip.yaml:1:11",
            "crossbar is a single value",
            "rows and columns"),
        new Refused(
            "crossbar as a list",
            "crossbar: [64, 32]\nmvmCycles: 4\n",
            "chip.yaml:1:11",
            "crossbar is a list"),
        new Refused(
            "mvmCycles as a group",
            CROSSBAR + "mvmCycles: {a: 4}\n",
            "chip.yaml:2:12",
            "mvmCycles is a group of keys"),
        new Refused(
            "mvmCycles as a list", CROSSBAR + "mvmCycles: [4]\n", "chip.yaml:2:12", "is a list"),
        new Refused(
            "mvmCycles as a word",
            CROSSBAR + "mvmCycles: fast\n",
            "chip.yaml:2:12",
            "mvmCycles is 'fast'",
            "from 1 to 1000000"),
        new Refused(
            "mvmCycles quoted",
            CROSSBAR + "mvmCycles: '4'\n",
            "chip.yaml:2:12",
            "mvmCycles is '4'"),
        new Refused(
            "mvmCycles a fraction",
            CROSSBAR + "mvmCycles: 4.5\n",
            "chip.yaml:2:12",
            "mvmCycles is '4.5'"),
        new Refused(
            "mvmCycles beyond long",
            CROSSBAR + "mvmCycles: 99999999999999999999\n",
            "chip.yaml:2:12",
            "mvmCycles is '99999999999999999999'"),
        new Refused("mvmCycles empty", CROSSBAR + "mvmCycles:\n", "chip.yaml:2:", "mvmCycles is"),
        new Refused("mvmCycles 0", CROSSBAR + "mvmCycles: 0\n", "chip.yaml:2:12", "mvmCycles is 0"),
        new Refused(
            "mvmCycles too many",
            CROSSBAR + "mvmCycles: 4294967297\n",
            "chip.yaml:2:12",
            "mvmCycles is 4294967297"),
        new Refused(
            "rows 0",
            "crossbar: {rows: 0, columns: 32}\nmvmCycles: 4\n",
            "chip.yaml:1:18",
            "crossbar.rows is 0"),
        new Refused(
            "columns negative",
            "crossbar: {rows: 64, columns: -1}\nmvmCycles: 4\n",
            "chip.yaml:1:31",
            "crossbar.columns is -1"),
        new Refused(
            "rows too many",
            "crossbar: {rows: 65537, columns: 32}\nmvmCycles: 4\n",
            "chip.yaml:1:18",
            "crossbar.rows is 65537"),
        new Refused("clock 0", LEAST + "clockMHz: 0\n", "chip.yaml:3:11", "clockMHz is 0"),
        new Refused("reach 0", LEAST + "reach: 0\n", "chip.yaml:3:8", "reach is 0"),
        new Refused(
            "grid 0", LEAST + "grid: {rows: 0, columns: 4}\n", "chip.yaml:3:14", "grid.rows is 0"),
        new Refused(
            "grid too wide",
            LEAST + "grid: {rows: 4, columns: 4097}\n",
            "chip.yaml:3:26",
            "grid.columns is 4097"),
        new Refused(
            "layers a word",
            LEAST + "layers: digital\n",
            "chip.yaml:3:9",
            "layers is a single value"),
        new Refused(
            "parameters of no core",
            LEAST + "parameters: {adcBits: 8}\n",
            "chip.yaml:3:23",
            "parameters.adcBits is a single value"),
        new Refused(
            "layer twice",
            LEAST + "layers: {a: pcm, a: digital}\n",
            "chip.yaml:3:18",
            "key layers.a is there twice"),
        new Refused("core a number", LEAST + "core: 5\n", "chip.yaml:3:7", "core is '5'"),
        new Refused("name empty", LEAST + "name: ''\n", "chip.yaml:3:7", "name is ''"),
        new Refused("channel 0", LEAST + "channel: 0\n", "chip.yaml:3:10", "channel is 0"),
        new Refused(
            "memory unknown",
            LEAST + "memory: cache\n",
            "chip.yaml:3:9",
            "unknown activation memory policy 'cache'",
            "ring, rows or frame"));
  }

  @ParameterizedTest
  @MethodSource
  void refused(Refused c, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("chip.yaml"), c.text());
    Diagnostic diagnostic =
        assertThrows(UserException.class, () -> ArchitectureFile.read(file)).diagnostic();
    assertEquals(Diagnostic.Kind.BAD_INPUT, diagnostic.kind());
    assertTrue(
        diagnostic.where().startsWith(folder.resolve(c.where()).toString()), diagnostic.message());
    for (String part : c.says()) {
      assertTrue(diagnostic.message().contains(part), diagnostic.message());
    }
  }

  @Test
  void missingFile(@TempDir Path folder) {
    UserException error =
        assertThrows(UserException.class, () -> ArchitectureFile.read(folder.resolve("no.yaml")));
    assertTrue(error.getMessage().contains("no such file"), error.getMessage());
  }

  @Test
  void binaryFile(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("a.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    UserException error = assertThrows(UserException.class, () -> ArchitectureFile.read(file));
    assertTrue(error.getMessage().contains("not UTF-8"), error.getMessage());
  }
}
