package io.xbarflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.cli.page.ReportPage;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.energy.EnergyEstimate;
import io.xbarflow.core.energy.EnergyModel;
import io.xbarflow.core.energy.EnergyTable;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.ImportNote;
import io.xbarflow.core.onnx.ImportSettings;
import io.xbarflow.core.onnx.ImportedModel;
import io.xbarflow.core.onnx.NetworkModel;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.synthesis.Synthesis;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.core.tensor.NpyFile;
import io.xbarflow.core.text.ShellWord;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import io.xbarflow.mapper.Revision;
import io.xbarflow.mapper.explore.Ranges;
import io.xbarflow.rtlgen.rtl.Generator;
import io.xbarflow.rtlgen.syn.SynthesisFiles;
import io.xbarflow.sim.Accuracy;
import io.xbarflow.sim.Simulation;
import io.xbarflow.sim.golden.CalibratedImport;
import io.xbarflow.sim.golden.Calibration;
import io.xbarflow.testbench.CosimReport;
import io.xbarflow.testbench.CosimRequest;
import io.xbarflow.testbench.CosimResult;
import io.xbarflow.testbench.Cosimulation;
import io.xbarflow.testbench.Coverage;
import io.xbarflow.testbench.CoverageReport;
import io.xbarflow.testbench.Stalls;
import io.xbarflow.testbench.Toolchain;
import io.xbarflow.testbench.VerilatorBuild;
import io.xbarflow.testbench.synth.SynthesisRequest;
import io.xbarflow.testbench.synth.SynthesisRun;
import io.xbarflow.testbench.synth.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** The stages, each between artefacts of the output folder. */
final class ChipStages implements Stages {
  private static final String NETWORK = SavedChip.NETWORK;
  private static final String MAPPING = SavedChip.MAPPING;

  @Override
  public boolean importModel(
      Path model,
      ImportSettings settings,
      Optional<Inputs> calibration,
      Path output,
      Progress progress) {
    progress.start("import");
    ImportedModel imported =
        calibration
            .map(
                inputs ->
                    CalibratedImport.of(
                        ranges -> OnnxImport.read(model, settings, ranges),
                        network -> HostImages.load(network, inputs)))
            .orElseGet(() -> OnnxImport.read(model, settings));
    Network network = imported.network();
    ManagedFolder folder = ManagedFolder.at(output);
    folder.write(NETWORK, network);
    folder.writeBytes(SavedChip.NETWORK_MODEL, NetworkModel.of(network));
    progress.done(
        String.format(
            Locale.ROOT,
            "%s: %d layers, input %s, output %s",
            network.model(),
            network.layers().size(),
            shapes(network, network.inputs()),
            shapes(network, network.outputs())));
    ImportNote.lines(imported.notes()).forEach(progress::note);
    if (!imported.notes().isEmpty()) {
      GraphDistance.lines(model, network, calibration).forEach(progress::note);
    }
    return calibration.isPresent() && !imported.given().isEmpty();
  }

  private static String shapes(Network network, List<HostTensor> tensors) {
    return String.join(
        ", ",
        tensors.stream()
            .map(tensor -> tensor.name() + " " + network.tensor(tensor.tensor()).shape())
            .toList());
  }

  private static Network network(Path output) {
    return SavedChip.network(output);
  }

  private static Mapping mapping(Path output) {
    return SavedChip.mapping(output);
  }

  @Override
  public void checkInputs(Path output, Inputs inputs, KnownClasses classes) {
    Network network = network(output);
    int images = HostImages.load(network, inputs).size();
    classes.labelsOf(network, inputs, images);
    classes.namesOf(network);
  }

