package io.xbarflow.core.artefact;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder in which only what xbarflow wrote is ever replaced or removed. A manifest in the folder
 * names those files with the hashes of their contents. It is written before a file gets its name,
 * so that it holds whenever a run is killed. A file under one of our names that the manifest does
 * not name, or that was changed since, is the user's: nothing is done then, and the error says
 * which.
 */
public final class ManagedFolder {
  /** Name of the manifest in a folder. */
  public static final String MANIFEST = ".xbarflow-manifest.json";

  /** What a user may edit (docs/architecture.md), and logs that grow. */
  private static final ImmutableSet<String> EDITABLE =
      ImmutableSet.of("network.json", "mapping.json", "explore.jsonl");

  private static final int NAMED_IN_MESSAGES = 3;

  private final Path folder;
  private final Path manifestFile;

  private ManagedFolder(Path folder, String manifest) {
    this.folder = folder;
    this.manifestFile = folder.resolve(manifest);
  }

  /** The folder at {@code path}, which need not exist yet. */
  public static ManagedFolder at(Path path) {
    return new ManagedFolder(path, MANIFEST);
  }

  /**
   * The folder of {@code file}, where a manifest tells only of that file and what belongs to it.
   */
  public static ManagedFolder besides(Path file) {
    return new ManagedFolder(
        file.toAbsolutePath().getParent(), "." + file.getFileName() + MANIFEST);
  }

  /** The names of the files that xbarflow wrote here. */
  public ImmutableSet<String> names() {
    return manifest().files().keySet();
  }

  /** Writes {@code value} as JSON to the file {@code name}: complete or not at all. */
  public void write(String name, Object value) {
    put(name, Artefacts.content(value), false);
  }

  /** Writes {@code value} to {@code name}, from where an earlier one was read. */
  public void writeBack(String name, Object value) {
    put(name, Artefacts.content(value), true);
  }

  /** Writes {@code text} to the file {@code name}: complete or not at all. */
  public void writeText(String name, String text) {
    writeBytes(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes {@code bytes} to the file {@code name}: complete or not at all. */
  public void writeBytes(String name, byte[] bytes) {
    put(name, stream -> stream.write(bytes), false);
  }

  private void put(String name, Part.Content content, boolean known) {
    Path file = folder.resolve(name);
    try {
      Manifest manifest = manifest();
      if (!known) {
        check(manifest, List.of(name));
      }
      Files.createDirectories(file.getParent());
      try (Part part = Part.of(file, content)) {
        save(manifest.with(Map.of(name, hashes(part.sha256(), file))));
        part.moveTo(file);
      }
    } catch (IOException e) {
      throw Artefacts.unwritable(file, e);
    }
  }

  /** The hashes that {@code file} may have while it is replaced by a content with {@code hash}. */
  private static ImmutableList<String> hashes(String hash, Path file) throws IOException {
    return Files.isRegularFile(file)
        ? ImmutableSet.of(hash, hash(file)).asList()
        : ImmutableList.of(hash);
  }

  /**
   * Checks that the files {@code names} may be replaced or removed.
   *
   * @throws UserException when one of them is the user's; the message names them
   */
  public void check(Collection<String> names) {
    try {
      check(manifest(), names);
    } catch (IOException e) {
      throw Artefacts.unwritable(folder, e);
    }
  }

  private void check(Manifest manifest, Collection<String> names) throws IOException {
    List<String> foreign = new ArrayList<>();
    List<String> edited = new ArrayList<>();
    for (String name : names) {
      Path file = folder.resolve(name);
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS) || manifest.inFolders(name)) {
        continue;
      }
      ImmutableList<String> hashes = manifest.files().get(name);
      if (hashes == null) {
        foreign.add(name);
      } else if (!EDITABLE.contains(name)
          && !(Files.isRegularFile(file) && hashes.contains(hash(file)))) {
        edited.add(name);
      }
    }
    if (!foreign.isEmpty()) {
      throw foreign(foreign);
    }
    if (!edited.isEmpty()) {
      throw UserException.badInput(
          folder.toString(),
          listed(edited) + " changed since xbarflow wrote it, and would be overwritten or deleted",
          "files as xbarflow wrote them; only mapping.json and network.json may be edited",
          "Move what you changed away, or delete it, or choose another output folder.");
    }
  }

  /**
   * Checks that a folder {@code name}, when it is there and holds something, holds something of
   * xbarflow's.
   */
  public void checkFolder(String name) {
    Manifest manifest = manifest();
    if (!manifest.folders().contains(name) && manifest.below(name).isEmpty()) {
      try {
        if (!isEmpty(folder.resolve(name))) {
          throw foreign(List.of(name + "/"));
        }
      } catch (IOException e) {
        throw Artefacts.unwritable(folder.resolve(name), e);
      }
    }
  }

