package io.xbarflow.sim.golden;

import static io.xbarflow.sim.golden.OnnxGraph.attribute;
import static io.xbarflow.sim.golden.OnnxGraph.ints;
import static io.xbarflow.sim.golden.OnnxGraph.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.OnnxImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where windows stand: kernels, strides, pads, dilations, ceil_mode and auto_pad of every operator
 * that has them, shape and values against ONNX Runtime. What is refused is refused for one of the
 * stated reasons, and these are found here by the definition rather than by the importer.
 */
final class WindowGeometryTest {
  private static final int CASES = 400;

  @TempDir Path folder;

  /** The operators with windows. */
  private enum Form {
    MAX_POOL(true),
    MAX_POOL_BETWEEN_QDQ(true),
    Q_LINEAR_AVERAGE_POOL(false),
    AVERAGE_POOL_BETWEEN_QDQ(false),
    Q_LINEAR_CONV(true);

    private final boolean dilates;

    Form(boolean dilates) {
      this.dilates = dilates;
    }
  }

  /** One axis of a window and of the map below it; pads only without auto_pad. */
  private record Axis(int size, int kernel, int stride, int dilation, int before, int after) {
    static Axis random(Random random, boolean dilates, boolean padded) {
      int kernel = 1 + random.nextInt(4);
      return new Axis(
          3 + random.nextInt(9),
          kernel,
          1 + random.nextInt(random.nextInt(3) == 0 ? 8 : 3),
          dilates && random.nextInt(3) == 0 ? 2 : 1,
          padded ? random.nextInt(kernel) : 0,
          padded ? random.nextInt(kernel) : 0);
    }

    private int extent() {
      return (kernel - 1) * dilation + 1;
    }

    /** Padding of auto_pad SAME, negative when the windows leave pixels out. */
    int same() {
      return ((size + stride - 1) / stride - 1) * stride + kernel - size;
    }

    int padding(String autoPad) {
      return autoPad.startsWith("SAME") ? same() : before + after;
    }

    /** Whether the last window with ceil_mode has no pixel of the map. */
    boolean startsBehindTheMap(String autoPad) {
      int room = size + padding(autoPad) - extent();
      return !autoPad.startsWith("SAME") && (room + stride - 1) / stride * stride - before >= size;
    }

    boolean doesNotFit(String autoPad) {
      return size + padding(autoPad) < extent();
    }

    /** Whether dilated taps leave all pixels of some window out. */
    boolean missesTheMap(String autoPad, boolean ceil) {
      int padding = padding(autoPad);
      int first =
          switch (autoPad) {
            case "SAME_UPPER" -> padding / 2;
            case "SAME_LOWER" -> (padding + 1) / 2;
            default -> before;
          };
      int room = size + padding - extent();
      int outputs = (room + (ceil ? stride - 1 : 0)) / stride + 1;
      for (int output = 0; output < outputs; output++) {
        boolean inside = false;
        for (int tap = 0; tap < kernel; tap++) {
          int at = output * stride - first + tap * dilation;
          inside |= at >= 0 && at < size;
        }
        if (!inside) {
          return true;
        }
      }
      return false;
    }
  }

