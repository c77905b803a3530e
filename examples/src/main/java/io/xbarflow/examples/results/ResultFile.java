package io.xbarflow.examples.results;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of earlier runs, one line of JSON each. The rows of one network stand together, in the
 * order in which networks were first run.
 *
 * @param path the file, which need not exist
 */
record ResultFile(Path path) {

  /** All rows; none without a file. */
  ImmutableList<ResultRow> read() {
    if (!Files.exists(path)) {
      return ImmutableList.of();
    }
    try {
      ImmutableList.Builder<ResultRow> rows = ImmutableList.builder();
      List<String> lines = Files.readAllLines(path);
      for (int number = 1; number <= lines.size(); number++) {
        rows.add(row(lines.get(number - 1), number));
      }
      return rows.build();
    } catch (IOException e) {
      throw UserException.badInput(
          path.toString(),
          "cannot be read (" + e.getMessage() + ")",
          "the rows of earlier runs",
          "Mend the permissions.");
    }
  }

  private ResultRow row(String line, int number) {
    return Artefacts.ofJsonLine(line, ResultRow.class)
        .orElseThrow(
            () ->
                UserException.badInput(
                    path + ":" + number,
                    "not a row of results",
                    "a line as this program writes it",
                    "Remove the line and run the network again."));
  }

  /** The row of the same network and MVM. */
  Optional<ResultRow> find(String key) {
    return read().stream().filter(row -> row.key().equals(key)).findFirst();
  }

  /** Writes {@code row} in place of the one of the same network and MVM. */
  void put(ResultRow row) {
    Map<String, ResultRow> rows = new LinkedHashMap<>();
    read().forEach(earlier -> rows.put(earlier.key(), earlier));
    rows.put(row.key(), row);
    ImmutableList<String> networks =
        rows.values().stream().map(ResultRow::network).distinct().collect(toImmutableList());
    StringBuilder text = new StringBuilder();
    for (String network : networks) {
      rows.values().stream()
          .filter(kept -> kept.network().equals(network))
          .forEach(kept -> text.append(Artefacts.toJsonLine(kept)).append('\n'));
    }
    Artefacts.writeText(path, text.toString());
  }
}
