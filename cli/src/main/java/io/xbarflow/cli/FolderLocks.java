package io.xbarflow.cli;

import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.artefact.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The folders that this run writes to and keeps other runs out of. */
final class FolderLocks implements AutoCloseable {
  private final Map<Path, FolderLock> locks = new HashMap<>();

  /**
   * Makes {@code folder} when it is not there and takes its lock, unless this run has it.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when another run has it, or it cannot be
   *     written
   */
  void take(Path folder) {
    try {
      Path key = Files.createDirectories(folder).toRealPath();
      if (!locks.containsKey(key)) {
        locks.put(key, FolderLock.take(folder));
      }
    } catch (IOException e) {
      throw Artefacts.unwritable(folder, e);
    }
  }

  /** Lets other runs in. */
  @Override
  public void close() {
    locks.values().forEach(FolderLock::close);
    locks.clear();
  }
}
