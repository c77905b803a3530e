package io.xbarflow.core.artefact;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Many files that belong together, such as an RTL bundle. They are written to a hidden folder and
 * get their names when all are complete; the earlier ones stay until then.
 */
public final class StagedFiles implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("\\.xbarflow-staged\\.(\\d+)-\\d+\\.part");

  private final ManagedFolder owner;
  private final Path folder;
  private final TreeMap<String, String> hashes = new TreeMap<>(); // by name

  private StagedFiles(ManagedFolder owner, Path folder) {
    this.owner = owner;
    this.folder = folder;
  }

  static StagedFiles in(ManagedFolder owner, Path folder) {
    Path staged = Part.beside(folder.resolve("xbarflow-staged"));
    try {
      Files.createDirectories(staged);
    } catch (IOException e) {
      throw Artefacts.unwritable(folder, e);
    }
    return new StagedFiles(owner, staged);
  }

  /** Writes {@code text} for the file {@code name}. */
  public void write(String name, String text) {
    Path file = folder.resolve(name);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw Artefacts.unwritable(file, e);
    }
    hashes.put(name, Hashing.sha256().hashBytes(bytes).toString());
  }

  /**
   * Gives all files their names, and removes from {@code folders} what xbarflow wrote there before
   * and these files do not replace.
   *
   * @param last the file that gets its name last: who sees it sees all
   */
  public void publish(List<String> folders, String last) {
    try {
      owner.publish(hashes, folder, folders, last);
    } catch (IOException e) {
      throw Artefacts.unwritable(folder.getParent(), e);
    }
  }

  /** Removes what was not published. */
  @Override
  public void close() {
    try {
      delete(folder);
    } catch (IOException e) {
      throw Artefacts.unwritable(folder, e);
    }
  }

  /** Removes the staged files of processes that ended. */
  static void sweep(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".xbarflow-staged.*")) {
      for (Path each : files) {
        Matcher name = NAME.matcher(each.getFileName().toString());
        if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
          delete(each);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
