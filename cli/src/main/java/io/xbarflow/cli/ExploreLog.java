package io.xbarflow.cli;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.artefact.ManagedFolder;
import io.xbarflow.mapper.explore.Outcome;
import io.xbarflow.mapper.explore.Point;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcomes of a sweep as they come, one line of JSON each, so that an interrupted sweep goes on
 * where it stopped. The first line says what they belong to; a line that was cut off is dropped.
 */
final class ExploreLog implements AutoCloseable {
  private static final String FILE = "explore.jsonl";

  private final Path file;
  private final BufferedWriter writer;
  private final ImmutableMap<Point, Outcome> earlier;

  /**
   * What outcomes belong to.
   *
   * @param modelSha256 hash of the model
   * @param architecture the hardware for what is not varied
   * @param images hash of the images that points are run on
   */
  record Header(String modelSha256, Architecture architecture, Optional<String> images) {}

  private ExploreLog(Path file, BufferedWriter writer, ImmutableMap<Point, Outcome> earlier) {
    this.file = file;
    this.writer = writer;
    this.earlier = earlier;
  }

  /**
   * Opens {@code explore.jsonl} in {@code folder}, keeping what an earlier sweep with the same
   * {@code header} left there.
   */
  static ExploreLog open(Path folder, Header header) {
    Path file = folder.resolve(FILE);
    Map<Point, Outcome> earlier = new LinkedHashMap<>();
    try {
      List<String> lines = Files.exists(file) ? completeLines(file) : List.of();
      boolean same =
          !lines.isEmpty()
              && Artefacts.ofJsonLine(lines.get(0), Header.class).equals(Optional.of(header));
      StringBuilder kept = new StringBuilder(Artefacts.toJsonLine(header)).append('\n');
      for (String line : same ? lines.subList(1, lines.size()) : List.<String>of()) {
        Artefacts.ofJsonLine(line, Outcome.class)
            .ifPresent(
                outcome -> {
                  earlier.put(outcome.point(), outcome);
                  kept.append(line).append('\n');
                });
      }
      ManagedFolder.at(folder).writeText(FILE, kept.toString());
      return new ExploreLog(
          file,
          Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND),
          ImmutableMap.copyOf(earlier));
    } catch (IOException e) {
      throw Artefacts.unwritable(file, e);
    }
  }

  private static List<String> completeLines(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  /** The outcomes of the earlier sweep, by point. */
  ImmutableMap<Point, Outcome> earlier() {
    return earlier;
  }

  /** Adds {@code outcome}; it is in the file when this returns. */
  void add(Outcome outcome) {
    try {
      writer.write(Artefacts.toJsonLine(outcome));
      writer.write('\n');
      writer.flush();
    } catch (IOException e) {
      throw Artefacts.unwritable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
