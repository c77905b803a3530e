package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with the files of a core type is its author's error, told with file and line. */
final class WrongCoreFilesTest {
  private static final Path ROOT = Path.of(System.getProperty("xbarflow.root"));
  private static final String GOOD =
      """
      module own_macro #(
        parameter ROWS = 1, parameter COLUMNS = 1, parameter COLUMN_BITS = 1,
        parameter INPUTS_SIGNED = 1, parameter MVM_CYCLES = 1, parameter COUNT_BITS = 1
      ) (
        input wire clk, input wire rst_n, input wire [23:0] weights_id, input wire start,
        input wire [ROWS*8-1:0] row_data, output wire done,
        output wire [COLUMNS*COLUMN_BITS-1:0] column_data
      );
      endmodule
      """;

  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();

  /**
   * A file of a core type.
   *
   * @param file its name
   * @param text what is in it
   * @param place where the message says that it is wrong, behind the folder
   * @param found what it says
   */
  private record Case(String file, String text, String place, String found) {}

  static List<Case> cases() {
    return List.of(
        new Case(
            "own_macro.v.vm",
            "// ${v.name}\n${v.getClass().forName('java.lang.Runtime')}\n",
            "own_macro.v.vm:2",
            "getClass"),
        new Case("own_macro.v.vm", "\n\n#foreach($i in $v.x)\n", "own_macro.v.vm:4", ""),
        new Case("own_macro.v.vm", "\n$v.unknown\n", "own_macro.v.vm:2", "unknown"),
        new Case(
            "own_macro.v.vm",
            "#foreach($i in [1..2000000000])\n#end",
            "own_macro.v.vm:1",
            "passes"),
        new Case("table.v.vm", "\n\n$v.nothing", "table.v.vm:3", "nothing"),
        new Case("top.v.vm", "module xbarflow_top;\n$v.nothing", "top.v.vm:2", "nothing"),
        new Case(
            "own_macro_cell.v", "module stream_fifo; endmodule", "own_macro_cell.v", "a cell of"),
        new Case(
            "own_macro_xbarflow.v",
            "module xbarflow_a; endmodule",
            "own_macro_xbarflow.v",
            "begin"),
        new Case(
            "stream_fork.v",
            "module stream_fork; endmodule module stream_fifo; endmodule",
            "stream_fork.v",
            "stream_fifo"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void wrongFileIsNamed(Case each) throws IOException {
    Path core = Files.createDirectories(folder.resolve("core"));
    Files.writeString(
        core.resolve("core.yaml"), "name: own\narithmetic: ideal\nmodule: own_macro\n");
    if (!each.file.equals("own_macro.v.vm")) {
      Files.writeString(core.resolve("own_macro.v"), GOOD);
    }
    Files.writeString(core.resolve(each.file), each.text);
    Path output = folder.resolve("out");
    Path model = ROOT.resolve("examples/small_cnn/model.onnx");
    assertEquals(
        0, run("map", model, "-o", output, "--effort", "quick", "--core", "own", "--cores", core));

    int exit = run("generate", output, "--cores", core);

    String message = err.toString();
    assertFalse(message.contains("bug in xbarflow"), message);
    assertEquals(2, exit, message);
    assertTrue(message.contains(core.resolve(each.place).toString()), message);
    assertTrue(message.contains(each.found), message);
  }

  private int run(Object... arguments) {
    Host host =
        new Host(
            new PrintWriter(new StringWriter(), true),
            new PrintWriter(err, true),
            ImmutableMap.copyOf(System.getenv()),
            ToolRunner.ofPath(),
            false,
            System::nanoTime);
    return new Program(host, new ChipStages())
        .run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }
}
