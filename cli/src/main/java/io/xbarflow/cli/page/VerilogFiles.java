package io.xbarflow.cli.page;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.ChipNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the Verilog of each block in a bundle. */
final class VerilogFiles {
  /** The file of the whole chip. */
  static final String TOP = "rtl/" + ChipNames.TOP + ".v";

  /** The line on which an instance of the top module begins, and the one with its name. */
  private static final Pattern MODULE = Pattern.compile("  ([a-z]\\w*) (?:#\\(|(u_\\w+) \\()");

  private static final Pattern NAME = Pattern.compile("  \\) u_(\\w+) \\(");

  private VerilogFiles() {}

  /**
   * A block in the top module.
   *
   * @param file its module's file, relative to the output folder
   * @param line line of the top module on which it begins
   */
  record Instance(String file, int line) {}

  /** The blocks' instances by the blocks' names; empty without a bundle. */
  static ImmutableMap<String, Instance> of(Path folder) {
    if (!Files.isRegularFile(folder.resolve("rtl/filelist.f"))) {
      return ImmutableMap.of();
    }
    Map<String, Instance> instances = new HashMap<>();
    String module = "";
    int begins = 0;
    List<String> lines;
    try {
      lines = Files.readAllLines(folder.resolve(TOP));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int line = 1; line <= lines.size(); line++) {
      Matcher begin = MODULE.matcher(lines.get(line - 1));
      Matcher name = NAME.matcher(lines.get(line - 1));
      if (begin.matches()) {
        module = begin.group(1);
        begins = line;
        if (begin.group(2) != null) {
          note(folder, instances, begin.group(2).substring(2), module, begins);
        }
      } else if (name.matches()) {
        note(folder, instances, name.group(1), module, begins);
      }
    }
    return ImmutableMap.copyOf(instances);
  }

  private static void note(
      Path folder, Map<String, Instance> instances, String block, String module, int line) {
    String file = "rtl/" + module + ".v";
    if (Files.isRegularFile(folder.resolve(file))) {
      instances.put(block, new Instance(file, line));
    }
  }
}
