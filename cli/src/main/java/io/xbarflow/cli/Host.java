package io.xbarflow.cli;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.text.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * The machine and the terminal as the commands see them; tests give their own.
 *
 * @param out where results go
 * @param err where progress and errors go
 * @param environment environment variables
 * @param tools how external programs are asked for their version
 * @param terminal whether {@code err} is a terminal that can rewrite a line
 * @param nanoTime a clock, in nanoseconds
 */
record Host(
    PrintWriter out,
    PrintWriter err,
    ImmutableMap<String, String> environment,
    ToolRunner tools,
    boolean terminal,
    LongSupplier nanoTime) {

  Host {
    requireNonNull(out);
    requireNonNull(err);
    requireNonNull(tools);
    requireNonNull(nanoTime);
  }

  /** The real one. */
  static Host ofThisProcess() {
    Charset charset = Charset.defaultCharset();
    return new Host(
        new PrintWriter(System.out, true, charset),
        new PrintWriter(System.err, true, charset),
        ImmutableMap.copyOf(System.getenv()),
        ToolRunner.ofPath(),
        Boolean.getBoolean("xbarflow.terminal"),
        System::nanoTime);
  }

  /** Prints results; control characters of names in {@code text} are escaped, lines are kept. */
  void print(String text) {
    out.print(Printable.lines(text));
    out.flush();
  }

  /** Where builds are kept between runs: XBARFLOW_CACHE, else ~/.cache/xbarflow. */
  Path cacheFolder() {
    String chosen = environment.getOrDefault("XBARFLOW_CACHE", "");
    if (!chosen.isEmpty()) {
      return Path.of(chosen).toAbsolutePath();
    }
    String home = Strings.nullToEmpty(environment.get("HOME"));
    return Path.of(home.isEmpty() ? System.getProperty("user.home") : home, ".cache", "xbarflow");
  }

  /** The same, made when it is not there, and checked that it can be written. */
  Path createCacheFolder() {
    Path folder = cacheFolder();
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".", ".part"));
    } catch (IOException e) {
      throw Artefacts.unwritable(folder, e);
    }
    return folder;
  }
}
