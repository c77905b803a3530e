package io.xbarflow.core.artefact;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What xbarflow wrote in a folder.
 *
 * @param files SHA-256 hashes by file name, with slashes, relative to the folder. A file that is
 *     being replaced has two: the new content first, then the one that it replaces
 * @param folders folders whose files external programs write: all that is in them is xbarflow's
 */
record Manifest(
    ImmutableSortedMap<String, ImmutableList<String>> files, ImmutableSortedSet<String> folders) {
  static final Manifest EMPTY = new Manifest(ImmutableSortedMap.of(), ImmutableSortedSet.of());

  Manifest {
    checkArgument(files != null && folders != null, "files or folders missing");
    files.keySet().forEach(Manifest::check);
    folders.forEach(Manifest::check);
  }

  /** A manifest may come from elsewhere: it must not name what is outside its folder. */
  private static void check(String name) {
    Path path = Path.of(name);
    checkArgument(
        !name.isEmpty()
            && !path.isAbsolute()
            && path.equals(path.normalize())
            && !path.startsWith(".."),
        "'%s' is no path below the folder",
        name);
  }

  /** Whether {@code name} is in a folder that external programs write to. */
  boolean inFolders(String name) {
    return folders.stream().anyMatch(folder -> name.startsWith(folder + "/"));
  }

  /** The same with {@code hashes} of some files instead of what it says of them. */
  Manifest with(Map<String, ImmutableList<String>> hashes) {
    SortedMap<String, ImmutableList<String>> all = new TreeMap<>(files);
    all.putAll(hashes);
    return new Manifest(ImmutableSortedMap.copyOfSorted(all), folders);
  }

  /** The same without files {@code names}. */
  Manifest without(Set<String> names) {
    SortedMap<String, ImmutableList<String>> rest = new TreeMap<>(files);
    rest.keySet().removeAll(names);
    return new Manifest(ImmutableSortedMap.copyOfSorted(rest), folders);
  }

  /** The same with one more folder. */
  Manifest withFolder(String name) {
    SortedSet<String> all = new TreeSet<>(folders);
    all.add(name);
    return new Manifest(files, ImmutableSortedSet.copyOfSorted(all));
  }

  /** The files below {@code folder}. */
  List<String> below(String folder) {
    return files.keySet().stream().filter(name -> name.startsWith(folder + "/")).toList();
  }
}