  @Override
  public ResultTable map(
      Architecture architecture,
      CoreTypes types,
      MappingOptions options,
      CalibrationImages calibration,
      Path output,
      Progress progress) {
    progress.start("map");
    Network network = network(output);
    Mapping mapping =
        Mapper.map(network, architecture, options.withCores(types.assign(network, architecture)));
    if (calibrated(mapping)) {
      progress.update("calibration");
      mapping = Calibration.of(network, mapping, HostImages.load(network, calibration.images()));
    } else if (calibration.asked()) {
      throw UserException.badInput(
          "--calibration",
          "images for calibration, but no core of this mapping is calibrated and the model"
              + " quantises all that it has to",
          "a core with converters, such as pcm, or float results without QuantizeLinear",
          "Choose a core with --core, or leave the option out.");
    }
    ManagedFolder.at(output).write(MAPPING, mapping);
    progress.done(
        String.format(
            Locale.ROOT,
            "%d macros of %d x %d, %d blocks, %d links",
            mapping.prediction().crossbars(),
            architecture.crossbarRows(),
            architecture.crossbarColumns(),
            mapping.blocks().size(),
            mapping.links().size()));
    return table(mapping, Optional.empty());
  }

  private static boolean calibrated(Mapping mapping) {
    return mapping.blocks().stream()
        .anyMatch(
            block ->
                block instanceof Block.ImcCore core && core.array().core().macro().calibrated());
  }

  @Override
  public FrontTable explore(
      Architecture base,
      CoreTypes types,
      Ranges ranges,
      Optional<SweepImages> images,
      String command,
      Path output,
      Progress progress) {
    return new Exploration(network(output), base, types, images, command)
        .run(ranges, output, progress);
  }

  @Override
  public void generate(CoreTypes types, Path output, Progress progress) {
    progress.start("generate");
    Path file = output.resolve(MAPPING);
    Network network = network(output);
    Mapping written = mapping(output);
    Revision revision =
        Revision.of(network, SavedChip.withCores(types, network, written, file), file.toString());
    revision.derivedAgain().forEach(constraint -> progress.update("derived again: " + constraint));
    if (!revision.mapping().equals(written)) {
      // It was edited: depths, places or figures follow.
      ManagedFolder.at(output).writeBack(MAPPING, revision.mapping());
    }
    // The network may have been edited too.
    ManagedFolder.at(output).writeBytes(SavedChip.NETWORK_MODEL, NetworkModel.of(network));
    new Generator(types).generate(network, revision.mapping(), output);
    try (var files = Files.list(output.resolve("rtl"))) {
      progress.done(
          files.count() - 1 + " Verilog files in " + output.resolve("rtl") + derived(revision));
    } catch (IOException e) {
      throw Artefacts.unwritable(output, e);
    }
  }

  /** What was made anew after an edit, in words. */
  private static String derived(Revision revision) {
    return revision.derivedAgain().isEmpty()
        ? ""
        : "; mapping.json was edited and its links, depths and places derived again, since "
            + revision.derivedAgain().get(0);
  }

  @Override
  public SimulationTables simulate(
      CoreTypes types,
      Path output,
      Inputs inputs,
      KnownClasses classes,
      Optional<Path> dump,
      Progress progress) {
    Network network = network(output);
    Optional<Mapping> mapping =
        Files.exists(output.resolve(MAPPING))
            ? Optional.of(SavedChip.read(types, output).mapping())
            : Optional.empty();
    progress.start("simulate");
    ImmutableList<ImmutableMap<String, Image>> images = HostImages.load(network, inputs);
    Optional<ImmutableList<Integer>> labels = classes.labelsOf(network, inputs, images.size());
    Optional<ImmutableList<String>> names = classes.namesOf(network);
    Simulation simulation = Simulation.ofOutputs(network, mapping, types, images);
    mapping.ifPresent(mapped -> SavedChip.requireFlow(mapped, simulation, output));
    Simulation.Report report = simulation.report(network, mapping, labels);
    dump.ifPresent(folder -> dump(network, folder, simulation::output));
    ManagedFolder.at(output).write("simulation.json", report);
    progress.done(
        String.format(
            Locale.ROOT,
            "%d images, %.0f images/s in Java",
            images.size(),
            report.goldenImagesPerSecond()));
    ImmutableList.Builder<ResultTable.Row> rows = ImmutableList.builder();
    rows.add(ResultTable.Row.of("images", images.size()));
    rows.add(ResultTable.Row.of("golden model, images per second", report.goldenImagesPerSecond()));
    report.accuracy().ifPresent(accuracy -> addAccuracy(rows, accuracy));
    mapping.ifPresent(
        mapped -> {
          rows.add(
              row(
                  "cycles per image",
                  OptionalDouble.empty(),
                  number(report.cyclesPerImage()),
                  number(mapped.bound().cyclesPerImage())));
          rows.add(
              row(
                  "first image, cycles",
                  OptionalDouble.empty(),
                  number(report.firstImageCycles()),
                  number(mapped.bound().firstImageCycles())));
        });
    return new SimulationTables(
        new ResultTable(rows.build()),
        new DeviationTable(report.deviations()),
        Answers.of(simulation.output(network.outputs().get(0)), labels, names));
  }

