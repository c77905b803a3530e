package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.diagnostic.Diagnostic;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.text.ShellWord;
import io.xbarflow.testbench.HarnessResult.LinkResult;
import io.xbarflow.testbench.HarnessResult.Verdict;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Runs images through the generated Verilog and compares every link between blocks with the
 * expectation: values, stream protocol, cycles.
 *
 * <p>Writes below the output folder: {@code cosim/} (stimulus, result and logs of the run) and,
 * when something is wrong, {@code waves/mismatch.vcd} with a saved view for GTKWave beside it.
 * Cycle {@code k} begins at time {@code 10 * (k + 10)} of the waveform.
 */
public final class Cosimulation {
  /** Folders that the simulator writes to. */
  private static final String FILES = "cosim";

  private static final String WAVES = "waves";
  private static final String TRACE = "--trace";
  private static final String COVERAGE = "coverage.dat";
  private static final int CYCLES_BEFORE = 100;
  private static final int CYCLES_AFTER = 30;

  private final VerilatorBuild build;
  private final Consumer<String> progress;
  private final Recording recording;

  /**
   * Co-simulates with simulators from {@code build}.
   *
   * @param progress gets one line each time something has been reached
   */
  public Cosimulation(VerilatorBuild build, Consumer<String> progress) {
    this(build, progress, Recording.NOTHING);
  }

  private Cosimulation(VerilatorBuild build, Consumer<String> progress, Recording recording) {
    this.build = build;
    this.progress = progress;
    this.recording = recording;
  }

  /** The same, whose results tell what was executed; it takes a simulator of its own. */
  public Cosimulation withCoverage() {
    return new Cosimulation(build, progress, Recording.COVERAGE);
  }

  /**
   * Builds the simulator unless it is cached, runs it, and judges. What is wrong with the Verilog
   * is in the result, not an exception.
   *
   * @throws UserException when a tool is missing, the build fails, a folder cannot be written, or
   *     the simulator breaks off
   */
  public CosimResult run(CosimRequest request) {
    Path folder = request.folder().toAbsolutePath();
    Path waves = folder.resolve(WAVES).resolve("mismatch.vcd");
    Path files = folder.resolve(FILES);
    try {
      ManagedFolder.at(folder).claim(FILES);
      ManagedFolder.at(folder).checkFolder(WAVES);
      deleteWaves(waves.getParent());
      writeStimulus(files.resolve("stimulus.bin"), request);
    } catch (IOException e) {
      throw Artefacts.unwritable(files, e);
    }
    VerilatorBuild.Simulator simulator = build.build(folder, request.mapping(), recording);
    progress.accept(
        simulator.cached()
            ? "simulator cached"
            : String.format(Locale.ROOT, "simulator built in %.1f s", simulator.verilateSeconds()));
    List<String> output = new ArrayList<>();
    long started = System.nanoTime();
    HarnessResult result =
        simulate(simulator, request, files.resolve("result.json"), recorded(), output);
    double seconds = (System.nanoTime() - started) / 1e9;

    PipelineNames names = new PipelineNames(request.mapping());
    Triage triage = new Triage(names, request.signedTensors(), result);
    List<String> findings = new ArrayList<>(triage.findings(output));
    Optional<Boolean> cycleExact = Optional.empty();
    if (request.timed() && result.verdict() == Verdict.DONE) {
      Optional<String> wrong = triage.wrongCycles(request.predictedImageEnds().get());
      cycleExact = Optional.of(wrong.isEmpty());
      wrong.ifPresent(findings::add);
    }
    if (!findings.isEmpty() && request.stalls().any()) {
      findings.add("the run had " + request.stalls());
    }
    Optional<Path> waveform = Optional.empty();
    Optional<Long> cycle = triage.cycleOfInterest();
    if (cycle.isPresent()) {
      try {
        trace(
            request,
            waves,
            CycleWindow.around(cycle.get(), CYCLES_BEFORE, CYCLES_AFTER),
            cycle.get(),
            triage.linkOfInterest());
        waveform = Optional.of(waves);
        findings.add(
            String.format(
                Locale.ROOT,
                "waveform around cycle %d (time %d): %s; open it with: gtkwave %s",
                cycle.get(),
                CycleWindow.time(cycle.get()),
                waves,
                ShellWord.of(view(waves).toString())));
      } catch (UserException e) {
        findings.add("no waveform: " + e.getMessage());
      }
    }
    ImmutableMap<String, ImmutableList<Image>> outputs =
        readOutputs(files.resolve("outputs.bin"), request);
    if (findings.isEmpty()) {
      // Large, and of use only to repeat a failing run by hand.
      deleteQuietly(files.resolve("stimulus.bin"));
    }
    deleteQuietly(files.resolve("outputs.bin"));
    return new CosimResult(
        report(request, names, result, simulator, seconds, cycleExact),
        ImmutableList.copyOf(findings),
        outputs,
        result.inputs(),
        result.outputs(),
        waveform,
        coverage(folder),
        simulator.cached());
  }

  /** Options of a run for what it is to record. */
  private ImmutableList<String> recorded() {
    return recording == Recording.COVERAGE
        ? ImmutableList.of("--coverage", FILES + "/" + COVERAGE)
        : ImmutableList.of();
  }

