package io.xbarflow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.CaseFormat;
import com.google.common.base.Strings;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.CoreUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a core type to start from: an exact one that passes check-core. */
@Command(
    name = "new-core",
    description = "Write a core type to start from, as a folder or, with --jar, in Java.")
final class NewCoreCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "NAME",
      description = "Its name: lower-case letters, digits, underscores.")
  private String name;

  @Option(names = "--jar", description = "In Java, with arithmetic of its own, built into a jar.")
  private boolean jar;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Folder to write; default: NAME.")
  private Path output;

  private final Session session;

  NewCoreCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CoreTypes installed = CoreTypes.installed();
    if (!name.matches("[a-z][a-z0-9_]*") || installed.types().containsKey(name)) {
      throw UserException.badInput(
          "NAME",
          "'" + name + "'",
          "lower-case letters, digits and underscores, other than "
              + String.join(", ", installed.types().keySet()),
          "Choose another name.");
    }
    Path folder = output == null ? Path.of(name) : output;
    if (Files.exists(folder)) {
      throw UserException.badInput(
          folder.toString(), "is there already", "a new folder", "Name another with -o.");
    }
    files(installed.types().get(CoreUse.IDEAL)).forEach((file, text) -> write(folder, file, text));
    session.host().print("wrote " + folder + "; read " + folder.resolve("README.md") + "\n");
    return ExitCode.DONE;
  }

  private ImmutableMap<String, String> files(CoreType ideal) {
    Map<String, String> files = new LinkedHashMap<>();
    String module = "crossbar_macro_" + name;
    String verilog = jar ? "src/io/xbarflow/user/" + name + "/" + module : module;
    String type = CaseFormat.LOWER_UNDERSCORE.to(CaseFormat.UPPER_CAMEL, name) + "Core";
    files.put(verilog + ".v", own(ideal.sources().get(ideal.module() + ".v"), ideal));
    files.put(verilog + "_stub.v", own(ideal.stub().orElseThrow(), ideal));
    if (jar) {
      String source = "src/io/xbarflow/user/" + name + "/" + type + ".java";
      files.put(source, filled("jar/Core.java.txt", type));
      files.put(
          "src/META-INF/services/" + CoreType.class.getName(),
          "io.xbarflow.user." + name + "." + type + "\n");
      files.put("build", filled("jar/build", type));
      files.put("README.md", filled("jar/README.md", type));
    } else {
      files.put("core.yaml", filled("folder/core.yaml", type));
      files.put("README.md", filled("folder/README.md", type));
    }
    return ImmutableMap.copyOf(files);
  }

  private String own(String verilog, CoreType ideal) {
    return verilog
        .replace(ideal.module(), "crossbar_macro_" + name)
        .replace("core type " + ideal.name(), "core type " + name);
  }

  private String filled(String resource, String type) {
    String launcher = Strings.nullToEmpty(System.getProperty("xbarflow.launcher"));
    try {
      return Resources.toString(
              Resources.getResource(NewCoreCommand.class, "newcore/" + resource), UTF_8)
          .replace("@NAME@", name)
          .replace("@TYPE@", type)
          .replace("@XBARFLOW@", launcher.isEmpty() ? "xbarflow" : launcher);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path folder, String name, String text) {
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      if (name.equals("build") && !file.toFile().setExecutable(true)) {
        throw new IOException(file + " cannot be made executable");
      }
    } catch (IOException e) {
      throw Artefacts.unwritable(file, e);
    }
  }
}
