package io.xbarflow.cli;

import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.onnx.ImportSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model, and the folder that is made from it. */
final class ModelArgument {
  @Parameters(paramLabel = "MODEL.onnx", description = "Quantised ONNX model.")
  private Path model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "Output folder; made when it is not there.")
  private Path output;

  @Mixin private InputShapeOption inputShape = new InputShapeOption();

  /** What is said of the model beside its file. */
  ImportSettings settings() {
    return inputShape.settings();
  }

  /** What was said of the model, as one writes it, with a space before each option. */
  String words() {
    return inputShape.words();
  }

  /** The model file, which is there. */
  Path model() {
    if (!Files.isRegularFile(model)) {
      throw UserException.badInput(
          model.toString(),
          Files.exists(model) ? "is not a file" : "no such file",
          "an ONNX model",
          "Mend the path.");
    }
    return model;
  }

  /** The output folder, made, writable and cleared of what an earlier model left. */
  OutputFolder outputFolder(Session session) {
    OutputFolder folder = OutputFolder.create(session, output);
    folder.discardFrom(OutputFolder.Artefact.NETWORK);
    return folder;
  }
}