  /** What the simulator that ran in {@code folder} has executed. */
  private Optional<Coverage> coverage(Path folder) {
    if (recording != Recording.COVERAGE) {
      return Optional.empty();
    }
    Path counts = folder.resolve(FILES).resolve(COVERAGE);
    Coverage coverage = Coverage.read(counts, folder);
    deleteQuietly(counts);
    return Optional.of(coverage);
  }

  /**
   * Runs the images of {@code request} again and writes {@code waves/cycles_FROM_TO.vcd} with a
   * saved view beside it.
   *
   * @return the saved view
   * @throws UserException when the simulation is over before the window begins
   */
  public Path waves(CosimRequest request, CycleWindow window) {
    Path folder = request.folder().toAbsolutePath();
    Path waves =
        folder.resolve(WAVES).resolve("cycles_" + window.from() + "_" + window.to() + ".vcd");
    Path stimulus = folder.resolve(FILES).resolve("stimulus.bin");
    try {
      ManagedFolder.at(folder).claim(FILES);
      writeStimulus(stimulus, request);
      trace(request, waves, window, window.from(), Optional.empty());
    } catch (IOException e) {
      throw Artefacts.unwritable(stimulus, e);
    } finally {
      deleteQuietly(stimulus);
    }
    return view(waves);
  }

