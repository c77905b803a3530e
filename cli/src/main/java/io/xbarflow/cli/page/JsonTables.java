package io.xbarflow.cli.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An artefact of another stage as tables: its numbers and words in one, each list of records in one
 * of its own.
 */
final class JsonTables {
  private JsonTables() {}

  /** {@code Synth asic} of {@code synth.asic.json}. */
  static String heading(String file) {
    String words = file.replaceAll("\\.json$", "").replaceAll("[^A-Za-z0-9]+", " ");
    return Ascii.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  /** The tables of {@code json}. */
  static List<Element> of(JsonNode json) {
    List<Element> tables = new ArrayList<>();
    collect("", json, tables);
    return tables;
  }

  private static void collect(String name, JsonNode json, List<Element> tables) {
    if (json.isArray()) {
      list(name, json, tables);
      return;
    }
    Table table = new Table(name.isEmpty() ? "Figures" : words(name), ImmutableList.of("", ""));
    boolean any = false;
    List<Map.Entry<String, JsonNode>> inner = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : json.properties()) {
      if (each.getValue().isContainerNode()) {
        inner.add(each);
      } else if (!each.getValue().isNull()) {
        any = true;
        table.row(words(each.getKey()), ImmutableList.of(text(each.getValue())));
      }
    }
    if (any) {
      tables.add(table.element());
    }
    inner.forEach(each -> collect(each.getKey(), each.getValue(), tables));
  }

  private static void list(String name, JsonNode json, List<Element> tables) {
    Set<String> keys = new LinkedHashSet<>();
    json.forEach(item -> item.fieldNames().forEachRemaining(keys::add));
    if (keys.isEmpty()) {
      return;
    }
    Table table =
        new Table(words(name), keys.stream().map(JsonTables::words).toList());
    for (JsonNode item : json) {
      List<String> cells = keys.stream().map(key -> text(item.path(key))).toList();
      table.row(cells.get(0), cells.subList(1, cells.size()));
    }
    tables.add(table.element());
  }

  private static String text(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "";
    }
    if (value.isIntegralNumber()) {
      return Words.number(value.longValue());
    }
    return value.isNumber() ? Words.significant(value.doubleValue()) : plain(value);
  }

  private static String plain(JsonNode value) {
    return value.isContainerNode() ? value.toString() : value.asText();
  }

  /** {@code critical path ns} of {@code criticalPathNs}. */
  private static String words(String key) {
    return Ascii.toLowerCase(key.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " "));
  }
}
