package io.xbarflow.core.architecture;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.yaml.PlainYaml;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads an architecture from YAML. Keys: {@code crossbar: {rows, columns}} and {@code mvmCycles}
 * must be there; {@code name} (the file's), {@code core} (ideal), {@code clockMHz} (1000), {@code
 * grid: {rows, columns}} (chosen by the mapper), {@code reach} (16), {@code memory} (ring), {@code
 * layers: {LAYER: CORE}} and {@code parameters: {CORE: {NAME: VALUE}}} may be left out. {@code
 * core} may be several core types parted by commas; a layer gets the first that can compute it. Any
 * other key is refused.
 */
public final class ArchitectureFile {
  private static final int DEFAULT_CLOCK_MHZ = 1000;
  private static final int DEFAULT_REACH = 16;

  /** Keys by the key they are under; the empty one holds the file's own. */
  private static final Map<String, ImmutableList<String>> KEYS =
      Map.of(
          "",
          ImmutableList.of(
              "name",
              "crossbar",
              "core",
              "mvmCycles",
              "clockMHz",
              "grid",
              "reach",
              "memory",
              "channel",
              "layers",
              "parameters"),
          "crossbar",
          ImmutableList.of("rows", "columns"),
          "grid",
          ImmutableList.of("rows", "columns"));

  private final String source;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private ArchitectureFile(String source) {
    this.source = source;
  }

