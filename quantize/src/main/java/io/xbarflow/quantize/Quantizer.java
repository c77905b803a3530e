package io.xbarflow.quantize;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.onnx.ImportSettings;
import io.xbarflow.quantize.calibrate.HostEnds;
import io.xbarflow.quantize.calibrate.Observations;
import io.xbarflow.quantize.calibrate.Range;
import io.xbarflow.quantize.calibrate.RangeRule;
import io.xbarflow.quantize.calibrate.Scheme;
import io.xbarflow.quantize.emit.QuantisedGraph;
import io.xbarflow.quantize.graph.ElementType;
import io.xbarflow.quantize.graph.Graph;
import io.xbarflow.quantize.graph.Node;
import io.xbarflow.quantize.graph.Refusals;
import io.xbarflow.quantize.graph.Stored;
import io.xbarflow.quantize.onnx.OnnxFile;
import io.xbarflow.quantize.onnx.OnnxModel;
import io.xbarflow.quantize.rewrite.ConstantFolding;
import io.xbarflow.quantize.rewrite.ResponseNormalisation;
import io.xbarflow.quantize.rewrite.Rewrites;
import io.xbarflow.quantize.runtime.FloatRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The stage quantize: a float model and calibration images give a quantised model.
 *
 * <p>The float model itself, with every value an output, tells shapes, constants and ranges; so
 * what the quantised model is compared with does not depend on any rewrite.
 */
public final class Quantizer {
  /** Below this many images a note says so. */
  private static final int FEW_IMAGES = 8;

  private static final RangeRule MIN_MAX = new RangeRule(RangeRule.Method.MIN_MAX, 100);

  private final OnnxModel model;
  private final Graph original;
  private final Settings settings;
  private final CalibrationImages images;
  private final List<String> notes = new ArrayList<>();
  private final Progress progress;

  /** Is told how far the work is. */
  @FunctionalInterface
  public interface Progress {
    /** {@code done} of {@code total} images have been run. */
    void images(String what, int done, int total);
  }

  /**
   * A quantised model.
   *
   * @param file bytes of the ONNX file
   * @param original the float graph as it was read
   * @param rewritten the float graph that was quantised
   * @param graph the quantised graph
   * @param scheme scales and zero points
   * @param notes what else there is to know, one sentence each
   */
  public record Result(
      byte[] file,
      Graph original,
      Graph rewritten,
      QuantisedGraph graph,
      Scheme scheme,
      ImmutableList<String> notes) {}

