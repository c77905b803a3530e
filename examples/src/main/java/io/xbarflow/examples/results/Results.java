package io.xbarflow.examples.results;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.primitives.Ints;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.examples.ReferenceNetworks;
import io.xbarflow.examples.results.MeasuredProcess.Measured;
import io.xbarflow.examples.results.MeasuredProcess.Part;
import io.xbarflow.examples.results.MeasuredProcess.Usage;
import io.xbarflow.examples.results.StageRun.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs {@code ./xbarflow} on many networks, stage by stage, and writes what they reach and cost to
 * {@code docs/results.jsonl} and {@code docs/results.md}. A run that was ended goes on where it
 * was: rows that are complete are kept.
 */
public final class Results {
  private static final int REASON_LENGTH = 300;

  /** A network with the macros that it may take. */
  private static final Pattern BUDGETED = Pattern.compile("(.+)@([1-9]\\d{0,8})");

  private final Path root;
  private final Path work;
  private final ResultOptions options;
  private final ResultFile file;
  private final String revision;

  private Results(Path root, ResultOptions options) throws IOException {
    this.root = root;
    this.options = options;
    this.work = root.resolve("out").resolve("results");
    this.file = new ResultFile(root.resolve("docs").resolve("results.jsonl"));
    Files.createDirectories(work);
    this.revision = options.render() ? "" : revision();
  }

  /**
   * Runs what is asked for.
   *
   * @param arguments the repository's folder, then options and networks
   * @throws IOException when a file cannot be written or a program cannot be started
   */
  public static void main(String[] arguments) throws IOException {
    try {
      Path root = Path.of(arguments[0]).toAbsolutePath().normalize();
      String[] words = List.of(arguments).subList(1, arguments.length).toArray(String[]::new);
      new Results(root, ResultOptions.of(words)).run();
    } catch (UserException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
    }
  }

  /**
   * A network to run.
   *
   * @param network its name
   * @param budget macros that it may take; empty when each layer has one copy
   * @param model its file, when it is not a reference network
   */
  private record Subject(String network, Optional<Integer> budget, Optional<Path> model) {
    /** What its rows are called. */
    String name() {
      return network + budget.map(macros -> "@" + macros).orElse("");
    }
  }

  private void run() throws IOException {
    if (!options.render()) {
      ImmutableList<Subject> subjects = subjects();
      // Built before anything is measured.
      MeasuredProcess.run(
          xbarflow("--version"), ImmutableMap.of(), work.resolve("build.log"), Integer.MAX_VALUE);
      for (Subject subject : subjects) {
        for (int mvmCycles : options.mvmCycles()) {
          row(subject, mvmCycles);
        }
      }
    }
    render();
  }

  private void render() {
    Path page = root.resolve("docs").resolve("results.md");
    Artefacts.writeText(page, new ResultPage(file.read()).text());
    System.out.println("results: " + page);
  }

  private ImmutableList<Subject> subjects() throws IOException {
    ImmutableList.Builder<Subject> subjects = ImmutableList.builder();
    for (String word : options.networks()) {
      Matcher budgeted = BUDGETED.matcher(word);
      boolean named = budgeted.matches();
      String network = named ? budgeted.group(1) : word;
      Optional<Integer> budget =
          named ? Optional.ofNullable(Ints.tryParse(budgeted.group(2))) : Optional.empty();
      if (ReferenceNetworks.names().contains(network)) {
        subjects.add(new Subject(network, budget, Optional.empty()));
      } else if (Files.isRegularFile(Path.of(network))) {
        subjects.add(subject(Path.of(network), budget));
      } else {
        throw UserException.badInput(
            word,
            "no such network",
            "an ONNX file, or one of "
                + String.join(", ", ReferenceNetworks.names())
                + ", with @MACROS behind it for a budget",
            "Mend the name.");
      }
    }
    if (options.networks().isEmpty()) {
      ReferenceNetworks.names()
          .forEach(name -> subjects.add(new Subject(name, Optional.empty(), Optional.empty())));
      for (Path model : thirdParty()) {
        subjects.add(subject(model, Optional.empty()));
      }
    }
    return subjects.build();
  }

