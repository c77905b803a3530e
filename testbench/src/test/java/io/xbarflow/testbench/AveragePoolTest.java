package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Average pooling from the layer to the simulated Verilog. Needs Verilator, Icarus and Yosys. */
final class AveragePoolTest {
  private static final int IMAGES = 6;
  private static final Quantisation UINT8 = new Quantisation(0.1f, 3, false);
  private static final Quantisation INT8 = new Quantisation(0.037f, -5, true);
  private static final Quantisation FINE = new Quantisation(0.0011f, 7, false);
  private static final Quantisation POWER = new Quantisation(0.25f, 0, true);

  private record Case(
      String name,
      Shape input,
      Window window,
      Layer.Pool.Kind kind,
      boolean includePad,
      Quantisation x,
      Quantisation y) {
    Case(
        String name,
        Shape input,
        Window window,
        boolean includePad,
        Quantisation x,
        Quantisation y) {
      this(name, input, window, Layer.Pool.Kind.AVERAGE, includePad, x, y);
    }

    Shape output() {
      int height = input.height() + window.padTop() + window.padBottom() - window.extentHeight();
      int width = input.width() + window.padLeft() + window.padRight() - window.extentWidth();
      return new Shape(
          input.channels(), height / window.strideHeight() + 1, width / window.strideWidth() + 1);
    }

    private static HostTensor host(String tensor, Shape shape) {
      return new HostTensor(
          tensor,
          tensor,
          ImmutableList.of(shape.channels(), shape.height(), shape.width()),
          false,
          false);
    }
  }

  private static Window window(int kernel, int stride, int pad) {
    return new Window(kernel, kernel, stride, stride, pad, pad, pad, pad, 1, 1);
  }

  private static List<Case> cases() {
    Quantisation other = new Quantisation(0.07f, 100, false);
    return List.of(
        new Case("equal_2x2", new Shape(5, 6, 8), window(2, 2, 0), false, UINT8, UINT8),
        new Case("power_2x2", new Shape(3, 6, 6), window(2, 1, 0), false, POWER, POWER),
        new Case("excluded_2x2", new Shape(2, 5, 7), window(2, 2, 1), false, INT8, INT8),
        new Case("excluded_3x3", new Shape(6, 6, 7), window(3, 2, 1), false, UINT8, other),
        new Case("included_3x3", new Shape(6, 7, 6), window(3, 1, 1), true, INT8, INT8),
        new Case(
            "dilated_2x3",
            new Shape(3, 7, 9),
            new Window(2, 3, 2, 1, 1, 2, 0, 1, 2, 2),
            false,
            INT8,
            new Quantisation(0.111f, 20, true)),
        new Case(
            "whole_map_4x5",
            new Shape(7, 4, 5),
            new Window(4, 5, 1, 1, 0, 0, 0, 0, 1, 1),
            false,
            UINT8,
            UINT8),
        new Case(
            "float_3x3",
            new Shape(3, 6, 7),
            window(3, 3, 0),
            Layer.Pool.Kind.FLOAT_AVERAGE,
            false,
            INT8,
            INT8),
        new Case(
            "columns_2x2",
            new Shape(5, 6, 8),
            window(2, 2, 0),
            Layer.Pool.Kind.FLOAT_AVERAGE_BY_COLUMNS,
            false,
            INT8,
            INT8),
        new Case(
            "columns_3x2",
            new Shape(4, 7, 6),
            new Window(3, 2, 1, 2, 1, 1, 1, 0, 1, 1),
            Layer.Pool.Kind.FLOAT_AVERAGE_BY_COLUMNS,
            false,
            INT8,
            new Quantisation(0.041f, 31, true)),
        new Case(
            "columns_power_2x3",
            new Shape(3, 6, 6),
            new Window(2, 3, 1, 1, 0, 0, 0, 0, 1, 1),
            Layer.Pool.Kind.FLOAT_AVERAGE_BY_COLUMNS,
            true,
            POWER,
            POWER),
        new Case(
            "as_uint8_2x2",
            new Shape(3, 6, 6),
            window(2, 2, 0),
            Layer.Pool.Kind.AVERAGE_AS_UINT8,
            false,
            INT8,
            INT8),
        new Case("saturating_1x1", new Shape(4, 3, 3), window(1, 1, 0), false, UINT8, FINE));
  }

  /** One chip with a pool for every case, side by side: one simulator to build. */
  private static Network network() {
    ImmutableList.Builder<Tensor> tensors = ImmutableList.builder();
    ImmutableList.Builder<Layer> layers = ImmutableList.builder();
    ImmutableList.Builder<HostTensor> inputs = ImmutableList.builder();
    ImmutableList.Builder<HostTensor> outputs = ImmutableList.builder();
    for (Case pool : cases()) {
      String x = pool.name() + "_x";
      String y = pool.name() + "_y";
      tensors.add(new Tensor(x, pool.input(), pool.x()));
      tensors.add(new Tensor(y, pool.output(), pool.y()));
      layers.add(new Layer.Pool(pool.name(), x, y, pool.window(), pool.kind(), pool.includePad()));
      inputs.add(Case.host(x, pool.input()));
      outputs.add(Case.host(y, pool.output()));
    }
    return new Network(
        "average_pools.onnx",
        "0".repeat(64),
        tensors.build(),
        layers.build(),
        inputs.build(),
        outputs.build());
  }

  @Test
  void equalsTheGoldenModel(@TempDir Path folder) throws IOException {
    Chain chain = Chain.of(network(), Architectures.named(Architectures.DEFAULT), folder);
    assertSilent(folder);
    CosimRequest request = chain.request(chain.randomInputs(IMAGES, 5));
    Chain.prove(request);
    for (long seed = 3; seed <= 15; seed += 3) {
      Chain.prove(request.withStalls(Stalls.ofSeed(seed)));
    }
  }

  /** Verilator's lint, Icarus and Yosys read every file without a word. */
  private static void assertSilent(Path folder) throws IOException {
    List<String> files = Files.readAllLines(folder.resolve("rtl/filelist.f"));
    ImmutableList<String> lint =
        ImmutableList.<String>builder()
            .add("verilator", "--lint-only", "-Wall", "--top-module", "xbarflow_top")
            .addAll(files)
            .build();
    assertSilent(folder, lint);
    assertSilent(
        folder,
        ImmutableList.<String>builder()
            .add("iverilog", "-g2005", "-Wall", "-s", "xbarflow_top", "-o", "/dev/null")
            .addAll(files)
            .build());
    List<String> synthesis = Files.readAllLines(folder.resolve("syn/filelist.f"));
    assertSilent(
        folder,
        ImmutableList.of(
            "yosys",
            "-q",
            "-p",
            "read_verilog "
                + String.join(" ", synthesis)
                + "; hierarchy -check -top xbarflow_top; proc; check -assert"));
  }

  private static void assertSilent(Path folder, ImmutableList<String> command) throws IOException {
    List<String> lines = new ArrayList<>();
    int exit = ToolProcess.run(command, folder, lines::add);
    assertEquals(List.of(), lines, command.get(0));
    assertEquals(0, exit, command.get(0));
  }
}