  private Quantizer(
      OnnxModel model,
      Graph original,
      CalibrationImages images,
      Settings settings,
      Progress progress) {
    this.model = model;
    this.original = original;
    this.images = images;
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Quantises {@code model}.
   *
   * @param calibration .npy file, or folder of them
   * @param most how many images are used at most
   * @throws UserException when model or images cannot be used
   */
  public static Quantizer of(
      Path model, Path calibration, int most, Settings settings, Progress progress) {
    return of(model, ImportSettings.NONE, calibration, most, settings, progress);
  }

  /**
   * Quantises {@code model}.
   *
   * @param said what is said of the model beside its file
   * @param calibration .npy file, or folder of them
   * @param most how many images are used at most
   * @throws UserException when model or images cannot be used
   */
  public static Quantizer of(
      Path model,
      ImportSettings said,
      Path calibration,
      int most,
      Settings settings,
      Progress progress) {
    OnnxModel file = OnnxModel.read(model, said);
    Graph graph = ConstantFolding.fill(file.graph());
    if (settings.end().isPresent()) {
      graph = upTo(graph, settings.end().get());
    }
    CalibrationImages images = CalibrationImages.read(calibration, input(graph), most);
    return new Quantizer(file, graph, images, settings, progress);
  }

  private static Graph upTo(Graph graph, String end) {
    if (!graph.producers().containsKey(end)) {
      throw UserException.badInput(
          "--end",
          "'" + end + "', which no node gives",
          "one of " + String.join(", ", graph.producers().keySet()),
          "Name the value that the quantised network shall end with.");
    }
    return graph.upTo(end);
  }

  private static Graph.Port input(Graph graph) {
    if (graph.inputs().size() != 1) {
      throw UserException.badInput(
          "graph inputs",
          graph.inputs().stream().map(Graph.Port::name).toList().toString(),
          "one input",
          "Store the others, or cut the model so that one is left.");
    }
    Graph.Port input = graph.inputs().get(0);
    boolean fixed =
        input.dims().size() >= 2
            && Math.abs(input.dims().get(0)) == 1
            && input.dims().subList(1, input.dims().size()).stream().allMatch(dim -> dim > 0);
    if (!fixed || input.type() != ElementType.FLOAT) {
      throw UserException.badInput(
          "graph input " + input.name(),
          input.type() + " of dimensions " + input.dims(),
          "float32 with a batch axis of 1 or open, and fixed dimensions behind it",
          "State them with --input-shape " + input.name() + "=1xCxHxW.");
    }
    return input;
  }

  /** The images in use. */
  public CalibrationImages images() {
    return images;
  }

  /** Does it. */
  public Result run() {
    if (images.count() < FEW_IMAGES) {
      notes.add(
          String.format(
              Locale.ROOT,
              "Ranges were measured on %d image%s only; a few dozen are better.",
              images.count(),
              images.count() == 1 ? "" : "s"));
    }
    Graph known = withConstantsAndShapes(original);
    Observations observations = new Observations();
    Graph rewritten = rewritten(known, observations);
    HostEnds ends = HostEnds.of(rewritten, settings.style().integerPorts());
    ImmutableMap<String, Range> ranges = observe(rewritten, observations);
    Scheme scheme = Scheme.of(rewritten, ends, ranges, settings.signed());
    QuantisedGraph quantised = QuantisedGraph.of(rewritten, ends, scheme, settings.style());
    byte[] file = OnnxFile.bytes(quantised.graph(), description());
    return new Result(file, known, rewritten, quantised, scheme, ImmutableList.copyOf(notes));
  }

  private String description() {
    return String.format(
        Locale.ROOT,
        "Quantised by xbarflow quantize: %s, %s activations, %d calibration images.%s",
        settings.rule().method(),
        settings.signed() ? "int8" : "uint8",
        images.count(),
        notes.isEmpty() ? "" : " " + String.join(" ", notes));
  }

  /**
   * Runs one image with every value an output.
   *
   * @throws UserException when something stops the network
   */
  private Graph withConstantsAndShapes(Graph graph) {
    List<String> values = new ArrayList<>();
    graph
        .nodes()
        .forEach(node -> node.outputs().stream().filter(o -> !o.isEmpty()).forEach(values::add));
    try (FloatRun run = open(values)) {
      ImmutableMap<String, Stored> found = run.run(images.dims(), images.image(0));
      Map<String, ImmutableList<Integer>> shapes = new LinkedHashMap<>();
      found.forEach((name, tensor) -> shapes.put(name, tensor.dims()));
      shapes.put(graph.inputs().get(0).name(), images.dims());
      Graph known = ConstantFolding.fold(graph, found).withShapes(shapes);
      Obstacles.refuse(known, () -> ranges(known, found), settings);
      return known;
    }
  }

  /** Ranges of the values of {@code graph} for the first image. */
  private ImmutableMap<String, Range> ranges(Graph graph, ImmutableMap<String, Stored> found) {
    Observations first = new Observations();
    first.add(Maps.filterKeys(found, value -> !graph.isStored(value)));
    String input = graph.inputs().get(0).name();
    first.add(ImmutableMap.of(input, Stored.ofReals(images.dims(), images.image(0))));
    return first.ranges(MIN_MAX);
  }

  private FloatRun open(List<String> values) {
    String input = original.inputs().get(0).name();
    return FloatRun.open(model.withOutputs(values, ImmutableSet.of(input)), input);
  }

  /** Values of the float model for image {@code index}, its input among them. */
  private ImmutableMap<String, Stored> values(FloatRun run, int index) {
    float[] image = images.image(index);
    return ImmutableMap.<String, Stored>builder()
        .putAll(run.run(images.dims(), image))
        .put(original.inputs().get(0).name(), Stored.ofReals(images.dims(), image))
        .buildOrThrow();
  }

  /** {@code graph}, in which nothing stops, in operators that have an integer form. */
  private Graph rewritten(Graph graph, Observations observations) {
    List<Node> normalisations = graph.nodes().stream().filter(node -> node.is("LRN")).toList();
    if (normalisations.isEmpty()) {
      return Rewrites.apply(graph, new Refusals());
    }
    relate(normalisations, observations);
    ImmutableMap.Builder<String, ImmutableList<Float>> factors = ImmutableMap.builder();
    for (Node node : normalisations) {
      factors.put(node.output(), observations.factors(node.output()));
      notes.add(
          String.format(
              Locale.ROOT,
              "%s has no integer form: a constant factor per channel stands in its place, which"
                  + " over the calibration images is %.1f dB from it.",
              node.where(),
              observations.factorsDecibels(node.output())));
    }
    return Rewrites.apply(
        ResponseNormalisation.replaced(graph, factors.buildOrThrow()), new Refusals());
  }

  private void relate(List<Node> normalisations, Observations observations) {
    List<String> values =
        normalisations.stream()
            .flatMap(node -> ImmutableList.of(node.input(0), node.output()).stream())
            .distinct()
            .filter(value -> !value.equals(original.inputs().get(0).name()))
            .toList();
    try (FloatRun run = open(values)) {
      for (int i = 0; i < images.count(); i++) {
        ImmutableMap<String, Stored> found = values(run, i);
        normalisations.forEach(
            node ->
                observations.relate(
                    node.output(), found.get(node.input(0)), found.get(node.output())));
        progress.images("LRN", i + 1, images.count());
      }
    }
  }

  private ImmutableMap<String, Range> observe(Graph graph, Observations observations) {
    try (FloatRun run = open(observed(graph))) {
      for (int i = 0; i < images.count(); i++) {
        observations.add(values(run, i));
        progress.images("ranges", i + 1, images.count());
      }
      for (int i = 0; Observations.needsSecondPass(settings.rule()) && i < images.count(); i++) {
        observations.count(values(run, i));
        progress.images("histograms", i + 1, images.count());
      }
    }
    return observations.ranges(settings.rule());
  }

  /** The values of the original graph that {@code graph} has. */
  private List<String> observed(Graph graph) {
    String input = original.inputs().get(0).name();
    return graph.nodes().stream()
        .flatMap(node -> node.outputs().stream())
        .filter(value -> !value.isEmpty())
        .map(value -> graph.reference(value).value())
        .filter(value -> !value.equals(input))
        .distinct()
        .toList();
  }

  /**
   * Runs the float model on the first images.
   *
   * @param result of {@link #run}
   * @param most how many images at most
   * @param visitor is given the values of the original graph
   */
  void forEachImage(Result result, int most, Visitor visitor) {
    int count = Math.min(most, images.count());
    try (FloatRun run = open(observed(result.rewritten()))) {
      for (int i = 0; i < count; i++) {
        visitor.image(values(run, i));
        progress.images("comparison", i + 1, count);
      }
    }
  }

  /** Takes the float values of one image. */
  @FunctionalInterface
  interface Visitor {
    void image(ImmutableMap<String, Stored> values);
  }
}
