package io.xbarflow.cli;

import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.onnx.ImportSettings;
import io.xbarflow.quantize.QuantisationReport;
import io.xbarflow.quantize.QuantisedImport;
import io.xbarflow.quantize.Quantizer;
import io.xbarflow.quantize.Settings;
import io.xbarflow.quantize.SignalToNoise;
import io.xbarflow.quantize.calibrate.RangeRule;
import io.xbarflow.quantize.emit.QuantisedGraph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** From a float model to a quantised one. */
@Command(
    name = "quantize",
    description =
        "Quantise a float ONNX model to 8 bits, with ranges measured on calibration images, and"
            + " print how far every layer is from the float model.",
    footer = {
      "",
      "A few dozen images like those the network will see are enough. They have to be scaled and"
          + " laid out as the model's input wants them. Example:",
      "",
      "  xbarflow quantize model.onnx --calibration images.npy -o model.int8.onnx",
      "  xbarflow run model.int8.onnx --input images.npy -o out"
    })
final class QuantizeCommand implements Callable<Integer> {
  /** How ranges are chosen, as one writes it. */
  enum Method {
    /** All values. */
    MINMAX,
    /** Without the greatest. */
    PERCENTILE,
    /** Least squared error. */
    MSE
  }

  /** Activations, as one writes it. */
  enum Activations {
    /** Signed. */
    INT8,
    /** Unsigned. */
    UINT8
  }

  /** Forms of quantised ONNX. */
  enum Form {
    /** QOperator. */
    QOP,
    /** QuantizeLinear and DequantizeLinear. */
    QDQ
  }

  /** What the host hands in and out. */
  enum Ports {
    /** Floats. */
    FLOAT,
    /** 8-bit integers. */
    INTEGER
  }

  /** What becomes of LRN. */
  enum Normalisation {
    /** A factor per channel. */
    REPLACE,
    /** An error. */
    REFUSE
  }

  @Parameters(paramLabel = "FLOAT.onnx", description = "Float model with one input, opset 7 to 25.")
  private Path model;

  @Option(
      names = "--calibration",
      paramLabel = "DIR|FILE.npy",
      required = true,
      description =
          "float32 images of the model's input shape: a .npy file with one, or several along the"
              + " first axis, or a folder of such files.")
  private Path calibration;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT.onnx",
      required = true,
      description = "File to write; the report goes to OUT.quantize.json beside it.")
  private Path output;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "minmax",
      description =
          "Range of every activation: minmax (all values seen), percentile (without the greatest,"
              + " see --percentile) or mse (where the mean squared error is least). Default"
              + " ${DEFAULT-VALUE}.")
  private Method method;

  @Option(
      names = "--percentile",
      paramLabel = "P",
      description = "Per cent of the values that --method percentile represents (default 99.99).")
  private Double percentile;

  @Option(
      names = "--activations",
      paramLabel = "TYPE",
      defaultValue = "int8",
      description = "int8 or uint8 (default ${DEFAULT-VALUE}).")
  private Activations activations;

  @Option(
      names = "--per-tensor",
      description = "One weight scale for a layer, rather than one for each output channel.")
  private boolean perTensor;

  @Option(
      names = "--form",
      paramLabel = "FORM",
      defaultValue = "qop",
      description =
          "qop (operators on integers: QLinearConv and so on) or qdq (float operators between"
              + " DequantizeLinear and QuantizeLinear). Default ${DEFAULT-VALUE}.")
  private Form form;

  @Option(
      names = "--io",
      paramLabel = "TYPE",
      defaultValue = "float",
      description =
          "Input and output of the quantised model: float, or integer (a last Softmax or Sigmoid is"
              + " left out then). Default ${DEFAULT-VALUE}.")
  private Ports ports;

  @Option(
      names = "--lrn",
      paramLabel = "WHAT",
      defaultValue = "replace",
      description =
          "LRN has no integer form: replace it by the best constant factor per channel, or refuse"
              + " the model. Default ${DEFAULT-VALUE}.")
  private Normalisation lrn;

  @Option(
      names = "--end",
      paramLabel = "VALUE",
      description = "End with this value of the model, rather than with its outputs.")
  private String end;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Use the first N images at most (default ${DEFAULT-VALUE}).")
  private int images;

  @Mixin private InputShapeOption inputShape = new InputShapeOption();

  private final Session session;

  QuantizeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Settings settings = settings();
    ImportSettings said = inputShape.settings();
    requireFiles();
    Path report = report();
    // Only what an earlier run of this verb wrote is removed, so that nothing old looks current.
    ManagedFolder folder = ManagedFolder.besides(output);
    folder.delete(List.of(name(output), name(report)));
    Progress progress = session.progress();
    progress.start("quantize");
    Quantizer quantizer =
        Quantizer.of(
            model,
            said,
            calibration,
            images,
            settings,
            (what, done, total) ->
                progress.update(what + ", " + done + " of " + total + " images"));
    Quantizer.Result result = quantizer.run();
    progress.done(
        result.graph().layers().size()
            + " layers, "
            + quantizer.images().count()
            + " calibration images");
    progress.start("compare");
    QuantisationReport comparison =
        SignalToNoise.report(
            model.getFileName().toString(), quantizer, result, QuantisedImport.read(result.file()));
    progress.done("golden model beside the float model");
    folder.write(name(report), comparison);
    folder.writeBytes(name(output), result.file());
    session.host().print(new QuantisationTable(comparison).text());
    session.host().print("wrote " + output + " and " + report + "\n");
    return ExitCode.DONE;
  }

  private Settings settings() {
    if (percentile != null && method != Method.PERCENTILE) {
      throw UserException.badInput(
          "--percentile",
          "a percentile, but the ranges are chosen by another method",
          "--method percentile",
          "Choose that method, or leave the option out.");
    }
    double share = percentile == null ? 99.99 : percentile;
    if (!(share > 50 && share <= 100)) {
      throw UserException.badInput(
          "--percentile", String.valueOf(share), "more than 50, at most 100", "Change it.");
    }
    if (images < 1) {
      throw UserException.badInput(
          "--images", "'" + images + "'", "at least 1", "Change the number.");
    }
    RangeRule.Method rule =
        switch (method) {
          case MINMAX -> RangeRule.Method.MIN_MAX;
          case PERCENTILE -> RangeRule.Method.PERCENTILE;
          case MSE -> RangeRule.Method.MSE;
        };
    return new Settings(
        new RangeRule(rule, share),
        activations == Activations.INT8,
        new QuantisedGraph.Style(form == Form.QDQ, ports == Ports.INTEGER, !perTensor),
        lrn == Normalisation.REPLACE,
        Optional.ofNullable(end));
  }

  private void requireFiles() {
    if (!Files.isRegularFile(model)) {
      throw UserException.badInput(
          model.toString(),
          Files.exists(model) ? "is not a file" : "no such file",
          "a float ONNX model",
          "Mend the path.");
    }
    if (!Files.exists(calibration)) {
      throw UserException.badInput(
          "--calibration",
          calibration + " is not there",
          "a .npy file or a folder of them",
          "Mend the path.");
    }
    if (output.toAbsolutePath().normalize().equals(model.toAbsolutePath().normalize())) {
      throw UserException.badInput(
          "-o", "the float model itself", "another file", "Choose another name.");
    }
  }

  private Path report() {
    String name = output.getFileName().toString();
    String stem =
        name.toLowerCase(Locale.ROOT).endsWith(".onnx")
            ? name.substring(0, name.length() - ".onnx".length())
            : name;
    return output.resolveSibling(stem + ".quantize.json");
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