  /** The saved view of {@code waves}. */
  private static Path view(Path waves) {
    String name = waves.getFileName().toString();
    return waves.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".gtkw");
  }

  /** Removes the waveforms of an earlier run. */
  private static void deleteWaves(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, "{mismatch,cycles_*}.{vcd,gtkw}")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  private void trace(
      CosimRequest request, Path waves, CycleWindow window, long cursor, Optional<String> link) {
    VerilatorBuild.Simulator tracer =
        build.build(request.folder().toAbsolutePath(), request.mapping(), Recording.WAVES);
    Path result = request.folder().toAbsolutePath().resolve(FILES).resolve("trace-result.json");
    ImmutableList<String> options =
        ImmutableList.of(
            TRACE,
            waves.toString(),
            "--trace-from",
            Long.toString(window.from()),
            "--trace-to",
            Long.toString(window.to()));
    try {
      ManagedFolder.at(request.folder().toAbsolutePath()).claim(WAVES);
      HarnessResult traced = simulate(tracer, request, result, options, new ArrayList<>());
      deleteQuietly(result);
      if (!Files.exists(waves)) {
        throw UserException.badInput(
            "cycles " + window,
            "the simulation is over after cycle " + (traced.cycles() - 1),
            "a window that begins before its end",
            "Choose earlier cycles, or more images.");
      }
      SavedView.write(waves, request.mapping(), cursor, link);
    } catch (IOException e) {
      throw Artefacts.unwritable(waves, e);
    }
  }

  private HarnessResult simulate(
      VerilatorBuild.Simulator simulator,
      CosimRequest request,
      Path resultFile,
      ImmutableList<String> options,
      List<String> output) {
    boolean first = !options.contains(TRACE);
    Path folder = request.folder().toAbsolutePath();
    Path files = folder.resolve(FILES);
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command
        .add(simulator.program().toString())
        .add("--stimulus", files.resolve("stimulus.bin").toString())
        .add("--result", resultFile.toString())
        .add("--idle", request.stalls().idle().option())
        .add("--back-pressure", request.stalls().backPressure().option())
        .add("--seed", Long.toUnsignedString(request.stalls().seed()))
        .add("--watchdog", Long.toString(request.watchdogCycles()))
        .add(
            "--frames",
            request.badFrames().stream().map(SentFrame::option).collect(Collectors.joining(",")))
        .addAll(options);
    if (first) {
      command.add("--outputs", files.resolve("outputs.bin").toString());
    }
    int exit;
    try {
      Files.deleteIfExists(resultFile);
      exit =
          ToolProcess.run(
              command.build(),
              folder,
              line -> {
                output.add(line);
                if (first && line.startsWith("progress ")) {
                  String[] words = line.split(" ", -1);
                  progress.accept("image " + words[1] + " of " + words[2] + " simulated");
                }
              });
      Files.write(files.resolve("simulation.log"), output);
    } catch (IOException e) {
      throw Artefacts.unwritable(files, e);
    }
    if (exit != 0 || !Files.exists(resultFile)) {
      int from = Math.max(0, output.size() - 5);
      throw new UserException(
          new Diagnostic(
              Diagnostic.Kind.VERIFICATION_FAILED,
              simulator.program().toString(),
              "the simulation broke off with exit code "
                  + exit
                  + ": "
                  + String.join(" | ", output.subList(from, output.size())),
              "a run to the end",
              "See cosim/simulation.log in the output folder."));
    }
    return Artefacts.read(resultFile, HarnessResult.class);
  }

  /** Writes the file that {@code harness.cpp} describes. */
  private static void writeStimulus(Path file, CosimRequest request) throws IOException {
    ImmutableList<String> tensors = CosimTop.tensors(request.mapping());
    Map<String, Image> first = request.images().get(0);
    ByteBuffer head = ByteBuffer.allocate(16 + 4 * tensors.size()).order(ByteOrder.LITTLE_ENDIAN);
    head.put("XBFSTIM1".getBytes(StandardCharsets.US_ASCII));
    head.putInt(request.images().size()).putInt(tensors.size());
    tensors.forEach(tensor -> head.putInt(first.get(tensor).shape().size()));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(head.array());
      for (String tensor : tensors) {
        for (Map<String, Image> image : request.images()) {
          out.write(pixelOrder(image.get(tensor)));
        }
      }
    }
  }

  private static byte[] pixelOrder(Image image) {
    int channels = image.shape().channels();
    int pixels = image.shape().pixels();
    byte[] bytes = new byte[channels * pixels];
    for (int channel = 0; channel < channels; channel++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        bytes[pixel * channels + channel] = (byte) image.get(channel * pixels + pixel);
      }
    }
    return bytes;
  }

  private static ImmutableMap<String, ImmutableList<Image>> readOutputs(
      Path file, CosimRequest request) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw Artefacts.unwritable(file, e);
    }
    Map<String, ImmutableList<Image>> outputs = new LinkedHashMap<>();
    int at = 0;
    for (Port port : request.mapping().outputs()) {
      Shape shape = request.images().get(0).get(port.tensor()).shape();
      boolean signed = request.signedTensors().contains(port.tensor());
      ImmutableList.Builder<Image> images = ImmutableList.builder();
      for (int image = 0; image < request.images().size(); image++) {
        int[] values = new int[shape.size()];
        for (int pixel = 0; pixel < shape.pixels(); pixel++) {
          for (int channel = 0; channel < shape.channels(); channel++) {
            byte value = bytes[at++];
            values[channel * shape.pixels() + pixel] = signed ? value : value & 0xff;
          }
        }
        images.add(Image.of(shape, values));
      }
      outputs.put(port.tensor(), images.build());
    }
    return ImmutableMap.copyOf(outputs);
  }

  private static CosimReport report(
      CosimRequest request,
      PipelineNames names,
      HarnessResult result,
      VerilatorBuild.Simulator simulator,
      double seconds,
      Optional<Boolean> cycleExact) {
    Mapping mapping = request.mapping();
    Figures bound = mapping.bound();
    Figures predicted = mapping.prediction();
    ImmutableMap<String, LinkResult> links = result.linksByName();
    ImmutableList.Builder<CosimReport.Boundary> boundaries = ImmutableList.builder();
    long mismatches = 0;
    boolean complete = true;
    for (Link link : names.links()) {
      LinkResult seen = links.get(link.name());
      mismatches += seen.mismatches();
      complete &= seen.done();
      boundaries.add(
          new CosimReport.Boundary(
              link.name(),
              link.tensor(),
              names.producerName(link.name()),
              seen.beats(),
              seen.bitToggles(),
              seen.values(),
              seen.mismatches(),
              seen.imageEnds()));
    }
    int images = request.images().size();
    Optional<Long> last = imageEnd(mapping, links, images - 1);
    Optional<Long> beforeLast =
        images < 2 ? Optional.empty() : imageEnd(mapping, links, images - 2);
    return new CosimReport(
        mapping.model(),
        mapping.architecture().name(),
        images,
        complete && mismatches == 0,
        mismatches,
        last.flatMap(end -> beforeLast.map(before -> end - before)),
        bound.cyclesPerImage(),
        predictedCyclesPerImage(request),
        imageEnd(mapping, links, 0).map(end -> end + 1),
        bound.firstImageCycles(),
        predicted.firstImageCycles(),
        predicted.activationMemoryBits(),
        bound.activationMemoryBits(),
        predicted.crossbars(),
        simulator.verilateSeconds(),
        seconds,
        result.cycles(),
        cycleExact,
        result.violationCount(),
        Optional.empty(),
        boundaries.build());
  }

  /** The predicted distance between the last two of the images that are simulated. */
  private static Optional<Long> predictedCyclesPerImage(CosimRequest request) {
    int images = request.images().size();
    if (request.predictedImageEnds().isEmpty() || images < 2) {
      return images < 2 ? Optional.empty() : request.mapping().prediction().cyclesPerImage();
    }
    long last = 0;
    long beforeLast = 0;
    for (Port port : request.mapping().outputs()) {
      ImmutableList<Long> ends = request.predictedImageEnds().get().get(port.link());
      last = Math.max(last, ends.get(images - 1));
      beforeLast = Math.max(beforeLast, ends.get(images - 2));
    }
    return Optional.of(last - beforeLast);
  }

  /** Cycle of the last beat of {@code image} at the output that ends latest. */
  private static Optional<Long> imageEnd(
      Mapping mapping, Map<String, LinkResult> links, int image) {
    long end = 0;
    for (Port port : mapping.outputs()) {
      ImmutableList<Long> ends = links.get(port.link()).imageEnds();
      if (ends.size() <= image) {
        return Optional.empty();
      }
      end = Math.max(end, ends.get(image));
    }
    return Optional.of(end);
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // A left-over scratch file harms nobody.
    }
  }
}
