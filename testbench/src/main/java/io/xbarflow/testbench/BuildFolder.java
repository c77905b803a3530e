package io.xbarflow.testbench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A folder for one build, beside the entries of a cache that processes of several machines may
 * share. A file beside it is locked as long as the build runs, which tells it from a folder that a
 * killed process left.
 */
final class BuildFolder implements AutoCloseable {
  private static final String PREFIX = ".building-";
  private static final String LOCK = ".lock";
  private static final AtomicLong COUNT = new AtomicLong();

  private final Path path;
  private final FileChannel lock;

  private BuildFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** A new folder in {@code parent}, from which those of ended processes are removed. */
  static BuildFolder in(Path parent) throws IOException {
    sweep(Files.createDirectories(parent));
    while (true) {
      Path path =
          parent.resolve(
              PREFIX
                  + ProcessHandle.current().pid()
                  + "-"
                  + COUNT.incrementAndGet()
                  + "-"
                  + Long.toHexString(System.nanoTime()));
      FileChannel lock =
          FileChannel.open(lockOf(path), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (tryLock(lock) != null) {
        Files.createDirectory(path);
        return new BuildFolder(path, lock);
      }
      lock.close(); // another process just swept it
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // a build of this process
    }
  }

  Path path() {
    return path;
  }

  private static Path lockOf(Path path) {
    return path.resolveSibling(path.getFileName() + LOCK);
  }

  /** Removes the folders of processes that ended. */
  static void sweep(Path parent) throws IOException {
    String own = PREFIX + ProcessHandle.current().pid() + "-";
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path each : found) {
        String name = each.getFileName().toString();
        if (name.endsWith(LOCK) || name.startsWith(own)) {
          continue;
        }
        try (FileChannel lock =
            FileChannel.open(lockOf(each), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          if (tryLock(lock) != null) {
            delete(each);
            Files.deleteIfExists(lockOf(each));
          }
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  @Override
  public void close() throws IOException {
    delete(path);
    Files.deleteIfExists(lockOf(path));
    lock.close();
  }
}
