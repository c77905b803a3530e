package io.xbarflow.testbench.synth;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.ChipNames;
import io.xbarflow.core.synthesis.CriticalPath;
import io.xbarflow.testbench.ToolProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Places and routes modules on the largest iCE40, an HX8K. A macro is a black box and cannot be
 * placed, so these are the largest modules that hold none and fit. Their ports are more than the
 * device has pins: shift registers bring the inputs in and the outputs out, so that every path lies
 * between registers.
 */
final class PlaceAndRoute {
  /** Logic cells of the device. */
  private static final long CELLS = 7680;

  /** Modules placed, the largest first. */
  private static final int MOST_MODULES = 3;

  private static final String NETLIST = "build/ice40.v";
  private static final String WRAPPER = ChipNames.PREFIX + "pins";

  private final Elaboration design;
  private final Path folder; // syn/
  private final Path log;
  private final Consumer<String> progress;

  PlaceAndRoute(Elaboration design, Path folder, Path log, Consumer<String> progress) {
    this.design = design;
    this.folder = folder;
    this.log = log;
    this.progress = progress;
  }

  /**
   * The critical paths of the largest modules below {@code top}, by name; {@code cells} says how
   * many logic cells a module and all that is in it take.
   */
  ImmutableMap<String, CriticalPath> paths(String top, ToLongFunction<String> cells)
      throws IOException {
    Map<String, CriticalPath> paths = new HashMap<>();
    for (Elaboration.Module module : candidates(top, cells)) {
      if (paths.size() == MOST_MODULES) {
        break;
      }
      placed(module).ifPresent(path -> paths.put(module.name(), path));
    }
    return ImmutableMap.copyOf(paths);
  }

  /** Clocked modules without macros that are in no other such module, the largest first. */
  private List<Elaboration.Module> candidates(String top, ToLongFunction<String> cells) {
    List<Elaboration.Module> candidates = new ArrayList<>();
    List<String> inside = new ArrayList<>();
    for (String id : design.parentsFirst(top)) {
      Elaboration.Module module = design.modules().get(id);
      boolean part = inside.contains(id);
      boolean whole = module.clocked() && !holdsBlackBox(id);
      if (part || whole) {
        inside.addAll(module.submodules().keySet());
      }
      if (whole && !part && cells.applyAsLong(id) <= CELLS) {
        candidates.add(module);
      }
    }
    candidates.sort(
        Comparator.comparingLong((Elaboration.Module module) -> cells.applyAsLong(module.id()))
            .reversed()
            .thenComparing(Elaboration.Module::name));
    return candidates;
  }

  private boolean holdsBlackBox(String id) {
    Elaboration.Module module = design.modules().get(id);
    return module.blackBoxes()
        || module.submodules().keySet().stream().anyMatch(this::holdsBlackBox);
  }

  /** The critical path of {@code module}; none when it does not fit after all. */
  private Optional<CriticalPath> placed(Elaboration.Module module) throws IOException {
    progress.accept("nextpnr: " + module.name());
    String name = "ice40." + module.name();
    Files.writeString(log.resolve(name + ".v"), wrapper(module));
    Path script = log.resolve(name + ".ys");
    Files.writeString(
        script,
        String.join(
            "\n",
            "read_verilog " + NETLIST,
            "read_verilog log/" + name + ".v",
            "synth_ice40 -top " + WRAPPER + " -json build/" + name + ".json",
            ""));
    int synthesised =
        ToolProcess.run(
            ImmutableList.of(
                "yosys", "-q", "-l", "log/" + name + ".yosys.log", "log/" + name + ".ys"),
            folder,
            line -> {});
    if (synthesised != 0) {
      throw UserException.badInput(
          log.resolve(name + ".yosys.log").toString(),
          "Yosys ended with exit code " + synthesised,
          "a netlist that it wrote itself",
          "The log says where.");
    }
    Path report = folder.resolve("build/" + name + ".report.json");
    Files.deleteIfExists(report);
    List<String> lines = new ArrayList<>();
    int exit =
        ToolProcess.run(
            ImmutableList.of(
                "nextpnr-ice40",
                "--hx8k",
                "--package",
                "ct256",
                "--pcf-allow-unconstrained",
                "--timing-allow-fail",
                "--seed",
                "1",
                "--json",
                "build/" + name + ".json",
                "--report",
                report.toString()),
            folder,
            lines::add);
    Files.write(log.resolve(name + ".nextpnr.log"), lines);
    return exit == 0 && Files.exists(report)
        ? read(Artefacts.read(report, JsonNode.class))
        : Optional.empty();
  }

  /** The slowest path between registers in what nextpnr reports. */
  static Optional<CriticalPath> read(JsonNode report) {
    for (JsonNode path : report.path("critical_paths")) {
      boolean registers =
          path.path("from").asText().startsWith("posedge")
              && path.path("from").equals(path.path("to"));
      JsonNode steps = path.path("path");
      if (registers && !steps.isEmpty()) {
        double nanoseconds = 0;
        int levels = 0;
        for (JsonNode step : steps) {
          nanoseconds += step.path("delay").asDouble();
          levels += step.path("type").asText().equals("logic") ? 1 : 0;
        }
        return Optional.of(
            new CriticalPath(
                Optional.of(nanoseconds),
                levels,
                register(steps.get(0).path("from").path("cell").asText()),
                register(steps.get(steps.size() - 1).path("to").path("cell").asText())));
      }
    }
    return Optional.empty();
  }

  /** The register that cell {@code name} of the netlist is, as the Verilog calls it. */
  private static String register(String name) {
    String cell = name.startsWith("u_module.") ? name.substring("u_module.".length()) : name;
    int cut = cell.indexOf("_SB_");
    return cut > 0 ? cell.substring(0, cut) : cell;
  }

  private static String wrapper(Elaboration.Module module) {
    StringBuilder ports = new StringBuilder();
    int inputs = 0;
    int outputs = 0;
    for (Elaboration.Port port : module.ports()) {
      String signal;
      if (port.name().equals("clk")) {
        signal = "clk";
      } else if (port.input()) {
        signal = String.format(Locale.ROOT, "inputs[%d +: %d]", inputs, port.bits());
        inputs += port.bits();
      } else {
        signal = String.format(Locale.ROOT, "outputs[%d +: %d]", outputs, port.bits());
        outputs += port.bits();
      }
      ports.append(ports.length() == 0 ? "" : ",\n    ");
      ports.append(String.format(Locale.ROOT, ".%s (%s)", port.name(), signal));
    }
    String instance = module.id().matches("\\w+") ? module.id() : "\\" + module.id() + " ";
    return String.format(
        Locale.ROOT,
        """
        // Shift registers bring the ports of a module to few pins.
        module %1$s (
          input  wire clk,
          input  wire in,
          input  wire capture,
          output wire out
        );
          reg  [%2$d:0] inputs;
          reg  [%3$d:0] captured;
          wire [%3$d:0] outputs;
          assign out = captured[0];
          always @(posedge clk) begin
            inputs <= {inputs, in};
            captured <= capture ? outputs : {in, captured} >> 1;
          end
          %4$s u_module (
            %5$s
          );
        endmodule
        """,
        WRAPPER,
        Math.max(inputs, 1) - 1,
        Math.max(outputs, 1) - 1,
        instance,
        ports);
  }
}
