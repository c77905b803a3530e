package io.xbarflow.core.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Strings;
import io.xbarflow.core.diagnostic.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of labels, good and bad. */
final class LabelsTest {
  @TempDir Path folder;

  @Test
  void linesAreInOrderOrNamed() throws IOException {
    Labels plain = Labels.read(text("3\n8\n\n-1\n"));
    assertFalse(plain.named());
    assertEquals(List.of(3, 8, -1), plain.inOrder(3));
    assertEquals(List.of(3), plain.inOrder(1));
    Labels named = Labels.read(text("cat,3\nship, 8\nnothing,-1\n"));
    assertTrue(named.named());
    assertEquals(List.of(8, 3, -1), named.of(List.of("ship", "cat", "nothing")));
    assertEquals(List.of(3, 8, -1), named.inOrder(3));
  }

  @ParameterizedTest
  @CsvSource({"'<i8', 8", "'<i4', 4", "'<u2', 2", "'|u1', 1", "'|i1', 1"})
  void integersOfAnyWidthAreLabels(String descr, int width) throws IOException {
    Path file = npy(descr, width, 7, 0, descr.contains("i") ? -1 : 9);
    assertEquals(List.of(7, 0, descr.contains("i") ? -1 : 9), Labels.read(file).inOrder(3));
  }

  @Test
  void badFilesAreExplained() throws IOException {
    assertMessage("labels.txt, line 2", "'x'", "a,3\n8,x\n");
    assertMessage("line 2", "'cat'", "3\ncat\n");
    assertMessage("line 2", "'b,4'", "3\nb,4\n");
    assertMessage("line 2", "'4'", "b,4\n4\n");
    assertMessage("line 3", "'b' a second time", "b,4\nc,4\nb,5\n");
    assertMessage("line 1", "'a,b,4'", "a,b,4\n");
    assertMessage("line 1", "'-2'", "-2\n");
    Labels labels = Labels.read(text("cat,3\n"));
    assertMessage("1 labels", assertThrows(UserException.class, () -> labels.inOrder(2)));
    assertMessage("'dog'", assertThrows(UserException.class, () -> labels.of(List.of("dog"))));
    Path real = npy("<f4", 4, 1, 2, 3);
    assertMessage("<f4", assertThrows(UserException.class, () -> Labels.read(real)));
    Path shortened = npy("<i8", 4, 1, 2, 3);
    assertMessage("12 data bytes", assertThrows(UserException.class, () -> Labels.read(shortened)));
    Path missing = folder.resolve("none.csv");
    assertMessage("cannot be read", assertThrows(UserException.class, () -> Labels.read(missing)));
  }

  private void assertMessage(String where, String found, String content) throws IOException {
    Path file = text(content);
    UserException thrown = assertThrows(UserException.class, () -> Labels.read(file));
    assertMessage(where, thrown);
    assertMessage(found, thrown);
  }

  private static void assertMessage(String part, UserException thrown) {
    assertTrue(thrown.getMessage().contains(part), thrown::getMessage);
  }

  private Path text(String content) throws IOException {
    return Files.writeString(folder.resolve("labels.txt"), content);
  }

  /** Three integers of {@code width} bytes. */
  private Path npy(String descr, int width, long... values) throws IOException {
    String header =
        "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + values.length + ",), }";
    header = Strings.padEnd(header, 117, ' ') + "\n";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
    bytes.write(header.getBytes(StandardCharsets.US_ASCII));
    for (long value : values) {
      byte[] word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
      bytes.write(word, 0, width);
    }
    return Files.write(folder.resolve("labels.npy"), bytes.toByteArray());
  }
}
