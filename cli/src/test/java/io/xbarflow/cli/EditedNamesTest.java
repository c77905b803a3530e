package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names of blocks and links that a person wrote into mapping.json are checked when it is read. */
final class EditedNamesTest {
  private static final Path ROOT = Path.of(System.getProperty("xbarflow.root"));
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static Path output;
  private static String mapping;

  @BeforeAll
  static void map() throws IOException {
    output = folder.resolve("out/deep/er");
    CommandLineForTests.run(
        "map", ROOT.resolve("examples/small_cnn/model.onnx"), "-o", output, "--effort", "quick");
    mapping = Files.readString(output.resolve("mapping.json"));
  }

  private record Case(String kind, String name) {}

  static List<Case> wrong() {
    List<Case> cases = new ArrayList<>();
    for (String kind : new String[] {"blocks", "links"}) {
      for (String name :
          new String[] {
            "",
            "../../escaped_x",
            "x;initial $finish;",
            "x\n  initial $system(\"touch canary\");",
            "a b",
            "9x",
            "a.b",
            "_a",
            "a_",
            "a__b",
            "A",
            "größe",
            "module",
            "logic",
            "xnor",
            "namespace",
            "clk",
            "u_x",
            "align_x",
            "bad",
            "x_constants",
            "x".repeat(201)
          }) {
        cases.add(new Case(kind, name));
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongNameIsOneMessage(Case each) throws IOException {
    JsonNode edited = JSON.readTree(mapping);
    String known = edited.get(each.kind).get(0).get("name").asText();
    rename(edited, known, each.name);
    refused(edited, each.name.length() > 100 ? "x".repeat(100) : "");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void oneNameTwiceIsOneMessage(String kind) throws IOException {
    JsonNode edited = JSON.readTree(mapping);
    String first = edited.get(kind).get(0).get("name").asText();
    ((ObjectNode) edited.get(kind).get(1)).put("name", first);
    refused(edited, first + " is there twice");
  }

  static List<String> kinds() {
    return List.of("blocks", "links");
  }

  private static void refused(JsonNode edited, String message) throws IOException {
    JSON.writeValue(output.resolve("mapping.json").toFile(), edited);
    List<Path> before = files();
    StringWriter err = new StringWriter();
    Host host =
        new Host(
            new PrintWriter(new StringWriter(), true),
            new PrintWriter(err, true),
            ImmutableMap.copyOf(System.getenv()),
            ToolRunner.ofPath(),
            false,
            System::nanoTime);
    int exit = new Program(host, new ChipStages()).run("generate", output.toString());
    assertEquals(2, exit, err::toString);
    assertTrue(err.toString().contains("mapping.json"), err::toString);
    assertTrue(err.toString().contains(message), err::toString);
    assertEquals(1, err.toString().lines().filter(line -> line.startsWith("error")).count());
    assertEquals(before, files());
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }

  /** Gives what is called {@code from} another name wherever it is named. */
  private static void rename(JsonNode node, String from, String to) {
    if (node instanceof ObjectNode object) {
      object
          .fieldNames()
          .forEachRemaining(
              key -> {
                JsonNode value = object.get(key);
                if (value.isTextual() && value.asText().equals(from) && !key.equals("layer")) {
                  object.put(key, to);
                }
              });
    }
    node.forEach(child -> rename(child, from, to));
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        if (node.get(i).isTextual() && node.get(i).asText().equals(from)) {
          ((ArrayNode) node).set(i, to);
        }
      }
    }
  }
}
