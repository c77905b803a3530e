package io.xbarflow.core.energy;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.yaml.PlainYaml;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads an {@link EnergyTable} from YAML. Every figure has a source; other keys are refused. */
final class EnergyFile {
  private static final String VALUE = "femtojoules";
  private static final String LENGTH = "millimetres";
  private static final String SOURCE = "source";
  private static final String NUMBER = "[0-9]+(\\.[0-9]*)?([eE][+-]?[0-9]+)?";
  private static final double GREATEST = 1e12;
  private static final String ADVICE = "See docs/energy.md, or copy the built-in table from there.";

  /** Keys under each key; core types are free names. */
  private static final ImmutableMap<String, ImmutableList<String>> KEYS =
      ImmutableMap.of(
          "",
          ImmutableList.of(
              "name", "macros", "memory", "requantise", "register", "clock", "wire", "place"),
          "macros.*",
          ImmutableList.of("weight", "input", "output"),
          "memory",
          ImmutableList.of("upTo8KiB", "upTo32KiB", "larger"),
          "place",
          ImmutableList.of(LENGTH, SOURCE));

  private static final ImmutableList<String> FIGURE = ImmutableList.of(VALUE, SOURCE);

  private final String file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private EnergyFile(String file) {
    this.file = file;
  }

  static EnergyTable read(Path path) {
    try {
      return parse(path.toString(), Files.readString(path));
    } catch (CharacterCodingException e) {
      throw UserException.badInput(
          path.toString(), "is not UTF-8 text", "an energy table in YAML", "Mend the file.");
    } catch (IOException e) {
      throw UserException.badInput(
          path.toString(), "cannot be read", "an energy table in YAML", "Mend the path.");
    }
  }

  /** The table in {@code text}; messages name {@code file}. */
  static EnergyTable parse(String file, String text) {
    EnergyFile energy = new EnergyFile(file);
    try (YAMLParser parser = PlainYaml.parser(text)) {
      if (PlainYaml.next(parser, file) != JsonToken.START_OBJECT) {
        throw UserException.badInput(file, "has no keys", "an energy table in YAML", ADVICE);
      }
      energy.scan(parser, "", "");
      if (PlainYaml.next(parser, file) != null) {
        throw UserException.badInput(
            energy.at(parser.currentTokenLocation()),
            "a second document begins",
            "one energy table in a file",
            "Move it to a file of its own.");
      }
    } catch (JsonProcessingException e) {
      throw UserException.badInput(
          energy.at(e.getLocation()),
          "is not YAML: " + Splitter.on('\n').splitToList(e.getOriginalMessage()).get(0),
          "well-formed YAML",
          "Mend the line.");
    } catch (IOException e) {
      throw new IllegalStateException("text cannot fail to be read", e);
    }
    return energy.table();
  }

  /** Reads the keys under {@code path}, which has the keys of {@code kind}. */
  private void scan(YAMLParser parser, String path, String kind) throws IOException {
    while (PlainYaml.next(parser, file) == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      String where = at(parser.currentTokenLocation());
      boolean coreType = path.equals("macros");
      ImmutableList<String> known = KEYS.getOrDefault(kind, FIGURE);
      if (coreType ? !key.matches("[a-z][a-z0-9_]*") : !known.contains(key)) {
        throw UserException.badInput(
            where,
            "unknown key '" + key + "'" + (path.isEmpty() ? "" : " in " + path),
            coreType ? "the name of a core type" : "one of " + String.join(", ", known),
            "Mend or remove the key.");
      }
      String inner = path.isEmpty() ? key : path + "." + key;
      JsonToken token = PlainYaml.next(parser, file);
      boolean leaf =
          key.equals("name") || key.equals(VALUE) || key.equals(LENGTH) || key.equals(SOURCE);
      if (leaf == (token == JsonToken.START_OBJECT) || token == JsonToken.START_ARRAY) {
        throw UserException.badInput(
            at(parser.currentTokenLocation()),
            inner + " is not what it should be",
            leaf ? "one value" : "a group of keys",
            ADVICE);
      }
      Entry entry = new Entry(leaf ? parser.getText() : "", where);
      if (entries.put(inner, entry) != null) {
        throw UserException.badInput(
            where, "key " + inner + " is there twice", "every key once", "Remove one of the two.");
      }
      if (!leaf) {
        scan(parser, inner, coreType ? "macros.*" : inner);
      }
    }
  }

  private EnergyTable table() {
    ImmutableMap.Builder<String, MacroEnergy> macros = ImmutableMap.builder();
    for (String path : ImmutableList.copyOf(entries.keySet())) {
      if (path.matches("macros\\.[^.]*")) {
        macros.put(
            path.substring("macros.".length()),
            new MacroEnergy(
                figure(path + ".weight", VALUE),
                figure(path + ".input", VALUE),
                figure(path + ".output", VALUE)));
      }
    }
    entry("macros." + EnergyTable.OTHER);
    return new EnergyTable(
        entry("name").text(),
        macros.buildOrThrow(),
        figure("memory.upTo8KiB", VALUE),
        figure("memory.upTo32KiB", VALUE),
        figure("memory.larger", VALUE),
        figure("requantise", VALUE),
        figure("register", VALUE),
        figure("clock", VALUE),
        figure("wire", VALUE),
        figure("place", LENGTH));
  }

  private EnergyFigure figure(String path, String unit) {
    Entry number = entry(path + "." + unit);
    double value =
        number.text().matches(NUMBER) ? Double.parseDouble(number.text()) : Double.MAX_VALUE;
    if (value > GREATEST) {
      throw UserException.badInput(
          number.where(),
          path + "." + unit + " is '" + number.text() + "'",
          "a number from 0 to 1e12",
          "Mend the value.");
    }
    Entry source = entry(path + "." + SOURCE);
    if (source.text().isBlank()) {
      throw UserException.badInput(
          source.where(), path + " has an empty source", "where the figure is from", "Name it.");
    }
    return new EnergyFigure(value, source.text());
  }

  private Entry entry(String path) {
    Entry entry = entries.get(path);
    if (entry == null) {
      throw UserException.badInput(file, "key " + path + " is missing", "every figure", ADVICE);
    }
    return entry;
  }

  private String at(JsonLocation location) {
    return location == null
        ? file
        : file + ":" + location.getLineNr() + ":" + location.getColumnNr();
  }

  /** A value of the file and the place where its key stands. */
  private record Entry(String text, String where) {}
}
