package io.xbarflow.core.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderLockTest {
  @TempDir private Path folder;

  /** Takes the lock of the folder and keeps it until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    try (FolderLock lock = FolderLock.take(Path.of(arguments[0]))) {
      System.out.println("taken " + (lock != null));
      while (System.in.read() >= 0) {
        // until the end
      }
    }
  }

  private Process holder() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FolderLockTest.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals('t', process.getInputStream().read());
    return process;
  }

  @Test
  void anotherProcessIsNamedAndItsLockEndsWithIt() throws Exception {
    Process holder = holder();
    try {
      UserException error =
          assertThrows(UserException.class, () -> FolderLock.take(folder).close());
      assertTrue(error.getMessage().contains("process " + holder.pid()), error::getMessage);
      assertEquals(2, error.diagnostic().kind().exitCode());
    } finally {
      holder.destroyForcibly().waitFor(); // no chance to clean up
    }
    assertTrue(Files.exists(folder.resolve(FolderLock.FILE)));
    FolderLock.take(folder).close();
  }

  @Test
  void aRunOfTheSameProcessIsRefusedUntilItsLockIsClosed() {
    try (FolderLock lock = FolderLock.take(folder)) {
      assertThrows(UserException.class, () -> FolderLock.take(folder).close(), lock::toString);
    }
    FolderLock.take(folder).close();
  }
}
