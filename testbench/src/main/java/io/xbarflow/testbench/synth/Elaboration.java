package io.xbarflow.testbench.synth;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The modules of a design with their parameters, as Yosys elaborated them.
 *
 * @param modules by the name that Yosys gives a module with its parameters
 */
record Elaboration(ImmutableMap<String, Module> modules) {
  private static final Pattern PARAMETER = Pattern.compile("  parameter \\\\(\\w+) (.+)");
  private static final Pattern PORT =
      Pattern.compile("  wire (?:width (\\d+) )?.*(input|output) \\d+ \\\\(\\w+)");
  private static final Pattern CELL = Pattern.compile("  cell (\\S+) (\\S+)");

  /**
   * A port of a module.
   *
   * @param name its name
   * @param input whether it is an input
   * @param bits its width
   */
  record Port(String name, boolean input, int bits) {}

  /**
   * A module with parameters.
   *
   * @param id the name that Yosys gives it
   * @param module module of the Verilog
   * @param name {@code module}, with a number where several sets of parameters are in use
   * @param parameters its parameters
   * @param clocked whether it has a port clk
   * @param resettable whether it has a port rst_n
   * @param submodules how often each other module stands in it, by Yosys' name
   * @param ports its ports
   * @param blackBoxes whether black boxes stand in it
   */
  record Module(
      String id,
      String module,
      String name,
      ImmutableSortedMap<String, String> parameters,
      boolean clocked,
      boolean resettable,
      ImmutableSortedMap<String, Integer> submodules,
      ImmutableList<Port> ports,
      boolean blackBoxes) {

    /** Bits that it stores itself, when it is a memory. */
    long ramBits(Iterable<String> memories) {
      for (String memory : memories) {
        if (memory.equals(module)) {
          return Long.parseLong(parameters.get("DEPTH")) * Long.parseLong(parameters.get("WIDTH"));
        }
      }
      return 0;
    }
  }

  /** What is known of a module while it is read. */
  private static final class Reading {
    private final String id;
    private final String module;
    private final TreeMap<String, String> parameters = new TreeMap<>();
    private final TreeMap<String, Integer> cells = new TreeMap<>();
    private final List<Port> ports = new ArrayList<>();

    private boolean has(String port) {
      return ports.stream().anyMatch(known -> known.name().equals(port));
    }

    Reading(String id) {
      this.id = id.startsWith("\\") ? id.substring(1) : id;
      this.module = moduleOf(this.id);
    }

    /** Of {@code name}, {@code $paramod\name\P=1\Q=2} or {@code $paramod$hash\name}. */
    private static String moduleOf(String id) {
      String[] parts = id.split("\\\\", -1);
      return parts.length == 1 ? id : parts[1];
    }
  }

  /** Reads what {@code write_rtlil} wrote; black boxes are left out. */
  static Elaboration read(Path file) throws IOException {
    List<Reading> readings = new ArrayList<>();
    boolean blackBox = false;
    boolean taken = false;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("attribute \\blackbox ")) {
          blackBox = true;
        } else if (line.startsWith("module ")) {
          taken = !blackBox;
          blackBox = false;
          if (taken) {
            readings.add(new Reading(line.substring("module ".length()).strip()));
          }
        } else if (taken) {
          inside(readings.get(readings.size() - 1), line);
        }
      }
    }
    Map<String, Integer> variants = new HashMap<>();
    readings.forEach(reading -> variants.merge(reading.module, 1, Integer::sum));
    Set<String> known = new HashSet<>();
    readings.forEach(reading -> known.add(reading.id));
    readings.sort(
        Comparator.comparing((Reading reading) -> reading.module)
            .thenComparing(reading -> reading.parameters.toString()));
    Map<String, Integer> numbers = new HashMap<>();
    ImmutableMap.Builder<String, Module> modules = ImmutableMap.builder();
    for (Reading reading : readings) {
      int number = numbers.merge(reading.module, 1, Integer::sum);
      boolean blackBoxes =
          reading.cells.keySet().stream()
              .anyMatch(type -> !known.contains(type) && !type.startsWith("$"));
      reading.cells.keySet().retainAll(known);
      modules.put(
          reading.id,
          new Module(
              reading.id,
              reading.module,
              variants.get(reading.module) == 1 ? reading.module : reading.module + "__" + number,
              ImmutableSortedMap.copyOf(reading.parameters),
              reading.has("clk"),
              reading.has("rst_n"),
              ImmutableSortedMap.copyOf(reading.cells),
              ImmutableList.copyOf(reading.ports),
              blackBoxes));
    }
    return new Elaboration(modules.buildOrThrow());
  }

  private static void inside(Reading reading, String line) {
    Matcher cell = CELL.matcher(line);
    if (cell.matches()) {
      String type = cell.group(1);
      reading.cells.merge(type.startsWith("\\") ? type.substring(1) : type, 1, Integer::sum);
      return;
    }
    Matcher port = PORT.matcher(line);
    if (port.matches()) {
      int bits = port.group(1) == null ? 1 : Integer.parseInt(port.group(1));
      reading.ports.add(new Port(port.group(3), port.group(2).equals("input"), bits));
      return;
    }
    Matcher parameter = PARAMETER.matcher(line);
    if (parameter.matches()) {
      reading.parameters.put(parameter.group(1), value(parameter.group(2)));
    }
  }

  /** Values of up to 32 bits in decimal; others stay as they are. */
  private static String value(String text) {
    return text.matches("32'[01]{32}")
        ? Integer.toString((int) Long.parseLong(text.substring(3), 2))
        : text;
  }

  /** How often each module stands in one {@code top}, itself included. */
  ImmutableMap<String, Long> instances(String top) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String id : parentsFirst(top)) {
      long own = id.equals(top) ? 1 : counts.getOrDefault(id, 0L);
      counts.put(id, own);
      modules.get(id).submodules().forEach((child, n) -> counts.merge(child, own * n, Long::sum));
    }
    return ImmutableMap.copyOf(counts);
  }

  /** Modules below {@code top}, each after all those that it stands in. */
  List<String> parentsFirst(String top) {
    Deque<String> order = new ArrayDeque<>();
    visit(top, new HashSet<>(), order);
    return new ArrayList<>(order);
  }

  private void visit(String id, Set<String> seen, Deque<String> order) {
    if (seen.add(id)) {
      modules.get(id).submodules().keySet().forEach(child -> visit(child, seen, order));
      order.addFirst(id);
    }
  }
}
