package io.xbarflow.core.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class Int8ArrayTest {
  @TempDir Path folder;

  private static byte[] every() {
    byte[] values = new byte[256];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) i;
    }
    return values;
  }

  @Test
  void builderTakesEveryValueOnce() {
    Int8Array.Builder builder = Int8Array.builder(256);
    for (byte value : every()) {
      assertThrows(IllegalStateException.class, builder::build);
      builder.add(value);
    }
    assertThrows(IndexOutOfBoundsException.class, () -> builder.add((byte) 1));
    Int8Array array = builder.build();
    assertEquals(Int8Array.copyOf(every()), array);
    assertThrows(IllegalStateException.class, builder::build);
    assertThrows(IndexOutOfBoundsException.class, () -> builder.add((byte) 1));
    assertEquals(-128, array.get(128));
  }

  @Test
  void copiesAreIndependent() {
    byte[] values = every();
    Int8Array array = Int8Array.copyOf(values);
    values[3]++;
    array.toArray()[4]++;
    assertArrayEquals(every(), array.toArray());
  }

  @Test
  void isBase64InJson() throws IOException {
    Path file = folder.resolve("weights.json");
    Artefacts.write(file, Int8Array.copyOf(every()));
    assertEquals(
        "\"" + Base64.getEncoder().encodeToString(every()) + "\"\n", Files.readString(file));
    assertEquals(Int8Array.copyOf(every()), Artefacts.read(file, Int8Array.class));
    assertFalse(Int8Array.copyOf(new byte[256]).equals(Artefacts.read(file, Int8Array.class)));
    Artefacts.writeText(file, "\"AB*D\"\n");
    assertThrows(UserException.class, () -> Artefacts.read(file, Int8Array.class));
  }
}
