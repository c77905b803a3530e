package io.xbarflow.testbench.synth;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.synthesis.CriticalPath;
import io.xbarflow.core.text.FileWord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks OpenSTA for the slowest path of every module, and reads its answer. */
final class TimingAnalysis {
  /** Period of the clock where no constraint is to be met: only the slowest path counts. */
  private static final double LONG_PERIOD_NS = 1000;

  private static final String MARK = "xbarflow module ";
  private static final Pattern END = Pattern.compile("(Startpoint|Endpoint): (\\S+).*");
  private static final Pattern PIN =
      Pattern.compile("\\s*-?[\\d.]+\\s+-?[\\d.]+ [v^] \\S+ \\((\\w+)\\)");
  private static final Pattern SLACK = Pattern.compile("\\s*(-?[\\d.]+)\\s+slack .*");

  private TimingAnalysis() {}

  /**
   * A script for OpenSTA: every module alone, the chip with its own constraints. A design that is
   * linked takes the modules that were read with it, so each is read with all that is in it.
   */
  static String script(
      FileWord liberty,
      String netlists,
      Elaboration design,
      Iterable<Elaboration.Module> modules,
      String chip) {
    StringBuilder script = new StringBuilder();
    script.append("read_liberty ").append(liberty).append('\n');
    script.append("read_liberty asic/boundary.lib\n");
    for (Elaboration.Module module : modules) {
      script.append("puts \"").append(MARK).append(word(module.name())).append("\"\n");
      for (String id : design.parentsFirst(module.id())) {
        String name = design.modules().get(id).name();
        script.append("read_verilog ").append(netlists).append(word(name)).append(".v\n");
      }
      script.append("link_design ").append(word(module.name())).append('\n');
      if (module.name().equals(chip)) {
        script.append("read_sdc constraints.sdc\n");
      } else {
        script.append("create_clock -name clk -period ").append(LONG_PERIOD_NS);
        script.append(module.clocked() ? " [get_ports clk]\n" : "\n");
        script.append("set_input_delay 0 -clock clk [all_inputs]\n");
        script.append("set_output_delay 0 -clock clk [all_outputs]\n");
        if (module.resettable()) {
          script.append("set_false_path -from [get_ports rst_n]\n");
        }
      }
      script.append("report_checks -path_delay max -digits 4\n");
    }
    return script.toString();
  }

  /** A module's name, which a core type may have chosen, as a word of Tcl. */
  private static FileWord word(String module) {
    return new FileWord(module);
  }

  /** The slowest paths in what OpenSTA printed, by the name of the module. */
  static ImmutableMap<String, CriticalPath> read(
      List<String> lines, Netlist netlist, String chip, double clockNanoseconds) {
    Map<String, CriticalPath> paths = new HashMap<>();
    Map<String, ImmutableList.Builder<String>> sections = new HashMap<>();
    String module = "";
    for (String line : lines) {
      if (line.startsWith(MARK)) {
        module = line.substring(MARK.length());
      } else {
        sections.computeIfAbsent(module, m -> ImmutableList.builder()).add(line);
      }
    }
    sections.forEach(
        (name, text) ->
            path(text.build(), netlist, name, name.equals(chip) ? clockNanoseconds : LONG_PERIOD_NS)
                .ifPresent(path -> paths.put(name, path)));
    return ImmutableMap.copyOf(paths);
  }

  private static Optional<CriticalPath> path(
      List<String> lines, Netlist netlist, String module, double period) {
    Map<String, String> ends = new HashMap<>();
    int pins = 0;
    boolean fromPort = false;
    Optional<Double> slack = Optional.empty();
    boolean arrived = false;
    for (String line : lines) {
      Matcher end = END.matcher(line);
      Matcher pin = PIN.matcher(line);
      Matcher rest = SLACK.matcher(line);
      if (end.matches()) {
        ends.put(end.group(1), end.group(2));
      } else if (line.contains("data arrival time")) {
        arrived = true;
      } else if (pin.matches() && !arrived) {
        fromPort |= pins == 0 && pin.group(1).equals("in");
        pins++;
      } else if (rest.matches()) {
        slack = Optional.of(Double.parseDouble(rest.group(1)));
      }
    }
    if (slack.isEmpty() || ends.size() < 2) {
      return Optional.empty();
    }
    // Without the clock pin, the output of the first register and the input of the last.
    int levels = Math.max(0, pins - (fromPort ? 2 : 3));
    return Optional.of(
        new CriticalPath(
            Optional.of(Math.round((period - slack.get()) * 1000) / 1000.0),
            levels,
            netlist.name(module, ends.get("Startpoint")),
            netlist.name(module, ends.get("Endpoint"))));
  }
}
