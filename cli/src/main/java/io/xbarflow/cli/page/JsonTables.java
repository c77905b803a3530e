package io.xbarflow.cli.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

  /** One row for each item; columns without anything in them are left out. */
  private static void list(String name, JsonNode json, List<Element> tables) {
    List<Map<String, String>> rows = new ArrayList<>();
    Set<String> keys = new LinkedHashSet<>();
    for (JsonNode item : json) {
      Map<String, String> row = new LinkedHashMap<>();
      item.properties().forEach(each -> cells(json, each.getKey(), each.getValue(), row));
      keys.addAll(row.keySet());
      rows.add(row);
    }
    List<String> columns = new ArrayList<>(keys);
    columns.removeIf(key -> rows.stream().allMatch(row -> row.getOrDefault(key, "").matches("0?")));
    if (columns.isEmpty()) {
      return;
    }
    Table table = new Table(words(name), columns.stream().map(JsonTables::words).toList());
    for (Map<String, String> row : rows) {
      List<String> cells = columns.stream().map(key -> row.getOrDefault(key, "")).toList();
      table.row(cells.get(0), cells.subList(1, cells.size()));
    }
    tables.add(table.element());
  }

  /** A value as a cell; a record, with the same keys in every item that has it, as several. */
  private static void cells(JsonNode list, String key, JsonNode value, Map<String, String> row) {
    if (!value.isObject()) {
      row.put(key, text(value));
      return;
    }
    Set<Set<String>> shapes = new HashSet<>();
    for (JsonNode item : list) {
      if (item.path(key).isObject()) {
        shapes.add(ImmutableSet.copyOf(item.get(key).fieldNames()));
      }
    }
    if (shapes.size() == 1) {
      value.properties().forEach(each -> row.put(key + " " + each.getKey(), text(each.getValue())));
    } else {
      row.put(
          key,
          value.properties().stream()
              .map(each -> each.getKey() + " " + text(each.getValue()))
              .collect(Collectors.joining(", ")));
    }
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
