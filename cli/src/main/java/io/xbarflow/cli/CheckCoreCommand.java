package io.xbarflow.cli;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.testbench.Toolchain;
import io.xbarflow.testbench.kit.Check;
import io.xbarflow.testbench.kit.Finding;
import io.xbarflow.testbench.kit.KitReport;
import io.xbarflow.testbench.kit.MacroBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds a core type against the contract of docs/macro.md. */
@Command(
    name = "check-core",
    description = "Check a core type against its contract, the macro module alone in Verilator.")
final class CheckCoreCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PATH|NAME",
      description = "Folder or jar of the core type, or the name of a built-in one.")
  private Path core;

  @Option(
      names = "--core-parameter",
      paramLabel = "NAME=VALUE",
      description = "Set a parameter of the core type; may be repeated.")
  private Map<String, String> given = new TreeMap<>();

  @Option(
      names = "--arch",
      paramLabel = "NAME|FILE.yaml",
      defaultValue = Architectures.DEFAULT,
      description = "Architecture that gives the size of the macro and its cycles.")
  private String architecture = Architectures.DEFAULT;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Keep the bench there: module, memory files, stimulus.")
  private Path output;

  private final Session session;

  CheckCoreCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Architecture chip = Architectures.resolve(architecture);
    CoreTypes known = known();
    ImmutableList<CoreType> types = types(known);
    Tool.requireForCosimulation(session.host().tools());
    boolean passed = true;
    for (CoreType type : types) {
      passed &=
          output == null
              ? inScratch(known, type, chip)
              : check(known, type, chip, OutputFolder.create(session, output).path());
    }
    return passed ? ExitCode.DONE : ExitCode.VERIFICATION_FAILED;
  }

  /** The built-in types and those that the path adds. */
  private CoreTypes known() {
    CoreTypes installed = CoreTypes.installed();
    boolean builtIn = installed.types().containsKey(core.toString()) && !Files.exists(core);
    return builtIn ? installed : installed.withPath(core);
  }

  /** The type of that name, or those that the path adds. */
  private ImmutableList<CoreType> types(CoreTypes known) {
    CoreTypes installed = CoreTypes.installed();
    return known.types().values().stream()
        .filter(
            type ->
                known.types().size() == installed.types().size()
                    ? type.name().equals(core.toString())
                    : !installed.types().containsKey(type.name()))
        .collect(ImmutableList.toImmutableList());
  }

  private boolean inScratch(CoreTypes known, CoreType type, Architecture chip) {
    try {
      Path folder = Files.createTempDirectory("xbarflow-check-core");
      try {
        return check(known, type, chip, folder);
      } finally {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      throw Artefacts.unwritable(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }

  private boolean check(CoreTypes known, CoreType type, Architecture chip, Path folder) {
    session.progress().start("check");
    KitReport report =
        new MacroBench(Toolchain.onPath(), session.host().cacheFolder(), folder)
            .run(type, chip, given);
    if (report.passed()) {
      // A macro that fails alone fails in a chip too, and less clearly.
      session.progress().update("a network on its macros");
      Path network = folder.resolve("network");
      report =
          report.with(
              CoreNetwork.run(known, type, chip, given, network, session.host().cacheFolder()));
    }
    session.progress().done(type.name() + ": " + report.checks().size() + " checks");
    Host host = session.host();
    for (Check check : report.checks()) {
      String name = Strings.padEnd(check.name(), 13, ' ');
      host.print(((check.passed() ? "ok     " : "WRONG  ") + name + check.done()) + "\n");
      for (Finding finding : check.findings()) {
        host.print("         found:  " + finding.found() + "\n");
        host.print("         change: " + finding.change() + "\n");
      }
    }
    host.print(
        (report.passed()
                ? "core type " + type.name() + " keeps the contract"
                : "core type " + type.name() + " breaks the contract: docs/macro.md")
            + "\n");
    return report.passed();
  }
}