  /** {@code folder/file} without its ending. */
  private static Subject subject(Path model, Optional<Integer> budget) {
    Path file = model.toAbsolutePath().normalize();
    String name = file.getFileName().toString().replaceFirst("\\.onnx$", "");
    return new Subject(file.getParent().getFileName() + "/" + name, budget, Optional.of(file));
  }

  /** One QOperator form of each third-party network, in alphabetical order. */
  private ImmutableList<Path> thirdParty() throws IOException {
    String named = System.getenv("XBARFLOW_MODELS");
    Path models = named != null ? Path.of(named) : root.resolveSibling("shared").resolve("models");
    Path folder = models.resolve("cnn");
    if (!Files.isDirectory(folder)) {
      System.out.println("results: no third-party networks, " + folder + " is missing");
      return ImmutableList.of();
    }
    ImmutableList.Builder<Path> found = ImmutableList.builder();
    try (Stream<Path> networks = Files.list(folder)) {
      for (Path network : networks.sorted().toList()) {
        Stream.of("model.qop_i8.onnx", "model.qop_u8s8.onnx", "model.qop.onnx")
            .map(network::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
            .ifPresent(found::add);
      }
    }
    return found.build();
  }

  private void row(Subject subject, int mvmCycles) throws IOException {
    ResultRow row =
        ResultRow.open(
            subject.name(), mvmCycles, revision, Runtime.getRuntime().availableProcessors());
    Optional<ResultRow> earlier = file.find(row.key());
    if (!options.again() && earlier.filter(this::isComplete).isPresent()) {
      System.out.println("results: " + row.key() + " is there");
      return;
    }
    String name = subject.name().replaceAll("[^A-Za-z0-9._-]", "_") + "-" + mvmCycles;
    Path log = work.resolve(name + ".log");
    Path folder = work.resolve(name);
    Files.deleteIfExists(log);
    delete(folder);
    Files.createDirectories(folder);
    row = mapped(row, subject, folder, log);
    if (row.map().done()) {
      row = generated(row, folder, log);
    }
    if (row.map().done()) {
      row = golden(row, folder, log);
    }
    if (row.generate().done() && options.cosim()) {
      row = cosimulated(row, folder, log);
    }
    delete(folder);
    render();
  }

  /** Whether every stage that is asked for has been run to its end or its limit. */
  private boolean isComplete(ResultRow row) {
    return (options.missing() || row.revision().equals(revision))
        && row.map().outcome() != Outcome.NOT_RUN
        && (!row.generate().done()
            || !options.cosim()
            || row.simulate().outcome() != Outcome.NOT_RUN
            || row.build().outcome() != Outcome.NOT_RUN);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private static Path model(Subject subject, Path folder) throws IOException {
    if (subject.model().isPresent()) {
      return subject.model().get();
    }
    Path model = folder.resolve(subject.network() + ".onnx");
    ReferenceNetworks.write(subject.network(), model);
    return model;
  }

  private ResultRow mapped(ResultRow row, Subject subject, Path folder, Path log)
      throws IOException {
    ImmutableList.Builder<String> arguments = ImmutableList.builder();
    arguments.add(model(subject, folder).toString(), "-o", folder.toString());
    arguments.add("--crossbar", "256x256", "--mvm-cycles", Integer.toString(row.mvmCycles()));
    arguments.add("--effort", options.effort());
    subject.budget().ifPresent(macros -> arguments.add("--crossbars", macros.toString()));
    Measured measured = stage(row, "map", folder, log, arguments.build().toArray(String[]::new));
    StageRun run = stageRun(measured, log);
    Optional<Mapping> mapping =
        run.done()
            ? Optional.of(Artefacts.read(folder.resolve("mapping.json"), Mapping.class))
            : Optional.empty();
    return kept(row.withMap(run, mapping.map(Mapping::prediction), mapping.map(Mapping::bound)));
  }

  private ResultRow generated(ResultRow row, Path folder, Path log) throws IOException {
    return kept(
        row.withGenerate(stageRun(stage(row, "generate", folder, log, folder.toString()), log)));
  }

  private ResultRow golden(ResultRow row, Path folder, Path log) throws IOException {
    StageRun run =
        stageRun(
            stage(
                row,
                "simulate",
                folder,
                log,
                folder.toString(),
                "--images",
                Integer.toString(options.images())),
            log);
    Optional<Double> seconds =
        run.done()
            ? Optional.of(
                1
                    / Artefacts.read(folder.resolve("simulation.json"), SimulationFigures.class)
                        .goldenImagesPerSecond())
            : Optional.empty();
    return kept(row.withGolden(run, seconds));
  }

  private ResultRow cosimulated(ResultRow row, Path folder, Path log) throws IOException {
    Measured measured =
        stage(
            row,
            "cosim",
            folder,
            log,
            folder.toString(),
            "--images",
            Integer.toString(options.images()));
    Path report = folder.resolve("cosim.json");
    Optional<CosimFigures> figures =
        Files.exists(report)
            ? Optional.of(Artefacts.read(report, CosimFigures.class))
            : Optional.empty();
    StageRun whole = stageRun(measured, log);
    Usage building = measured.usage(Part.BUILD);
    Usage simulating = measured.usage(Part.SIMULATOR);
    // The checks of the program run beside the simulator.
    long memory = simulating.peakMebibytes() + measured.usage(Part.PROGRAM).peakMebibytes();
    boolean built = figures.isPresent() || measured.parts().containsKey(Part.SIMULATOR);
    StageRun build =
        built
            ? new StageRun(
                Outcome.DONE,
                figures.map(CosimFigures::verilateSeconds).orElse(building.seconds()),
                building.peakMebibytes(),
                "")
            : whole.part(building.seconds(), building.peakMebibytes());
    StageRun simulate =
        built
            ? whole.part(
                figures.map(CosimFigures::simulateSeconds).orElse(simulating.seconds()), memory)
            : StageRun.notRun("not run");
    return kept(row.withCosim(build, simulate, figures));
  }

  private ResultRow kept(ResultRow row) {
    file.put(row);
    return row;
  }

  private Measured stage(ResultRow row, String verb, Path folder, Path log, String... arguments)
      throws IOException {
    ImmutableList<String> command =
        ImmutableList.<String>builder().addAll(xbarflow(verb)).add(arguments).build();
    // A cache of its own: the simulator is built anew, so that its time is measured.
    ImmutableMap<String, String> environment =
        ImmutableMap.of("XBARFLOW_CACHE", folder.resolve("cache").toString());
    Files.writeString(
        log,
        "$ " + String.join(" ", command) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    System.out.printf(Locale.ROOT, "results: %s %s ...%n", row.key(), verb);
    Measured measured = MeasuredProcess.run(command, environment, log, options.limitSeconds());
    System.out.printf(
        Locale.ROOT,
        "results: %s %s: %s after %.1f s%n",
        row.key(),
        verb,
        measured.exitCode().map(code -> "exit code " + code).orElse("stopped"),
        measured.seconds());
    return measured;
  }

  private ImmutableList<String> xbarflow(String word) {
    return ImmutableList.of(root.resolve("xbarflow").toString(), word);
  }

  private static StageRun stageRun(Measured measured, Path log) throws IOException {
    Outcome outcome =
        measured.exitCode().isEmpty()
            ? Outcome.STOPPED
            : measured.exitCode().get() == 0 ? Outcome.DONE : Outcome.FAILED;
    return new StageRun(
        outcome,
        measured.seconds(),
        measured.usage(Part.PROGRAM).peakMebibytes(),
        outcome == Outcome.FAILED ? reason(log) : "");
  }

  /** The last line of {@code log} that states an error, shortened. */
  private static String reason(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    String last = "see " + log.getFileName();
    for (String line : lines) {
      last = line.startsWith("error: ") ? line.substring("error: ".length()) : last;
    }
    return last.length() <= REASON_LENGTH ? last : last.substring(0, REASON_LENGTH) + "...";
  }

  /** The commit that is checked out, and whether files differ from it. */
  private String revision() throws IOException {
    String commit = output("git", "-C", root.toString(), "rev-parse", "--short", "HEAD");
    if (commit.isEmpty()) {
      return "unknown";
    }
    String changes =
        output("git", "-C", root.toString(), "status", "--porcelain", "-uno", "--", ":!docs");
    return changes.isEmpty() ? commit : commit + "+";
  }

  private static String output(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }
}
