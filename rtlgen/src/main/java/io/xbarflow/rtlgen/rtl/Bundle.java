package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.artefact.StagedFiles;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.rtlgen.syn.SynthesisFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of an RTL bundle. All get their names together when the bundle is closed, the file list
 * last, so a folder with one is complete; an earlier bundle's files are gone then.
 */
final class Bundle implements AutoCloseable {
  private static final String FILE_LIST = "rtl/filelist.f";

  private final ManagedFolder folder;
  private final StagedFiles files;
  private final List<String> sources = new ArrayList<>();
  private final Map<String, String> verilog = new TreeMap<>(); // texts by name
  private final Map<String, String> stubs = new TreeMap<>(); // by source, what synthesis sees
  private final StringBuilder weightIndex = new StringBuilder();

  /** A bundle for {@code folder}. */
  Bundle(Path folder) {
    this.folder = ManagedFolder.at(folder);
    files = this.folder.stage();
  }

  void write(String name, String text) {
    files.write(name, text);
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
   * and for synthesis with stubs for the macros; then gives all files their names.
   */
  void publish(Mapping mapping) {
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
    write(FILE_LIST, String.join("\n", sorted) + "\n");
    publishFiles();
    SynthesisFiles.WRITTEN.forEach(folder::claim);
  }

  /** Gives the files that were written their names, the file list last. */
  void publishFiles() {
    files.publish(Generator.FOLDERS, FILE_LIST);
  }

  /** Removes what was not published. */
  @Override
  public void close() {
    files.close();
  }
}
