package io.xbarflow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.text.VerilogNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model whose names, file and folder are code of some language goes through all stages: what is
 * written is what plain names give but for comments, and nothing of it runs.
 */
final class HostileNamesTest {
  private static final Path ROOT = Path.of(System.getProperty("xbarflow.root"));

  private static final ImmutableList<String> ATTACKS =
      ImmutableList.of(
          "\n  initial $system(\"touch canary\");\n//",
          "\r\n!touch canary\r\n",
          "[exec touch canary]",
          "*/ initial $finish; /*",
          "\";\n$system(\"touch canary\");\"",
          "\\",
          "`touch canary`",
          "$(touch canary)",
          "</script><script>document.title='canary'</script>",
          "${x}",
          "#set($x=1)",
          "$v.model",
          "; exec touch canary",
          "größe\u202e\u2028\ud83d\ude00",
          "\u001b[31m\u0007\u0000",
          "}]{[: - &x *x",
          "../../../canary",
          "'\"<b onload=canary>",
          "%s%n%d",
          "verilator lint_off WIDTH",
          "synopsys translate_off",
          " ".repeat(50) + "x".repeat(10_000));

  @TempDir private Path folder;

  @Test
  void hostileNamesChangeCommentsOnly() throws IOException, InterruptedException {
    VerilogNames names = new VerilogNames();
    Map<String, String> plain = new HashMap<>();
    Path hostileFolder = folder.resolve("a b; [exec touch canary] $(touch canary) 'q' #{x}\n\\");
    Path hostileModel =
        hostileFolder.resolve("m\n!touch canary\n[exec touch canary]\"; $system.onnx");
    List<String> given = new ArrayList<>();
    write(
        hostileModel,
        original -> {
          given.add(original);
          return "t" + given.size() + ATTACKS.get(given.size() % ATTACKS.size());
        },
        plain,
        names);
    assertTrue(given.size() > ATTACKS.size(), "only " + given.size() + " names");
    Path plainModel = folder.resolve("plain/m_touch_canary_exec_touch_canary_system.onnx");
    write(plainModel, plain::get, new HashMap<>(), new VerilogNames());
    Path arch = hostileFolder.resolve("arch\n${x} [exec touch canary].yaml");
    Files.writeString(arch, "crossbar: {rows: 128, columns: 128}\nmvmCycles: 8\n");

    Path classes = hostileFolder.resolve("classes\n$(touch canary).txt");
    Files.write(
        classes,
        ATTACKS.subList(0, 10).stream()
            .map(attack -> "c" + attack.replace("\n", " ").replace("\r", " "))
            .toList());
    Path hostile = hostileFolder.resolve("out \"x\"\n; y");
    Path expected = folder.resolve("plain/out");
    for (Path output : new Path[] {hostile, expected}) {
      CommandLineForTests.run(
          "run",
          output == hostile ? hostileModel : plainModel,
          "-o",
          output,
          "--images",
          1,
          "--effort",
          "quick",
          "--arch",
          arch,
          "--classes",
          classes);
    }

    assertEquals(texts(expected), texts(hostile));
    assertTools(hostile);
    for (String page : new String[] {"report.html"}) {
      String html = Files.readString(hostile.resolve(page));
      assertFalse(html.contains("<script>document"), page);
      assertFalse(html.contains("<b onload"), page);
      assertFalse(html.contains("\u001b"), page);
    }
    assertEquals(List.of(), canaries(folder));
    assertEquals(List.of(), canaries(Path.of("")));
  }

  /** The small network with every name exchanged. */
  private static void write(
      Path file, UnaryOperator<String> rename, Map<String, String> plain, VerilogNames legal)
      throws IOException {
    ModelProto model =
        ModelProto.parseFrom(Files.readAllBytes(ROOT.resolve("examples/small_cnn/model.onnx")));
    Map<String, String> renamed = new HashMap<>();
    UnaryOperator<String> tensor =
        name -> {
          if (name.isEmpty()) {
            return name;
          }
          return renamed.computeIfAbsent(
              name,
              each -> {
                String other = rename.apply(each);
                plain.put(each, legal.legalise(other));
                return other;
              });
        };
    GraphProto.Builder graph = model.getGraph().toBuilder();
    graph.setName(tensor.apply("graph " + graph.getName()));
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      node.setName(tensor.apply("node " + node.getName()));
      List<String> inputs = node.getInputList().stream().map(tensor).toList();
      List<String> outputs = node.getOutputList().stream().map(tensor).toList();
      node.clearInput().addAllInput(inputs).clearOutput().addAllOutput(outputs);
    }
    for (TensorProto.Builder each : graph.getInitializerBuilderList()) {
      each.setName(tensor.apply(each.getName()));
    }
    for (ValueInfoProto.Builder each : graph.getInputBuilderList()) {
      each.setName(tensor.apply(each.getName()));
    }
    for (ValueInfoProto.Builder each : graph.getOutputBuilderList()) {
      each.setName(tensor.apply(each.getName()));
    }
    graph.clearValueInfo();
    Files.createDirectories(file.getParent());
    Files.write(file, model.toBuilder().setGraph(graph).build().toByteArray());
  }

  /** Verilog, weights and scripts by name, without their comments. */
  private static Map<String, String> texts(Path output) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (String part : new String[] {"rtl", "mem", "syn"}) {
      try (Stream<Path> files = Files.walk(output.resolve(part))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String text = Files.readString(file);
          String comment = file.toString().endsWith(".v") ? "//" : "#";
          StringBuilder code = new StringBuilder();
          for (String line : text.split("\n", -1)) {
            int at = line.indexOf(comment);
            boolean named =
                line.startsWith("description: ") || line.startsWith("Made by xbarflow from ");
            code.append(named ? "" : at < 0 ? line : line.substring(0, at)).append('\n');
          }
          texts.put(output.relativize(file).toString(), code.toString());
        }
      }
    }
    return texts;
  }

  private static void assertTools(Path output) throws IOException, InterruptedException {
    List<String> sources =
        Files.readAllLines(output.resolve("rtl/filelist.f")).stream()
            .filter(line -> !line.isBlank())
            .toList();
    assertSilent(
        output, sources, "verilator", "--lint-only", "-Wall", "--top-module", "xbarflow_top");
    assertSilent(
        output, sources, "iverilog", "-g2005", "-Wall", "-s", "xbarflow_top", "-o", "/dev/null");
    assertSilent(output.resolve("syn"), List.of(), "yosys", "-q", "generic.ys");
  }

  private static void assertSilent(Path folder, List<String> sources, String... command)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(sources);
    Process process =
        new ProcessBuilder(all).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), printed);
    if (!command[0].equals("yosys")) {
      assertEquals("", printed);
    }
  }

  /** Files called canary. */
  private static List<Path> canaries(Path below) throws IOException {
    try (Stream<Path> files = Files.walk(below, 6)) {
      return files.filter(file -> file.getFileName().toString().equals("canary")).toList();
    }
  }
}