  private static void addAccuracy(ImmutableList.Builder<ResultTable.Row> rows, Accuracy accuracy) {
    rows.add(ResultTable.Row.of("images with a label", accuracy.images()));
    rows.add(ResultTable.Row.of("classified right, %", 100 * accuracy.top1()));
    rows.add(ResultTable.Row.of("classified right with exact sums, %", 100 * accuracy.idealTop1()));
  }

  @Override
  public Verdict cosim(CoreTypes types, Path output, CosimSettings settings, Progress progress) {
    SavedChip chip = SavedChip.read(types, output);
    Network network = chip.network();
    Mapping mapping = chip.mapping();
    progress.start("cosim");
    ManagedFolder.at(output).delete(List.of("cosim.json", "energy.json", "coverage.json"));
    ImmutableList<ImmutableMap<String, Image>> inputs = HostImages.load(network, settings.inputs());
    Optional<ImmutableList<Integer>> labels =
        settings.classes().labelsOf(network, settings.inputs(), inputs.size());
    Optional<ImmutableList<String>> names = settings.classes().namesOf(network);
    progress.update("golden model, " + inputs.size() + " images");
    Simulation simulation = simulation(chip, types, inputs, output);
    CosimRequest request =
        cosimRequest(chip, simulation, output)
            .withStalls(settings.stallSeed().map(Stalls::ofSeed).orElse(Stalls.none()));
    Cosimulation cosimulation =
        new Cosimulation(
            new VerilatorBuild(Toolchain.onPath(), settings.cache()), progress::update);
    CosimResult result =
        (settings.coverage() ? cosimulation.withCoverage() : cosimulation).run(request);
    ImmutableList<Image> answers = result.outputs().get(network.outputs().get(0).tensor());
    CosimReport report =
        labels
            .map(known -> simulation.accuracyOf(network, answers, known))
            .map(result.report()::withAccuracy)
            .orElse(result.report());
    settings
        .dump()
        .ifPresent(folder -> dump(network, folder, out -> result.outputs().get(out.tensor())));
    ManagedFolder.at(output).write("cosim.json", report);
    progress.done(
        String.format(
            Locale.ROOT,
            "%s: %d images, %d cycles, %d values compared%s",
            result.passed() ? "equal" : "DIFFERENT",
            report.images(),
            report.simulatedCycles(),
            report.layers().stream().mapToLong(CosimReport.Boundary::values).sum(),
            result.simulatorCached() ? ", simulator from the cache" : ""));
    settings
        .waves()
        .ifPresent(
            window -> {
              progress.start("waves");
              progress.done(
                  "cycles "
                      + window
                      + "; open with: gtkwave "
                      + ShellWord.of(cosimulation.waves(request, window).toString()));
            });
    Optional<EnergyEstimate> energy =
        result.passed()
            ? Optional.of(energy(network, mapping, settings.energy(), report))
            : Optional.empty();
    energy.ifPresent(
        estimate -> {
          progress.start("energy");
          ManagedFolder.at(output).write("energy.json", estimate);
          progress.done(new EnergyText(estimate).line());
        });
    Optional<CoverageReport> coverage = result.coverage().map(Coverage::report);
    coverage.ifPresent(
        executed -> {
          progress.start("coverage");
          ManagedFolder.at(output).write("coverage.json", executed);
          progress.done(new CoverageText(executed).line());
        });
    return new Verdict(
        result.findings(),
        table(mapping, Optional.of(report)),
        Answers.of(answers, labels, names),
        energy,
        coverage);
  }

