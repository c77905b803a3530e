package io.xbarflow.cli;

import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.text.ShellWord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that adds core types of the user's own. */
final class CoreTypesOption {
  @Option(
      names = "--cores",
      paramLabel = "PATH",
      description =
          "Core types of your own: a folder with core.yaml, a folder of such folders, or a jar. May"
              + " be repeated.")
  private List<Path> paths = new ArrayList<>();

  /** The built-in core types and those of the option. */
  CoreTypes types() {
    CoreTypes types = CoreTypes.installed();
    for (Path path : paths) {
      types = types.withPath(path);
    }
    return types;
  }

  /** The words that give the same on the command line of another verb. */
  String words() {
    StringBuilder words = new StringBuilder();
    paths.forEach(path -> words.append(" --cores ").append(ShellWord.of(path.toString())));
    return words.toString();
  }
}