  private record Case(Form form, Axis rows, Axis columns, String autoPad, boolean ceil) {
    static Case random(Form form, Random random) {
      String[] pads = {"NOTSET", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"};
      String autoPad = pads[random.nextInt(pads.length)];
      boolean padded = autoPad.equals("NOTSET");
      return new Case(
          form,
          Axis.random(random, form.dilates, padded),
          Axis.random(random, form.dilates, padded),
          autoPad,
          form != Form.Q_LINEAR_CONV && random.nextInt(3) == 0);
    }

    private AttributeProto[] attributes(Random random) {
      List<AttributeProto> attributes = new ArrayList<>();
      attributes.add(ints("kernel_shape", rows.kernel(), columns.kernel()));
      attributes.add(ints("strides", rows.stride(), columns.stride()));
      if (autoPad.equals("NOTSET")) {
        attributes.add(
            ints("pads", rows.before(), columns.before(), rows.after(), columns.after()));
      } else {
        attributes.add(text("auto_pad", autoPad));
      }
      if (form.dilates) {
        attributes.add(ints("dilations", rows.dilation(), columns.dilation()));
      }
      if (ceil) {
        attributes.add(attribute("ceil_mode", 1));
      }
      if (form.name().contains("AVERAGE")) {
        attributes.add(attribute("count_include_pad", random.nextInt(2)));
      }
      return attributes.toArray(new AttributeProto[0]);
    }

    long[] dims() {
      return new long[] {1, 2, rows.size(), columns.size()};
    }

    byte[] model(Random random, boolean signed) {
      Quantisation x = new Quantisation(0.1f, signed ? -3 : 130, signed);
      Quantisation y = new Quantisation(0.11f, signed ? 5 : 120, signed);
      AttributeProto[] attributes = attributes(random);
      OnnxGraph graph = new OnnxGraph(signed, dims()).quantisation("x", x).quantisation("y", y);
      OnnxGraph whole =
          switch (form) {
            case MAX_POOL -> graph.node("MaxPool", "x", "y", attributes);
            case MAX_POOL_BETWEEN_QDQ ->
                graph
                    .node("DequantizeLinear", "x,x_s,x_z", "f")
                    .node("MaxPool", "f", "g", attributes)
                    .node("QuantizeLinear", "g,x_s,x_z", "y");
            case Q_LINEAR_AVERAGE_POOL ->
                graph.node("QLinearAveragePool", "x,x_s,x_z,y_s,y_z", "y", attributes);
            case AVERAGE_POOL_BETWEEN_QDQ ->
                graph
                    .node("DequantizeLinear", "x,x_s,x_z", "f")
                    .node("AveragePool", "f", "g", attributes)
                    .node("QuantizeLinear", "g,y_s,y_z", "y");
            case Q_LINEAR_CONV ->
                graph
                    .int8(
                        "w",
                        new long[] {2, 2, rows.kernel(), columns.kernel()},
                        random.ints(4L * rows.kernel() * columns.kernel(), -20, 21).toArray())
                    .reals("w_s", new long[0], 0.02f)
                    .int8("w_z", new long[0], 0)
                    .node("QLinearConv", "x,x_s,x_z,w,w_s,w_z,y_s,y_z", "y", attributes);
          };
      return whole.bytes();
    }

    /** Why it may be refused. */
    Optional<String> refusal() {
      if (form == Form.Q_LINEAR_CONV && autoPad.startsWith("SAME")) {
        if (rows.dilation() > 1 || columns.dilation() > 1) {
          return Optional.of("auto_pad SAME");
        }
        return rows.same() < -2 || columns.same() < -2
            ? Optional.of("a stride of at most kernel + 2")
            : Optional.empty();
      }
      if (rows.doesNotFit(autoPad) || columns.doesNotFit(autoPad)) {
        return Optional.of("a window that fits into the padded input");
      }
      boolean empty =
          form != Form.Q_LINEAR_CONV
              && (rows.missesTheMap(autoPad, ceil) || columns.missesTheMap(autoPad, ceil));
      return empty ? Optional.of("only padding") : Optional.empty();
    }

    boolean keepsALastWindowInThePadding() {
      return ceil && (rows.startsBehindTheMap(autoPad) || columns.startsBehindTheMap(autoPad));
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void equalsOnnxRuntimeOrIsRefused(Form form) throws OrtException, IOException {
    Random random = new Random(form.name().hashCode());
    int equal = 0;
    int inThePadding = 0;
    int leavingOut = 0;
    for (int i = 0; i < CASES; i++) {
      Case c = Case.random(form, random);
      boolean signed = random.nextBoolean();
      byte[] model = c.model(random, signed);
      byte[] input = new byte[2 * c.rows().size() * c.columns().size()];
      random.nextBytes(input);
      Path file = folder.resolve("graph.onnx");
      Files.write(file, model);
      inThePadding += c.keepsALastWindowInThePadding() ? 1 : 0;
      Optional<String> refusal = c.refusal();
      OnnxRuntimeRun.Output golden;
      try {
        golden = OnnxRuntimeRun.inGoldenModel(OnnxImport.read(file), input, c.dims(), signed);
      } catch (UserException e) {
        assertTrue(
            refusal.filter(e.getMessage()::contains).isPresent(), () -> c + ": " + e.getMessage());
        continue;
      }
      assertEquals(Optional.empty(), refusal, c::toString);
      OnnxRuntimeRun.Output wanted =
          OnnxRuntimeRun.inOnnxRuntime(model, input, c.dims(), signed, OptLevel.ALL_OPT);
      assertEquals("", wanted.difference(golden), c::toString);
      equal++;
      leavingOut +=
          c.autoPad().startsWith("SAME") && Math.min(c.rows().same(), c.columns().same()) < -1
              ? 1
              : 0;
    }
    assertTrue(equal > CASES / 2, "equal " + equal);
    assertTrue(leavingOut > CASES / 100, "SAME with pixels left out " + leavingOut);
    assertTrue(
        form == Form.Q_LINEAR_CONV || inThePadding > CASES / 100,
        "last windows in the end padding " + inThePadding);
  }
}
