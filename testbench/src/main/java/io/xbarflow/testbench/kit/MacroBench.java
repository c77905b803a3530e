package io.xbarflow.testbench.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.artefact.StagedFiles;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.rtlgen.rtl.CoreTypeVerilog;
import io.xbarflow.rtlgen.rtl.MacroBoundary;
import io.xbarflow.rtlgen.template.TemplateRenderer;
import io.xbarflow.testbench.Recording;
import io.xbarflow.testbench.ToolProcess;
import io.xbarflow.testbench.Toolchain;
import io.xbarflow.testbench.VerilatorBuild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks a core type against the contract of {@code docs/macro.md}: its macro module alone, driven
 * cycle by cycle in Verilator beside {@link io.xbarflow.core.coretype.Macro#multiply}.
 *
 * <p>Writes below its folder: {@code rtl/} (the module), {@code mem/} (weights of the cases),
 * {@code cosim_top.v} (the bench), stimulus, result and {@code cosim/build.log}.
 */
public final class MacroBench {
  private static final long SEED = 20_240_501;

  private final Toolchain tools;
  private final VerilatorBuild build;
  private final Path folder;

  /**
   * A bench.
   *
   * @param cache where simulators are kept
   * @param folder where the bench of the core type under test is written
   */
  public MacroBench(Toolchain tools, Path cache, Path folder) {
    this.tools = tools;
    this.build = new VerilatorBuild(tools, cache).quick();
    this.folder = folder.toAbsolutePath();
  }

  /**
   * Checks {@code type}.
   *
   * @param architecture that the macros are for
   * @param given parameters that are set, by name
   * @throws UserException when a parameter is illegal or a tool is missing; what is wrong with the
   *     type is in the report
   */
  public KitReport run(CoreType type, Architecture architecture, Map<String, String> given) {
    Parameters parameters = CoreTypes.parameters(type, architecture, given, "parameters");
    List<Check> checks = new ArrayList<>();
    try {
      ImmutableList<MacroCase> cases = MacroCases.of(type, parameters, architecture);
      checks.add(GoldenChecks.of(type, cases));
      check(type, cases, checks);
    } catch (UserException e) {
      throw e;
    } catch (RuntimeException e) {
      // The code under test is not ours.
      Findings findings = new Findings("golden");
      findings.add("it throws " + e + at(e), "Mend the core type.");
      checks.add(findings.check("answers of the core type"));
    }
    return new KitReport(type.name(), ImmutableList.copyOf(checks));
  }

  private static String at(RuntimeException e) {
    return e.getStackTrace().length == 0 ? "" : " at " + e.getStackTrace()[0];
  }

  private void check(CoreType type, ImmutableList<MacroCase> cases, List<Check> checks) {
    BenchView view = BenchView.of(type.module(), cases);
    ImmutableMap<String, String> modules = render(type);
    String top = new TemplateRenderer().render("macro_bench_top.v.vm", view);
    Check boundary = boundary(type, cases, modules);
    checks.add(boundary);
    if (!boundary.passed()) {
      return; // what tools say of it is less clear
    }
    write(type, cases, modules, top);
    boolean compiles = lint(type, modules, checks);
    if (compiles) {
      simulate(cases, view, modules, top, checks);
    }
  }

  /** The Verilog files of {@code type} by path. */
  private static ImmutableMap<String, String> render(CoreType type) {
    ImmutableMap.Builder<String, String> modules = ImmutableMap.builder();
    new CoreTypeVerilog()
        .of(type)
        .forEach((module, text) -> modules.put("rtl/" + module + ".v", text));
    return modules.buildOrThrow();
  }

  /** Module and stub have the ports and parameters by which they are instantiated. */
  private static Check boundary(
      CoreType type, List<MacroCase> cases, ImmutableMap<String, String> modules) {
    Set<String> further = new TreeSet<>();
    cases.forEach(each -> further.addAll(each.parameters().keySet()));
    String file = type.module() + ".v";
    List<String> missing =
        new ArrayList<>(
            MacroBoundary.missing(type, file, modules.getOrDefault("rtl/" + file, ""), further));
    type.stub()
        .ifPresent(
            stub ->
                missing.addAll(
                    MacroBoundary.missing(type, type.module() + "_stub.v", stub, further)));
    Findings findings = new Findings("boundary");
    missing.forEach(each -> findings.add(each, "Add it; docs/macro.md says what it is."));
    return findings.check("module and stub have all ports and parameters");
  }

  private void write(
      CoreType type, List<MacroCase> cases, ImmutableMap<String, String> modules, String top) {
    try (StagedFiles files = ManagedFolder.at(folder).stage()) {
      modules.forEach(files::write);
      for (MacroCase each : cases) {
        files.write("mem/macro_" + each.id() + ".hex", each.macro().memory());
      }
      type.stub().ifPresent(stub -> files.write(stubFile(type), stub));
      files.write("cosim_top.v", top);
      // Those of other types, if there are several, stay.
      files.publish(ImmutableList.of(), "cosim_top.v");
    }
  }

  private static String stubFile(CoreType type) {
    return "stub/" + type.module() + ".v";
  }

  /** Gives whether Verilator can compile the module. */
  private boolean lint(CoreType type, ImmutableMap<String, String> modules, List<Check> checks) {
    MacroLint lint = new MacroLint(folder, files(modules.keySet()), type.module());
    Check verilator = lint.verilator(tools.verilator(), "verilator");
    checks.add(verilator);
    checks.add(lint.yosys("yosys"));
    checks.add(lint.icarus("icarus"));
    if (type.stub().isPresent()) {
      MacroLint stub =
          new MacroLint(folder, files(List.of(stubFile(type))), "the stub of " + type.module());
      // A black box reads no input and drives no output.
      checks.add(stub.verilator(tools.verilator(), "stub", "-Wno-UNUSED", "-Wno-UNDRIVEN"));
      checks.add(stub.yosys("stub"));
      checks.add(stub.icarus("stub"));
    }
    return verilator.findings().stream().noneMatch(finding -> finding.found().contains("%Error"));
  }

  private static ImmutableList<String> files(Iterable<String> modules) {
    return ImmutableList.<String>builder().add("cosim_top.v").addAll(modules).build();
  }

  private void simulate(
      ImmutableList<MacroCase> cases,
      BenchView view,
      ImmutableMap<String, String> modules,
      String top,
      List<Check> checks) {
    Map<String, String> sources = new LinkedHashMap<>(modules);
    sources.put("cosim_top.sv", top);
    sources.put("cosim_links.h", new TemplateRenderer().render("macro_bench_links.h.vm", view));
    sources.put("harness.cpp", resource("macro_bench.cpp"));
    sources.put(VerilatorBuild.CONFIGURATION, "`verilator_config\n");
    ManagedFolder.at(folder).claim("cosim"); // before the build writes its log there
    Path program = build.build(folder, ImmutableMap.copyOf(sources), Recording.NOTHING).program();

    Findings cycles = new Findings("cycles");
    Schedule one = Schedule.oneEach(cases, view.rowBytes());
    Findings memory = new Findings("memory");
    Trace seen = play(program, one, view, memory);
    checks.add(memory.check("the module reads mem/macro_<id>.hex without complaint"));
    ImmutableList<Integer> measured = Judge.measure(one, seen, cycles);
    checks.add(
        cycles.check("done rises as declared: " + cases.get(0).mvmCycles() + " cycles an MVM"));

    Schedule full = Schedule.full(cases, measured, view.rowBytes(), SEED);
    checks.addAll(Judge.checks(full, play(program, full, view, new Findings("memory"))));
  }

  /** Runs {@code schedule}; what the simulator prints is a finding. */
  private Trace play(Path program, Schedule schedule, BenchView view, Findings findings) {
    Path files = ManagedFolder.at(folder).claim("cosim");
    Path stimulus = files.resolve("stimulus.bin");
    Path result = files.resolve("result.bin");
    List<String> lines = new ArrayList<>();
    try {
      Files.write(stimulus, schedule.stimulus());
      int exit =
          ToolProcess.run(
              ImmutableList.of(program.toString(), stimulus.toString(), result.toString()),
              folder,
              lines::add);
      if (exit != 0 || !lines.isEmpty()) {
        findings.add(
            "the simulation printed: "
                + String.join(" | ", lines.subList(0, Math.min(3, lines.size()))),
            "memory() must hold as many words as the module reads from mem/macro_<id>.hex.");
      }
      return new Trace(Files.readAllBytes(result), view.resultBytes());
    } catch (IOException e) {
      throw Artefacts.unwritable(folder, e);
    }
  }

  private static String resource(String name) {
    try {
      return Resources.toString(Resources.getResource(MacroBench.class, name), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