  /** What the Verilog of {@code chip} is compared with. */
  static Simulation simulation(
      SavedChip chip,
      CoreTypes types,
      ImmutableList<ImmutableMap<String, Image>> inputs,
      Path output) {
    Simulation simulation = Simulation.ofEveryTensor(chip.network(), chip.mapping(), types, inputs);
    SavedChip.requireFlow(chip.mapping(), simulation, output);
    return simulation;
  }

  /** The co-simulation of {@code chip}, without stalls. */
  static CosimRequest cosimRequest(SavedChip chip, Simulation simulation, Path output) {
    return CosimRequest.of(output, chip.network(), chip.mapping(), simulation.images())
        .withPrediction(simulation.timing().orElseThrow().imageEnds());
  }

  private static EnergyEstimate energy(
      Network network, Mapping mapping, EnergyTable table, CosimReport report) {
    return EnergyModel.estimate(network, mapping, table, toggles(report), report.images());
  }

  private static ImmutableMap<String, Long> toggles(CosimReport report) {
    ImmutableMap.Builder<String, Long> toggles = ImmutableMap.builder();
    report.layers().forEach(link -> toggles.put(link.link(), link.bitToggles()));
    return toggles.buildOrThrow();
  }

  @Override
  public void report(Path output, Progress progress) {
    progress.start("report");
    SavedChip chip = SavedChip.read(output);
    Mapping mapping = chip.mapping();
    Optional<CosimReport> cosim = ifThere(output.resolve("cosim.json"), CosimReport.class);
    ReportPage page =
        new ReportPage(
            output,
            chip.network(),
            mapping,
            cosim,
            ifThere(output.resolve("simulation.json"), Simulation.Report.class),
            table(mapping, cosim).cells(),
            others(output));
    ManagedFolder.at(output).writeText("report.html", page.html());
    progress.done(output.resolve("report.html").toString());
  }

  private static <T> Optional<T> ifThere(Path file, Class<T> type) {
    return Files.exists(file) ? Optional.of(Artefacts.read(file, type)) : Optional.empty();
  }

  /** Artefacts that a page shows as they are. */
  private static ImmutableMap<String, JsonNode> others(Path output) {
    ImmutableMap.Builder<String, JsonNode> others = ImmutableMap.builder();
    ifThere(output.resolve("energy.json"), EnergyEstimate.class)
        .ifPresent(energy -> others.put("energy.json", Artefacts.toTree(energy)));
    // Other files of such names are not ours.
    ManagedFolder.at(output).names().stream()
        .filter(name -> name.matches("synth\\.[^/]*\\.json"))
        .filter(name -> Files.exists(output.resolve(name)))
        .forEach(
            name ->
                others.put(
                    name, Artefacts.toTree(Artefacts.read(output.resolve(name), Synthesis.class))));
    return others.buildOrThrow();
  }

  @Override
  public Synthesis synth(Path output, SynthSettings settings, Progress progress) {
    Mapping mapping = mapping(output);
    Target target = settings.target();
    boolean whole = settings.module().equals(SynthesisFiles.TOP);
    String artefact = "synth." + target.id() + (whole ? "" : "." + settings.module()) + ".json";
    ManagedFolder.at(output).delete(List.of(artefact));
    progress.start("synth");
    Synthesis synthesis =
        new SynthesisRun(
                new SynthesisRequest(
                    output,
                    mapping.model(),
                    mapping.modelSha256(),
                    mapping.architecture().clockMHz(),
                    target,
                    settings.module(),
                    settings.liberty(),
                    settings.versions()),
                progress::update)
            .run();
    ManagedFolder.at(output).write(artefact, synthesis);
    progress.done(
        String.format(
            Locale.ROOT,
            "%s: %d cells, %d flip-flops, %d RAM bits",
            target.id(),
            synthesis.total().cells(),
            synthesis.total().flipFlops(),
            synthesis.total().ramBits()));
    return synthesis;
  }

