package io.xbarflow.core.artefact;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps two runs out of one folder. The operating system holds the lock, on a file that stays and
 * says which process has it, so the lock of a process that ended, however it did, is free.
 */
public final class FolderLock implements AutoCloseable {
  /** Name of the file in the folder. */
  static final String FILE = ".xbarflow-lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of {@code folder}, which exists.
   *
   * @throws UserException when another run has it, or the folder cannot be written
   */
  public static FolderLock take(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (tryLock(channel) == null) {
          throw UserException.badInput(
              folder.toString(),
              "is in use by another run of xbarflow (" + owner(channel) + ")",
              "a folder that one run at a time writes to",
              "Wait until it has ended, or choose another folder.");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(US_ASCII)));
        return new FolderLock(channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw Artefacts.unwritable(folder, e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this process has it
    }
  }

  private static String owner(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(32);
    channel.read(buffer, 0);
    String pid = new String(buffer.array(), 0, buffer.position(), US_ASCII).strip();
    return pid.matches("\\d+") ? "process " + pid : "a process that is just starting";
  }

  @Override
  public void close() {
    try {
      channel.truncate(0);
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
