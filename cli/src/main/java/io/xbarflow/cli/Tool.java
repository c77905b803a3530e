package io.xbarflow.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.testbench.synth.Target;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An external program, what it is for and which version will do. */
enum Tool {
  /** Compiles the generated Verilog to C++. */
  VERILATOR("verilator", "5.006", true, "run, cosim", "--version"),
  /** Compiles Verilator's C++. */
  CXX("g++", "10", true, "run, cosim", "-dumpfullversion"),
  /** Synthesises the generated Verilog; {@code check-core} and the tests call it too. */
  YOSYS("yosys", "0.23", false, "synth, check-core", "-V"),
  /** OpenSTA: finds the critical paths of standard cells. */
  STA("sta", "opensta", "2.0", false, "synth", "-version"),
  /** Places and routes on an iCE40. */
  NEXTPNR("nextpnr-ice40", "0.4", false, "synth", "--version"),
  /** Reads the generated Verilog; {@code check-core} and the tests call it. */
  ICARUS("iverilog", "11", false, "check-core", "-V");

  private static final Pattern NUMBER = Pattern.compile("\\b(\\d+(?:\\.\\d+)*)\\b");

  private final String program;
  private final String debianPackage;
  private final String leastVersion;
  private final boolean needed;
  private final String neededBy;
  private final String versionOption;

  Tool(String program, String leastVersion, boolean needed, String neededBy, String versionOption) {
    this(program, program, leastVersion, needed, neededBy, versionOption);
  }

  Tool(
      String program,
      String debianPackage,
      String leastVersion,
      boolean needed,
      String neededBy,
      String versionOption) {
    this.program = program;
    this.debianPackage = debianPackage;
    this.leastVersion = leastVersion;
    this.needed = needed;
    this.neededBy = neededBy;
    this.versionOption = versionOption;
  }

  /** Name of the program. */
  String program() {
    return program;
  }

  /** Name of the Debian package that brings it. */
  String debianPackage() {
    return debianPackage;
  }

  /** Oldest version that will do. */
  String leastVersion() {
    return leastVersion;
  }

  /** Whether a verb, rather than only the project's own tests, calls it. */
  boolean needed() {
    return needed;
  }

  /** Who calls it. */
  String neededBy() {
    return neededBy;
  }

  /** The version installed, or empty when there is none. */
  Optional<String> version(ToolRunner runner) {
    return runner
        .output(ImmutableList.of(program, versionOption))
        .flatMap(
            text -> {
              Matcher matcher = NUMBER.matcher(text);
              return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
            });
  }

  /** Whether {@code version} is new enough. */
  boolean accepts(String version) {
    List<Integer> found = numbers(version);
    List<Integer> least = numbers(leastVersion);
    for (int i = 0; i < least.size(); i++) {
      int difference = Integer.compare(i < found.size() ? found.get(i) : 0, least.get(i));
      if (difference != 0) {
        return difference > 0;
      }
    }
    return true;
  }

  private static List<Integer> numbers(String version) {
    return Splitter.on('.').splitToStream(version).map(Integer::valueOf).toList();
  }

  /** The command that installs {@code programs} on Debian and its relatives. */
  static String installCommand(ImmutableList<String> programs) {
    String root = System.getProperty("user.name").equals("root") ? "" : "sudo ";
    return root
        + "apt-get update && "
        + root
        + "apt-get install -y --no-install-recommends "
        + String.join(" ", programs);
  }

  /**
   * Checks that everything a co-simulation calls is there.
   *
   * <p><i>Throws</i> {@link UserException} with the command that installs what is missing.
   */
  static void requireForCosimulation(ToolRunner runner) {
    require(runner, "co-simulation", Tool::needed);
  }

  /**
   * Checks that everything a synthesis for {@code target} calls is there; gives the versions.
   *
   * <p><i>Throws</i> {@link UserException} with the command that installs what is missing.
   */
  static ImmutableMap<String, String> requireForSynthesis(ToolRunner runner, Target target) {
    return require(runner, "synthesis", tool -> target.programs().contains(tool.program));
  }

  private static ImmutableMap<String, String> require(
      ToolRunner runner, String use, Predicate<Tool> called) {
    ImmutableList.Builder<String> missing = ImmutableList.builder();
    ImmutableList.Builder<String> found = ImmutableList.builder();
    ImmutableList.Builder<String> expected = ImmutableList.builder();
    ImmutableMap.Builder<String, String> versions = ImmutableMap.builder();
    for (Tool tool : values()) {
      if (!called.test(tool)) {
        continue;
      }
      Optional<String> version = tool.version(runner);
      if (version.isEmpty() || !tool.accepts(version.get())) {
        missing.add(tool.debianPackage);
        found.add(tool.program + version.map(v -> " is only version " + v).orElse(" is missing"));
        expected.add(tool.program + " " + tool.leastVersion + " or later");
      } else {
        versions.put(tool.program, version.get());
      }
    }
    ImmutableList<String> programs = missing.build();
    if (!programs.isEmpty()) {
      throw UserException.toolMissing(
          use,
          String.join(", ", found.build()),
          String.join(", ", expected.build()),
          "Install with: " + installCommand(programs));
    }
    return versions.buildOrThrow();
  }
}