  /**
   * The architecture in {@code file}.
   *
   * <p><i>Throws</i> {@link UserException} with {@code file:line:column} when it is not one.
   */
  public static Architecture read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw UserException.badInput(
          file.toString(),
          "no such file",
          "an architecture in YAML",
          "Mend the path, or use one of " + String.join(", ", Architectures.names()) + ".");
    }
    try {
      return parse(
          file.toString(), MoreFiles.getNameWithoutExtension(file), Files.readString(file));
    } catch (CharacterCodingException e) {
      throw UserException.badInput(
          file.toString(), "is not UTF-8 text", "an architecture in YAML", "Mend the file.");
    } catch (IOException e) {
      throw UserException.badInput(
          file.toString(),
          "cannot be read (" + e.getMessage() + ")",
          "a readable file",
          "Mend the permissions.");
    }
  }

  /**
   * The architecture in {@code text}; messages name {@code source}, and {@code name} stands when
   * the text gives none.
   */
  static Architecture parse(String source, String name, String text) {
    ArchitectureFile file = new ArchitectureFile(source);
    try (YAMLParser parser = PlainYaml.parser(text)) {
      file.scan(parser);
    } catch (JsonProcessingException e) {
      String problem = Splitter.on('\n').splitToList(e.getOriginalMessage()).get(0);
      throw UserException.badInput(
          file.at(e.getLocation()),
          "is not YAML: " + problem,
          "well-formed YAML",
          "Mend the line.");
    } catch (IOException e) {
      throw new IllegalStateException("text cannot fail to be read", e);
    }
    return file.architecture(name);
  }

  private void scan(YAMLParser parser) throws IOException {
    if (PlainYaml.next(parser, source) != JsonToken.START_OBJECT) {
      throw UserException.badInput(
          source,
          parser.currentToken() == null ? "is empty" : "is not a list of keys and values",
          "keys such as crossbar and mvmCycles",
          "Start from a copy of one of the examples in docs/architecture.md.");
    }
    scanKeys(parser, "");
    if (PlainYaml.next(parser, source) != null) {
      throw UserException.badInput(
          at(parser.currentTokenLocation()),
          "a second document begins",
          "one architecture in a file",
          "Move it to a file of its own.");
    }
  }

  private void scanKeys(YAMLParser parser, String parent) throws IOException {
    while (PlainYaml.next(parser, source) == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      String where = at(parser.currentTokenLocation());
      ImmutableList<String> known = KEYS.getOrDefault(parent, ImmutableList.of());
      boolean free = isFree(parent);
      if (!free && !known.contains(key)) {
        throw UserException.badInput(
            where,
            "unknown key '" + key + "'" + (parent.isEmpty() ? "" : " in " + parent),
            "one of " + String.join(", ", known),
            "Mend or remove the key.");
      }
      String path = parent.isEmpty() ? key : parent + "." + key;
      JsonToken token = PlainYaml.next(parser, source);
      String whereValue = at(parser.currentTokenLocation());
      boolean group = KEYS.containsKey(path) || isFreeGroup(path, parent);
      if (group != (token == JsonToken.START_OBJECT) || token == JsonToken.START_ARRAY) {
        throw UserException.badInput(
            whereValue,
            path + " is " + describe(token),
            group ? "the keys " + keys(path) : "one value",
            "Write " + (group ? path + ": {" + example(path) + "}." : path + ": VALUE."));
      }
      String text = group ? "" : parser.getText();
      Entry before = entries.put(path, new Entry(token, text == null ? "" : text, whereValue));
      if (before != null) {
        throw UserException.badInput(
            where, "key " + path + " is there twice", "every key once", "Remove one of the two.");
      }
      if (group) {
        scanKeys(parser, path);
      }
    }
  }

  /** Whether the keys under {@code parent} are names that the user gives. */
  private static boolean isFree(String parent) {
    return parent.equals("layers") || isFreeGroup(parent, "") || parent.startsWith("parameters.");
  }

  /** Whether {@code path}, which stands under {@code parent}, holds keys that the user names. */
  private static boolean isFreeGroup(String path, String parent) {
    return path.equals("layers") || path.equals("parameters") || parent.equals("parameters");
  }

  private static String keys(String group) {
    return KEYS.containsKey(group)
        ? String.join(" and ", KEYS.get(group))
        : group.equals("layers")
            ? "that name layers"
            : group.equals("parameters") ? "that name core types" : "that name parameters";
  }

  private static String example(String group) {
    return switch (group) {
      case "layers" -> "conv1: digital";
      case "parameters" -> "pcm: {adcBits: 8}";
      case "crossbar", "grid" -> "rows: 256, columns: 256";
      default -> "adcBits: 8";
    };
  }

  private static String describe(JsonToken token) {
    switch (token) {
      case START_OBJECT:
        return "a group of keys";
      case START_ARRAY:
        return "a list";
      case VALUE_NULL:
        return "empty";
      default:
        return "a single value";
    }
  }

  private Architecture architecture(String name) {
    boolean grid = entries.containsKey("grid");
    String memory = text("memory", "ring");
    return new Architecture(
        text("name", name),
        required(Architecture.CROSSBAR_ROWS),
        required(Architecture.CROSSBAR_COLUMNS),
        cores(),
        required(Architecture.MVM_CYCLES),
        number(Architecture.CLOCK_MHZ, DEFAULT_CLOCK_MHZ),
        grid ? required(Architecture.GRID_ROWS) : 0,
        grid ? required(Architecture.GRID_COLUMNS) : 0,
        number(Architecture.REACH, DEFAULT_REACH),
        ActivationMemoryPolicy.parse(where("memory"), memory),
        entries.containsKey("channel") ? required(Architecture.CHANNEL_BITS) : 0);
  }

  /** Core types parted by commas, those of single layers, and what is set of their parameters. */
  private CoreSelection cores() {
    CoreSelection cores =
        CoreSelection.IDEAL.withPreference(
            ImmutableList.copyOf(Splitter.on(',').trimResults().split(text("core", "ideal"))));
    for (String path : entries.keySet()) {
      if (path.startsWith("layers.")) {
        cores = cores.withLayer(path.substring("layers.".length()), text(path, ""));
      } else if (path.startsWith("parameters.") && path.indexOf('.', "parameters.".length()) > 0) {
        int dot = path.indexOf('.', "parameters.".length());
        cores =
            cores.withParameter(
                path.substring("parameters.".length(), dot),
                path.substring(dot + 1),
                entries.get(path).text());
      }
    }
    return cores;
  }

  private String text(String key, String otherwise) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return otherwise;
    }
    if (entry.token() != JsonToken.VALUE_STRING || entry.text().isEmpty()) {
      throw UserException.badInput(
          entry.where(), key + " is '" + entry.text() + "'", "a word", "Mend the value.");
    }
    return entry.text();
  }

  private int required(Range range) {
    if (!entries.containsKey(range.key())) {
      throw UserException.badInput(
          source,
          "key " + range.key() + " is missing",
          "a whole number from " + range.least() + " to " + range.most(),
          "Add the key.");
    }
    return number(range, 0);
  }

  private int number(Range range, int otherwise) {
    Entry entry = entries.get(range.key());
    if (entry == null) {
      return otherwise;
    }
    if (entry.token() != JsonToken.VALUE_NUMBER_INT || !entry.text().matches("[+-]?[0-9]{1,18}")) {
      throw UserException.badInput(
          entry.where(),
          range.key() + " is '" + entry.text() + "'",
          "a whole number from " + range.least() + " to " + range.most(),
          "Mend the value.");
    }
    return range.check(entry.where(), Long.parseLong(entry.text()));
  }

  private String where(String key) {
    Entry entry = entries.get(key);
    return entry == null ? source : entry.where();
  }

  private String at(JsonLocation location) {
    return location == null
        ? source
        : source + ":" + location.getLineNr() + ":" + location.getColumnNr();
  }

  /** A value of the file and the place where it stands. */
  private record Entry(JsonToken token, String text, String where) {}
}
