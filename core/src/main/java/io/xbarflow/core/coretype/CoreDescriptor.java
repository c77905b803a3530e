package io.xbarflow.core.coretype;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Range;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.yaml.PlainYaml;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code core.yaml} says: {@code name} and {@code arithmetic} must be there; {@code summary},
 * {@code module}, {@code mvmCycles}, {@code crossbar: {rows, columns}} and {@code parameters:
 * {NAME: VALUE}} may be left out. Any other key is refused.
 */
final class CoreDescriptor {
  private static final String GROUP = "parameters";
  private static final String CROSSBAR = "crossbar";
  private static final ImmutableList<String> KEYS =
      ImmutableList.of("name", "arithmetic", "summary", "module", "mvmCycles", CROSSBAR, GROUP);
  private static final ImmutableList<String> CROSSBAR_KEYS = ImmutableList.of("rows", "columns");

  private final String source;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** A value and the place where it stands. */
  private record Entry(JsonToken token, String text, String where) {}

  private CoreDescriptor(String source) {
    this.source = source;
  }

  /** Reads {@code text}; messages name {@code source}. */
  static CoreDescriptor parse(String source, String text) {
    CoreDescriptor descriptor = new CoreDescriptor(source);
    try (YAMLParser parser = PlainYaml.parser(text)) {
      if (PlainYaml.next(parser, source) != JsonToken.START_OBJECT) {
        throw UserException.badInput(
            source,
            parser.currentToken() == null ? "is empty" : "is not a list of keys and values",
            "the keys name and arithmetic",
            "Let `xbarflow new-core` write one.");
      }
      descriptor.scan(parser, "");
      if (PlainYaml.next(parser, source) != null) {
        throw UserException.badInput(
            descriptor.at(parser.currentTokenLocation()),
            "a second document begins",
            "one core type in a file",
            "Move it to a folder of its own.");
      }
    } catch (JsonProcessingException e) {
      throw UserException.badInput(
          descriptor.at(e.getLocation()),
          "is not YAML: " + Splitter.on('\n').splitToList(e.getOriginalMessage()).get(0),
          "well-formed YAML",
          "Mend the line.");
    } catch (IOException e) {
      throw new IllegalStateException("text cannot fail to be read", e);
    }
    return descriptor;
  }

  private void scan(YAMLParser parser, String parent) throws IOException {
    while (PlainYaml.next(parser, source) == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      String where = at(parser.currentTokenLocation());
      ImmutableList<String> known = parent.isEmpty() ? KEYS : CROSSBAR_KEYS;
      if (!parent.equals(GROUP) && !known.contains(key)) {
        throw UserException.badInput(
            where,
            "unknown key '" + key + "'" + (parent.isEmpty() ? "" : " in " + parent),
            "one of " + String.join(", ", known),
            "Mend or remove the key.");
      }
      String path = parent.isEmpty() ? key : parent + "." + key;
      JsonToken token = PlainYaml.next(parser, source);
      boolean group = path.equals(GROUP) || path.equals(CROSSBAR);
      if (group != (token == JsonToken.START_OBJECT) || token == JsonToken.START_ARRAY) {
        throw UserException.badInput(
            at(parser.currentTokenLocation()),
            path + " is not " + (group ? "a group of keys" : "one value"),
            group ? "keys under " + path : "one value",
            "Write " + path + (group ? ": {KEY: VALUE}." : ": VALUE."));
      }
      String text = group || parser.getText() == null ? "" : parser.getText();
      Entry entry = new Entry(token, text, at(parser.currentTokenLocation()));
      if (entries.put(path, entry) != null) {
        throw UserException.badInput(
            where, "key " + path + " is there twice", "every key once", "Remove one of the two.");
      }
      if (group) {
        scan(parser, path);
      }
    }
  }

  private String at(JsonLocation location) {
    return location == null
        ? source
        : source + ":" + location.getLineNr() + ":" + location.getColumnNr();
  }

  /** Where {@code key} stands. */
  String where(String key) {
    Entry entry = entries.get(key);
    return entry == null ? source : entry.where();
  }

  /** The name of the type. */
  String name() {
    return word("name", "[a-z][a-z0-9_]*", "lower-case letters, digits and underscores")
        .orElseThrow(() -> missing("name"));
  }

  /** The name of the type whose arithmetic it has. */
  String arithmetic() {
    return word("arithmetic", ".+", "the name of a core type")
        .orElseThrow(() -> missing("arithmetic"));
  }

  /** What it models, if that is said. */
  Optional<String> summary() {
    return word("summary", ".+", "one line of text");
  }

  /** The Verilog module, if it has a name of its own. */
  Optional<String> module() {
    return word("module", "[a-z][a-z0-9_]*", "a Verilog name in lower case");
  }

  /** The cycles of an MVM, if they are fixed. */
  Optional<Integer> mvmCycles() {
    return number("mvmCycles", Architecture.MVM_CYCLES);
  }

  /** The most rows of a macro, if there is a limit. */
  Optional<Integer> rows() {
    return number(CROSSBAR + ".rows", Architecture.CROSSBAR_ROWS);
  }

  /** The most columns of a macro, if there is a limit. */
  Optional<Integer> columns() {
    return number(CROSSBAR + ".columns", Architecture.CROSSBAR_COLUMNS);
  }

  /** Other defaults for parameters of the arithmetic. */
  ImmutableMap<String, String> parameters() {
    ImmutableMap.Builder<String, String> values = ImmutableMap.builder();
    entries.forEach(
        (path, entry) -> {
          if (path.startsWith(GROUP + ".")) {
            values.put(path.substring(GROUP.length() + 1), entry.text());
          }
        });
    return values.buildOrThrow();
  }

  private UserException missing(String key) {
    return UserException.badInput(source, "key " + key + " is missing", key + ": ...", "Add it.");
  }

  private Optional<String> word(String key, String form, String expected) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (!entry.text().matches(form)) {
      throw UserException.badInput(
          entry.where(), key + " is '" + entry.text() + "'", expected, "Mend the value.");
    }
    return Optional.of(entry.text());
  }

  private Optional<Integer> number(String key, Range range) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (entry.token() != JsonToken.VALUE_NUMBER_INT || !entry.text().matches("[+-]?[0-9]{1,18}")) {
      throw UserException.badInput(
          entry.where(),
          key + " is '" + entry.text() + "'",
          "a whole number from " + range.least() + " to " + range.most(),
          "Mend the value.");
    }
    return Optional.of(range.check(entry.where(), Long.parseLong(entry.text())));
  }
}