  private UserException foreign(List<String> names) {
    return UserException.badInput(
        folder.toString(),
        "holds "
            + listed(names)
            + ", which xbarflow did not write ("
            + manifestFile.getFileName()
            + " does not name it) and would overwrite or delete",
        "a new folder, or one that xbarflow wrote",
        "Choose another output folder, or move these files away. If an earlier version of xbarflow"
            + " wrote them, delete them; to keep an edited mapping, copy network.json and"
            + " mapping.json alone to a new folder and run `xbarflow generate` there.");
  }

  private static String listed(List<String> names) {
    String first = String.join(", ", names.stream().limit(NAMED_IN_MESSAGES).toList());
    return names.size() <= NAMED_IN_MESSAGES
        ? first
        : first + " and " + (names.size() - NAMED_IN_MESSAGES) + " more";
  }

  /** Removes those of the files {@code names} that are there; none when one is the user's. */
  public void delete(Collection<String> names) {
    try {
      Manifest manifest = manifest();
      check(manifest, names);
      for (String name : names) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Manifest rest = manifest.without(new HashSet<>(names));
      if (!rest.equals(manifest)) {
        save(rest);
      }
    } catch (IOException e) {
      throw Artefacts.unwritable(folder, e);
    }
  }

  /**
   * Makes a folder {@code name} for files that external programs write. All in it is xbarflow's.
   *
   * @throws UserException when it is there already, with something that is not xbarflow's
   */
  public Path claim(String name) {
    checkFolder(name);
    Manifest manifest = manifest();
    if (!manifest.folders().contains(name)) {
      save(manifest.withFolder(name));
    }
    try {
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException e) {
      throw Artefacts.unwritable(folder.resolve(name), e);
    }
  }

  /** Takes the files that external programs wrote to the folder {@code name} into the manifest. */
  public void record(String name) {
    Path top = folder.resolve(name);
    if (!Files.isDirectory(top)) {
      return;
    }
    Map<String, ImmutableList<String>> hashes = new HashMap<>();
    try (Stream<Path> files = Files.walk(top)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hashes.put(name(file), ImmutableList.of(hash(file)));
      }
    } catch (IOException e) {
      throw Artefacts.unwritable(top, e);
    }
    save(manifest().with(hashes));
  }

  /** Removes what runs left behind that were killed while they wrote a file. */
  public void sweep() {
    try {
      Part.sweep(folder);
      StagedFiles.sweep(folder);
    } catch (IOException e) {
      throw Artefacts.unwritable(folder, e);
    }
  }

  /** Files that get their names together, at the end. */
  public StagedFiles stage() {
    return StagedFiles.in(this, folder);
  }

  /**
   * Moves staged files to their names, and removes other files of xbarflow's below {@code folders}.
   *
   * @param staged hashes by name; they are in {@code from}
   * @param last the file that says by its presence that all are there
   */
  void publish(Map<String, String> staged, Path from, List<String> folders, String last)
      throws IOException {
    Manifest manifest = manifest();
    Set<String> stale = new LinkedHashSet<>();
    folders.forEach(each -> stale.addAll(manifest.below(each)));
    stale.removeAll(staged.keySet());
    List<String> all = new ArrayList<>(staged.keySet());
    all.addAll(stale);
    check(manifest, all);
    Map<String, ImmutableList<String>> hashes = new HashMap<>();
    for (Map.Entry<String, String> file : staged.entrySet()) {
      hashes.put(file.getKey(), hashes(file.getValue(), folder.resolve(file.getKey())));
    }
    Manifest next = manifest.with(hashes);
    save(next);
    Files.deleteIfExists(folder.resolve(last));
    for (String name : stale) {
      Files.deleteIfExists(folder.resolve(name));
    }
    for (String name : folders) {
      Files.createDirectories(folder.resolve(name));
    }
    for (String name : staged.keySet()) {
      if (!name.equals(last)) {
        move(name, from);
      }
    }
    save(next.without(stale));
    move(last, from);
  }

  private void move(String name, Path from) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Part.move(from.resolve(name), file);
  }

  private Manifest manifest() {
    return Files.exists(manifestFile)
        ? Artefacts.read(manifestFile, Manifest.class)
        : Manifest.EMPTY;
  }

  private void save(Manifest manifest) {
    Artefacts.write(manifestFile, manifest);
  }

  private String name(Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private static boolean isEmpty(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }
    try (Stream<Path> files = Files.walk(path)) {
      return files.allMatch(Files::isDirectory);
    }
  }

  private static String hash(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }
}
