package io.xbarflow.core.artefact;

import com.google.common.hash.Hashing;
import com.google.common.hash.HashingOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A complete file that has not got its name yet. It stands beside that name, with the permissions
 * that the process gives to new files.
 *
 * @param path where it is
 * @param sha256 hash of its content, in hexadecimal
 */
record Part(Path path, String sha256) implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("\\..*\\.(\\d+)-\\d+\\.part");
  private static final AtomicLong COUNT = new AtomicLong();

  /** What goes into a file. */
  interface Content {
    void writeTo(OutputStream stream) throws IOException;
  }

  /** A name beside {@code file} that no other part has, and that tells which process it is of. */
  static Path beside(Path file) {
    return file.resolveSibling(
        "."
            + file.getFileName()
            + "."
            + ProcessHandle.current().pid()
            + "-"
            + COUNT.incrementAndGet()
            + ".part");
  }

  /** Writes {@code content} beside {@code file}, onto the disk. */
  static Part of(Path file, Content content) throws IOException {
    Path path = beside(file);
    while (true) {
      try (FileChannel channel =
              FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          HashingOutputStream stream =
              new HashingOutputStream(
                  Hashing.sha256(), new BufferedOutputStream(Channels.newOutputStream(channel)))) {
        content.writeTo(stream);
        stream.flush();
        channel.force(true);
        return new Part(path, stream.hash().toString());
      } catch (FileAlreadyExistsException e) {
        path = beside(file); // of an ended process that had the same number
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(path);
        throw e;
      }
    }
  }

  /** Gives it its name, instead of what has that name. */
  void moveTo(Path file) throws IOException {
    move(path, file);
  }

  /** Renames {@code from}, replacing what is called {@code to}. */
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes it unless it has got its name. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }

  /** Removes from {@code folder} the parts that ended processes left. */
  static void sweep(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.part")) {
      for (Path file : files) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()
            && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()
            && Files.isRegularFile(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