  /** Writes every network output as {@code folder/<output>.npy}. */
  private static void dump(
      Network network, Path folder, Function<HostTensor, ImmutableList<Image>> images) {
    for (HostTensor output : network.outputs()) {
      ManagedFolder.at(folder)
          .writeBytes(
              output.name().replaceAll("[^A-Za-z0-9._-]", "_") + ".npy",
              NpyFile.bytes(NetworkImages.fromImages(network, output, images.apply(output))));
    }
  }

  /** What was measured, or only predicted, beside the bound. */
  private static ResultTable table(Mapping mapping, Optional<CosimReport> report) {
    Figures predicted = mapping.prediction();
    Figures bound = mapping.bound();
    OptionalDouble measuredCycles = number(report.flatMap(CosimReport::cyclesPerImage));
    OptionalDouble predictedCycles =
        report.isPresent()
            ? number(report.get().predictedCyclesPerImage())
            : number(predicted.cyclesPerImage());
    double clockHz = mapping.architecture().clockMHz() * 1e6;
    ImmutableList.Builder<ResultTable.Row> rows = ImmutableList.builder();
    rows.add(
        row(
            "macros",
            number(predicted.crossbars()),
            OptionalDouble.empty(),
            number(bound.crossbars())));
    rows.add(
        row(
            "cycles per image (initiation interval)",
            measuredCycles,
            predictedCycles,
            number(bound.cyclesPerImage())));
    rows.add(
        row(
            "first image, cycles",
            number(report.flatMap(CosimReport::firstImageCycles)),
            number(predicted.firstImageCycles()),
            number(bound.firstImageCycles())));
    rows.add(
        row(
            "activation memory, bits",
            number(predicted.activationMemoryBits()),
            OptionalDouble.empty(),
            number(bound.activationMemoryBits())));
    rows.add(
        row(
            "images per second at " + mapping.architecture().clockMHz() + " MHz",
            perSecond(clockHz, measuredCycles),
            perSecond(clockHz, predictedCycles),
            perSecond(clockHz, number(bound.cyclesPerImage()))));
    report.ifPresent(
        figures -> {
          rows.add(ResultTable.Row.of("images simulated", figures.images()));
          rows.add(
              ResultTable.Row.of(
                  "values compared",
                  (double)
                      figures.layers().stream().mapToLong(CosimReport.Boundary::values).sum()));
          rows.add(ResultTable.Row.of("values that differ", (double) figures.mismatches()));
          figures.accuracy().ifPresent(accuracy -> addAccuracy(rows, accuracy));
          rows.add(ResultTable.Row.of("Verilator build, seconds", figures.verilateSeconds()));
          rows.add(ResultTable.Row.of("simulation, seconds", figures.simulateSeconds()));
        });
    return new ResultTable(rows.build());
  }

  private static ResultTable.Row row(
      String quantity, OptionalDouble reached, OptionalDouble predicted, OptionalDouble bound) {
    return new ResultTable.Row(quantity, reached, predicted, bound);
  }

  private static OptionalDouble number(long value) {
    return OptionalDouble.of((double) value);
  }

  private static OptionalDouble number(Optional<Long> value) {
    return value.isPresent() ? number(value.get().longValue()) : OptionalDouble.empty();
  }

  private static OptionalDouble perSecond(double clockHz, OptionalDouble cycles) {
    return cycles.isPresent()
        ? OptionalDouble.of(Math.rint(clockHz / cycles.getAsDouble()))
        : OptionalDouble.empty();
  }
}
