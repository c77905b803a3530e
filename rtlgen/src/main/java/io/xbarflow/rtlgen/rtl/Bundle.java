package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.rtlgen.syn.SynthesisFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of an RTL bundle. The file list is removed first and written last, so a folder with one
 * is complete.
 */
final class Bundle {
  private static final List<String> FOLDERS = List.of("rtl", "mem", "syn", "syn/asic");

  private final Path folder;
  private final List<String> sources = new ArrayList<>();
  private final Map<String, String> verilog = new TreeMap<>(); // texts by name
  private final Map<String, String> stubs = new TreeMap<>(); // by source, what synthesis sees
  private final StringBuilder weightIndex = new StringBuilder();

  /** Empties the bundle's folders below {@code folder}. */
  Bundle(Path folder) {
    this.folder = folder;
    try {
      Files.deleteIfExists(folder.resolve("rtl/filelist.f"));
      for (String name : FOLDERS) {
        delete(folder.resolve(name));
        Files.createDirectories(folder.resolve(name));
      }
    } catch (IOException e) {
      throw Artefacts.unwritable(folder, e);
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.exists(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  void write(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw Artefacts.unwritable(folder.resolve(name), e);
    }
  }

  /** Writes the Verilog of {@code module}. */
  void verilog(String module, String text) {
    String name = "rtl/" + module + ".v";
    write(name, text);
    verilog.put(name, text);
    sources.add(name);
  }

  /**
   * Writes a weight file and notes it in {@code mem/index.txt}.
   *
   * @param id what the macro's port {@code weights_id} says
   * @param macro core and tile whose weights they are
   */
  void weights(int id, String macro, String text) {
    String name = "macro_" + id + ".hex";
    write("mem/" + name, text);
    weightIndex.append(name).append(' ').append(macro).append('\n');
  }

  /**
   * Notes that synthesis sees {@code text} in the place of {@code module}, which it writes to
   * {@code syn/}.
   */
  void stub(String module, String text) {
    String name = "syn/" + module + ".v";
    write(name, text);
    verilog.put(name, text);
    stubs.put("rtl/" + module + ".v", name);
  }

  /**
   * Writes the index of the weights, the scripts for synthesis and the file lists: for simulation,
   * and for synthesis with stubs for the macros.
   */
  void close(Mapping mapping) {
    write("mem/index.txt", weightIndex.toString());
    List<String> sorted = sources.stream().sorted().toList();
    StringBuilder synthesis = new StringBuilder();
    for (String name : sorted) {
      synthesis.append(stubs.getOrDefault(name, name)).append('\n');
    }
    write("syn/filelist.f", synthesis.toString());
    SynthesisFiles.of(
            mapping.model(),
            mapping.modelSha256(),
            mapping.architecture().clockMHz(),
            ImmutableMap.copyOf(verilog),
            ImmutableMap.copyOf(stubs))
        .forEach(this::write);
    Artefacts.writeText(folder.resolve("rtl/filelist.f"), String.join("\n", sorted) + "\n");
  }
}
