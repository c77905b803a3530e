package io.xbarflow.cli;

import io.xbarflow.core.architecture.Architecture;
import java.nio.file.Path;
import java.util.Optional;

/** Stands where the stages will be connected. */
final class UnconnectedStages implements Stages {
  @Override
  public void importModel(Path model, Path output, Progress progress) {
    throw new UnsupportedOperationException("import is not connected yet");
  }

  @Override
  public ResultTable map(Architecture architecture, Path output, Progress progress) {
    throw new UnsupportedOperationException("map is not connected yet");
  }

  @Override
  public void generate(Path output, Progress progress) {
    throw new UnsupportedOperationException("generate is not connected yet");
  }

  @Override
  public ResultTable simulate(Path output, Inputs inputs, Optional<Path> dump, Progress progress) {
    throw new UnsupportedOperationException("simulate is not connected yet");
  }

  @Override
  public Verdict cosim(Path output, CosimSettings settings, Progress progress) {
    throw new UnsupportedOperationException("cosim is not connected yet");
  }
}
