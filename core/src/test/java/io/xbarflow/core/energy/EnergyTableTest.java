package io.xbarflow.core.energy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.Resources;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EnergyTableTest {
  private static final String NO_SOURCE =
      "\"Assumption, from no publication: a flip-flop and its load of some fF at 0.9 V\"";

  private static String builtIn() throws IOException {
    return Resources.toString(Resources.getResource(EnergyTable.class, "energy.yaml"), UTF_8);
  }

  @Test
  void builtInTableHasEveryFigure() {
    EnergyTable table = EnergyTable.builtIn();
    assertEquals("literature", table.name());
    assertEquals(190.5, table.macro("pcm").weight().value());
    assertTrue(table.macro("pcm").weight().source().contains("10.5 TOPS/W"));
    assertEquals(50000, table.macro("bit_sliced").output().value());
    assertEquals(table.macros().get("other"), table.macro("my_own"));
    assertEquals(156, table.memoryBit(65536));
    assertEquals(312, table.memoryBit(65537));
    assertEquals(312, table.memoryBit(262144));
    assertEquals(1562, table.memoryBit(262145));
    assertEquals(2.4, table.clock().value());
    assertEquals(0.8, table.place().value());
  }

  /** Text of the built-in table, what stands there instead, what the message says. */
  private record Bad(String name, String right, String wrong, String where, String says) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bad> bad() {
    return Stream.of(
        new Bad("unknown key", "requantise:", "requantize:", ":33:1", "unknown key 'requantize'"),
        new Bad("unknown unit", "wire: {femto", "wire: {pico", ":36:8", "'picojoules' in wire"),
        new Bad("unknown part", "    output:", "    adc:", ":10:5", "'adc' in macros.pcm"),
        new Bad("core type", "  pcm:", "  PCM:", ":7:3", "unknown key 'PCM' in macros"),
        new Bad("no other", "  other:", "  another:", "e.yaml:", "key macros.other is missing"),
        new Bad("missing", "name: literature", "", "e.yaml:", "key name is missing"),
        new Bad("negative", "femtojoules: 156", "femtojoules: -1", ":29:14", "is '-1'"),
        new Bad("text", "femtojoules: 156", "femtojoules: few", ":29:14", "is 'few'"),
        new Bad("infinite", "femtojoules: 156", "femtojoules: .inf", ":29:27", "'.inf'"),
        new Bad("too large", "femtojoules: 156", "femtojoules: 1e30", ":29:14", "is '1e30'"),
        new Bad("group", "name: literature", "name: {a: b}", ":3:7", "one value"),
        new Bad("single value", "memory:", "register: 5\nmemory:", ":28:11", "a group of keys"),
        new Bad("twice", "memory:", "name: x\nmemory:", ":28:1", "there twice"),
        new Bad("list", "name: literature", "name: [a]", ":3:7", "one value"),
        new Bad("no source", "millimetres: 0.8, source", "millimetres: 0.8, why", ":37", "'why'"),
        new Bad("empty source", "some fF at 0.9 V\"}", "\", source: \" \"}", ":34", "there twice"),
        new Bad("blank source", NO_SOURCE, "\" \"", ":34", "empty source"),
        new Bad("not YAML", "name: literature", "name: \"", ":", "is not YAML"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void bad(Bad c, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("e.yaml");
    String text = builtIn();
    assertTrue(text.contains(c.right()), c.right());
    int at = text.indexOf(c.right());
    Files.writeString(
        file, text.substring(0, at) + c.wrong() + text.substring(at + c.right().length()));
    String message = assertThrows(UserException.class, () -> EnergyTable.read(file)).getMessage();
    assertTrue(message.contains(c.where()), message);
    assertTrue(message.contains(c.says()), message);
  }

  @Test
  void fileThatIsNotThereOrEmptyIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("none.yaml");
    assertThrows(UserException.class, () -> EnergyTable.read(file));
    Files.writeString(file, "");
    assertThrows(UserException.class, () -> EnergyTable.read(file));
  }
}
