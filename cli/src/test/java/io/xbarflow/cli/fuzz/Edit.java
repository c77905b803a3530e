package io.xbarflow.cli.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One edit of a JSON file.
 *
 * @param file its name
 * @param kind what is done
 * @param path where, as keys and indices
 * @param value what is put there, or other JSON that the kind needs
 */
record Edit(String file, Kind kind, ImmutableList<Object> path, String value) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What an edit does. */
  enum Kind {
    /** Leaves the key or element out. */
    DELETE,
    /** Puts a value there. */
    REPLACE,
    /** Repeats the key or element. */
    DUPLICATE,
    /** Exchanges it with its neighbour. */
    SWAP,
    /** Adds a key beside it. */
    ADD_KEY,
    /** Cuts the file off; the value says behind how many characters. */
    TRUNCATE
  }

  private static final ImmutableList<String> VALUES =
      ImmutableList.of(
          "null",
          "0",
          "1",
          "2",
          "3",
          "-1",
          "-128",
          "255",
          "256",
          "65536",
          "16777216",
          "1073741824",
          "2147483647",
          "-2147483648",
          "2147483648",
          "9223372036854775807",
          "1e400",
          "1e-60",
          "0.5",
          "-0.0",
          "\"NaN\"",
          "\"\"",
          "\"odd\\ntext \\u0000 \\\" $v.x #set\"",
          "\"x\"",
          "\"y\"",
          "\"a\"",
          "\"ring\"",
          "\"AVERAGE\"",
          "true",
          "false",
          "[]",
          "{}",
          "[null]",
          "[0]",
          "[[[[]]]]",
          "{\"kind\":\"add\"}");

  /** An edit of {@code text}, the contents of {@code file}, that {@code random} chooses. */
  static Edit random(String file, String text, Random random) {
    if (random.nextInt(50) == 0) {
      return new Edit(
          file, Kind.TRUNCATE, ImmutableList.of(), String.valueOf(random.nextInt(text.length())));
    }
    JsonNode root = parse(text);
    List<ImmutableList<Object>> paths = new ArrayList<>();
    collect(root, ImmutableList.of(), paths);
    ImmutableList<Object> path = paths.get(random.nextInt(paths.size()));
    int choice = random.nextInt(20);
    Kind kind =
        choice < 3
            ? Kind.DELETE
            : choice < 4
                ? Kind.DUPLICATE
                : choice < 5 ? Kind.SWAP : choice < 6 ? Kind.ADD_KEY : Kind.REPLACE;
    return new Edit(file, kind, path, value(root, path, random));
  }

  private static String value(JsonNode root, ImmutableList<Object> path, Random random) {
    JsonNode old = at(root, path);
    switch (random.nextInt(6)) {
      case 0:
      case 1:
      case 2:
        if (old.isIntegralNumber()) {
          // Near the old value, so that much else still fits.
          return String.valueOf(old.longValue() + random.nextInt(5) - 2);
        }
        break;
      case 3:
        if (old.isInt()) {
          return String.valueOf(old.longValue() * (1L << random.nextInt(31)));
        }
        if (old.isTextual()) {
          // A reference to something else that is there.
          List<String> texts = new ArrayList<>(root.findValuesAsText("name"));
          texts.addAll(root.findValuesAsText("tensor"));
          return texts.isEmpty() ? "null" : quoted(texts.get(random.nextInt(texts.size())));
        }
        break;
      default:
    }
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private static String quoted(String text) {
    return JSON.getNodeFactory().textNode(text).toString();
  }

  /** {@code text} after this edit; unchanged when the place is no longer there. */
  String apply(String text) {
    if (kind == Kind.TRUNCATE) {
      return text.substring(0, Math.min(text.length(), Integer.parseInt(value)));
    }
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return text; // an earlier edit broke it
    }
    if (path.isEmpty()) {
      return kind == Kind.REPLACE ? value : text;
    }
    JsonNode parent = at(root, path.subList(0, path.size() - 1));
    Object last = path.get(path.size() - 1);
    if (parent instanceof ObjectNode object && last instanceof String key && object.has(key)) {
      return edit(root, object, key);
    }
    if (parent instanceof ArrayNode list && last instanceof Integer index && list.has(index)) {
      edit(list, index);
    }
    return root.toPrettyString();
  }

  private String edit(JsonNode root, ObjectNode object, String key) {
    switch (kind) {
      case DELETE -> object.remove(key);
      case REPLACE -> object.set(key, parse(value));
      case ADD_KEY -> object.set(key + "x", parse(value));
      case SWAP -> {
        for (Map.Entry<String, JsonNode> other : object.properties()) {
          if (!other.getKey().equals(key)) {
            JsonNode mine = object.get(key);
            object.set(key, other.getValue());
            object.set(other.getKey(), mine);
            break;
          }
        }
      }
      case DUPLICATE -> {
        JsonNode mine = object.get(key);
        object.set("duplicate key", mine);
        return root.toPrettyString().replace("\"duplicate key\"", quoted(key));
      }
      case TRUNCATE -> throw new IllegalStateException();
    }
    return root.toPrettyString();
  }

  private void edit(ArrayNode list, int index) {
    switch (kind) {
      case DELETE -> list.remove(index);
      case REPLACE -> list.set(index, parse(value));
      case ADD_KEY, DUPLICATE -> list.insert(index, list.get(index).deepCopy());
      case SWAP -> {
        int other = (index + 1) % list.size();
        JsonNode mine = list.get(index);
        list.set(index, list.get(other));
        list.set(other, mine);
      }
      case TRUNCATE -> throw new IllegalStateException();
    }
  }

  private static JsonNode at(JsonNode root, List<Object> path) {
    JsonNode node = root;
    for (Object step : path) {
      node = step instanceof String key ? node.path(key) : node.path((Integer) step);
    }
    return node;
  }

  private static void collect(
      JsonNode node, ImmutableList<Object> path, List<ImmutableList<Object>> paths) {
    paths.add(path);
    node.properties().forEach(each -> collect(each.getValue(), with(path, each.getKey()), paths));
    // Long lists are tables: their first elements stand for all.
    for (int i = 0; node.isArray() && i < Math.min(node.size(), 8); i++) {
      collect(node.get(i), with(path, i), paths);
    }
  }

  private static ImmutableList<Object> with(ImmutableList<Object> path, Object step) {
    return ImmutableList.builder().addAll(path).add(step).build();
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @Override
  public String toString() {
    StringBuilder place = new StringBuilder();
    path.forEach(
        step -> place.append(step instanceof Integer ? "[" + step + "]" : "." + step.toString()));
    return file
        + " "
        + kind
        + " "
        + place
        + (kind == Kind.REPLACE ? " = " + value : "")
        + (kind == Kind.TRUNCATE ? " after " + value + " characters" : "");
  }
}
