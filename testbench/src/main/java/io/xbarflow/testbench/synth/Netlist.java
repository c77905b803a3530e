package io.xbarflow.testbench.synth;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A netlist of standard cells with the names of registers in the Verilog. A path of instances is
 * that of the timing analyser, with slashes.
 */
final class Netlist {
  private static final Pattern MODULE = Pattern.compile("module (\\S+?) ?\\(.*");
  private static final Pattern INSTANCE = Pattern.compile("  (\\S+) +(\\S+) +\\(");
  private static final Pattern OUTPUT = Pattern.compile("    \\.Q\\((.*)\\),?");
  private static final Pattern DERIVED = Pattern.compile("\\\\(\\$paramod\\S+) ");
  private static final Pattern BOUNDARY =
      Pattern.compile("(.*/)?u_(\\w+)/g_bit\\[(\\d+)\\]\\.g_\\w+\\.u_pin");

  private final Map<String, Map<String, String>> types = new HashMap<>(); // of instances
  private final Map<String, Map<String, String>> registers = new HashMap<>(); // of flip-flops

  /**
   * Reads {@code file} and writes each module of it to a file of its own in {@code folder}, under
   * the name that {@code design} gives it, which every tool can read.
   */
  static Netlist read(Path file, Path folder, Elaboration design) throws IOException {
    Netlist netlist = new Netlist();
    Files.createDirectories(folder);
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      BufferedWriter out = null;
      try {
        String module = "";
        String instance = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String text = line.indexOf("\\$paramod") < 0 ? line : renamed(line, design);
          Matcher start = MODULE.matcher(text);
          if (start.matches()) {
            module = start.group(1);
            out = Files.newBufferedWriter(folder.resolve(module + ".v"));
          }
          if (out != null) {
            out.write(text);
            out.newLine();
            instance = netlist.inside(module, instance, text);
          }
          if (text.equals("endmodule") && out != null) {
            out.close();
            out = null;
          }
        }
      } finally {
        if (out != null) {
          out.close();
        }
      }
    }
    return netlist;
  }

  /** Takes in a line of {@code module}; gives the instance that the next line belongs to. */
  private String inside(String module, String instance, String line) {
    Matcher cell = INSTANCE.matcher(line);
    if (cell.matches()) {
      String name = plain(cell.group(2));
      if (!name.matches("_\\d+_")) {
        types.computeIfAbsent(module, m -> new HashMap<>()).put(name, cell.group(1));
      }
      return name;
    }
    Matcher output = OUTPUT.matcher(line);
    if (output.matches()) {
      registers.computeIfAbsent(module, m -> new HashMap<>()).put(instance, plain(output.group(1)));
    }
    return instance;
  }

  private static String renamed(String line, Elaboration design) {
    return DERIVED
        .matcher(line)
        .replaceAll(
            found -> {
              Elaboration.Module module = design.modules().get(found.group(1));
              return Matcher.quoteReplacement(
                  (module == null ? found.group() : module.name()) + " ");
            });
  }

  /** An escaped identifier without its backslash and blank. */
  private static String plain(String name) {
    String text = name.strip();
    return text.startsWith("\\") ? text.substring(1).replace(" ", "") : text.replace(" ", "");
  }

  /** What the end {@code path} of a path below module {@code top} is called in the Verilog. */
  String name(String top, String path) {
    Matcher boundary = BOUNDARY.matcher(path);
    if (boundary.matches()) {
      String prefix = boundary.group(1) == null ? "" : boundary.group(1);
      return prefix + boundary.group(2) + "[" + boundary.group(3) + "]";
    }
    int cut = path.lastIndexOf('/');
    String module = top;
    if (cut >= 0) {
      for (String instance : path.substring(0, cut).split("/", -1)) {
        module = types.getOrDefault(module, Map.of()).getOrDefault(instance, "");
      }
    }
    String leaf = path.substring(cut + 1);
    String register = registers.getOrDefault(module, Map.of()).getOrDefault(leaf, leaf);
    return path.substring(0, cut + 1) + register;
  }
}
