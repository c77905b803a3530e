package io.xbarflow.testbench;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A file of the cache whose name is the hash of its content, in a folder whose name is the hash of
 * what it was made from. So it comes and goes in one step, and damage shows: a file that is cut off
 * or altered has not the hash that its name says.
 *
 * @param folder for this file; need not exist
 * @param ending of its name
 */
record KeptFile(Path folder, String ending) {
  /** The file, if it is there and sound; what is damaged is removed. */
  Optional<Path> find() throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.deleteIfExists(folder);
      return Optional.empty();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ending)) {
      for (Path file : files) {
        if (Files.isReadable(file) && file.getFileName().toString().equals(name(file))) {
          return Optional.of(file);
        }
        Files.deleteIfExists(file);
      }
    }
    return Optional.empty();
  }

  /** Moves {@code file}, which is complete, to its place; gives that place. */
  Path keep(Path file) throws IOException {
    Path place = Files.createDirectories(folder).resolve(name(file));
    Files.move(file, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return place;
  }

  /** Removes it. */
  void discard() throws IOException {
    Optional<Path> file = find();
    if (file.isPresent()) {
      Files.deleteIfExists(file.get());
    }
  }

  private String name(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()) + ending;
  }
}
