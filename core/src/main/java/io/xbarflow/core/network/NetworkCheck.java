package io.xbarflow.core.network;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.xbarflow.core.diagnostic.UserException;
import java.util.List;
import java.util.Locale;

/**
 * Checks a network, which a person may have edited: whether the layers fit the tensors that they
 * read and write. What a record can tell by itself its constructor has checked already.
 */
public final class NetworkCheck {
  private final Network network;
  private final ImmutableMap<String, Tensor> tensors;
  private final ImmutableList.Builder<String> broken = ImmutableList.builder();

  private NetworkCheck(Network network) {
    this.network = network;
    this.tensors = network.tensorsByName();
  }

  /** Every constraint that {@code network} breaks, in words; empty when it is sound. */
  public static ImmutableList<String> broken(Network network) {
    return new NetworkCheck(network).run();
  }

  /**
   * Checks that {@code network} is sound.
   *
   * @param where the file, for messages
   * @throws UserException naming the first constraint that is broken otherwise
   */
  public static void require(Network network, String where) {
    ImmutableList<String> broken = broken(network);
    if (!broken.isEmpty()) {
      throw UserException.badInput(
          where,
          broken.get(0),
          "layers that fit their tensors",
          "Fix the file, or run `xbarflow map` again.");
    }
  }

  private ImmutableList<String> run() {
    network.inputs().forEach(input -> host("input", input, input.shapeBehind()));
    network.outputs().forEach(output -> host("output", output, output.shape()));
    network.inputs().forEach(this::reals);
    network.outputs().forEach(this::table);
    LayerCheck check = new LayerCheck();
    network.layers().forEach(layer -> layer.match(check));
    return broken.build();
  }

  @FormatMethod
  private void require(boolean holds, @FormatString String format, Object... arguments) {
    if (!holds) {
      broken.add(String.format(Locale.ROOT, format, arguments));
    }
  }

  private void host(String kind, HostTensor host, ImmutableList<Integer> beside) {
    Shape shape = tensors.get(host.tensor()).shape();
    int values = beside.stream().reduce(1, (a, b) -> a * b);
    require(
        values == shape.size(),
        "%s %s has shape %s, its tensor %s",
        kind,
        host.name(),
        beside,
        shape);
  }

  /** What the host computes before the chip are float32 values, or integers that are only moved. */
  private void reals(HostTensor input) {
    require(
        input.onlyMoves()
            || (input.floating()
                && input.steps().stream().noneMatch(HostStep.Table.class::isInstance)
                && HostStep.type(input.steps(), ElementType.FLOAT32).isReal()),
        "input %s has steps that give no float32 values",
        input.name());
  }

  private void table(HostTensor output) {
    if (!output.steps().isEmpty() && output.steps().get(0) instanceof HostStep.Table table) {
      int functions = table.values().size() / HostStep.Table.VALUES;
      int channels = tensors.get(output.tensor()).shape().channels();
      require(
          functions == 1 || functions == channels,
          "output %s has functions of %d channels, its tensor has %d",
          output.name(),
          functions,
          channels);
    }
  }

  /** Checks one layer with its tensors. */
  private final class LayerCheck implements Layer.Cases<Void> {
    private Tensor input(Layer layer) {
      return tensors.get(layer.inputs().get(0));
    }

    private Tensor output(Layer layer) {
      return tensors.get(layer.output());
    }

    private void shape(Layer layer, Shape found, Shape expected) {
      require(
          found.equals(expected),
          "layer %s: its output has shape %s, what it computes %s",
          layer.name(),
          found,
          expected);
    }

    /** Output of the shape of the input. */
    private void sameShape(Layer layer) {
      for (String input : layer.inputs()) {
        shape(layer, output(layer).shape(), tensors.get(input).shape());
      }
    }

    /** Values go through unchanged. */
    private void sameQuantisation(Layer layer) {
      for (String input : layer.inputs()) {
        require(
            tensors.get(input).quantisation().equals(output(layer).quantisation()),
            "layer %s keeps values, but tensors %s and %s have different quantisations",
            layer.name(),
            input,
            layer.output());
      }
    }

    private void inType(Layer layer, String what, List<Integer> values) {
      Quantisation type = output(layer).quantisation();
      for (int value : values) {
        if (value < type.min() || value > type.max()) {
          require(
              false,
              "layer %s: %s %d is outside of its output's type, %d to %d",
              layer.name(),
              what,
              value,
              type.min(),
              type.max());
          return;
        }
      }
    }

    private void clamp(Layer layer, int min, int max) {
      inType(layer, "clamp", ImmutableList.of(min, max));
    }

    /** The map that {@code window} makes. */
    private void window(Layer layer, Window window, int channels) {
      Shape in = input(layer).shape();
      long rows =
          positions(
              in.height() + (long) window.padTop() + window.padBottom(),
              window.extentHeight(),
              window.strideHeight());
      long columns =
          positions(
              in.width() + (long) window.padLeft() + window.padRight(),
              window.extentWidth(),
              window.strideWidth());
      require(
          Math.max(
                  in.height() + (long) window.padTop() + window.padBottom() + window.strideHeight(),
                  in.width() + (long) window.padLeft() + window.padRight() + window.strideWidth())
              <= Window.GREATEST,
          "layer %s: input, padding and stride are more than %d rows or columns",
          layer.name(),
          Window.GREATEST);
      Shape out = output(layer).shape();
      require(
          out.channels() == channels && out.height() == rows && out.width() == columns,
          "layer %s: its output has shape %s, what it computes %dx%dx%d",
          layer.name(),
          out,
          channels,
          rows,
          columns);
    }

    private static long positions(long padded, int extent, int stride) {
      return padded < extent ? 0 : (padded - extent) / stride + 1;
    }

    @Override
    public Void convolution(Layer.Convolution layer) {
      require(
          input(layer).shape().channels() == layer.inputChannels(),
          "layer %s: weights for %d input channels, its input has %d",
          layer.name(),
          layer.inputChannels(),
          input(layer).shape().channels());
      window(layer, layer.window(), layer.outputChannels());
      clamp(layer, layer.clampMin(), layer.clampMax());
      return null;
    }

    @Override
    public Void pool(Layer.Pool layer) {
      window(layer, layer.window(), input(layer).shape().channels());
      Shape in = input(layer).shape();
      Shape out = output(layer).shape();
      Window window = layer.window();
      require(
          Windows.haveTaps(
                  window.kernelHeight(),
                  window.strideHeight(),
                  window.padTop(),
                  window.dilationHeight(),
                  in.height(),
                  out.height())
              && Windows.haveTaps(
                  window.kernelWidth(),
                  window.strideWidth(),
                  window.padLeft(),
                  window.dilationWidth(),
                  in.width(),
                  out.width()),
          "layer %s: a window lies in the padding with all its taps",
          layer.name());
      if (layer.kind() == Layer.Pool.Kind.MAX) {
        sameQuantisation(layer);
      }
      return null;
    }

    @Override
    public Void globalAveragePool(Layer.GlobalAveragePool layer) {
      shape(layer, output(layer).shape(), new Shape(input(layer).shape().channels(), 1, 1));
      return null;
    }

    @Override
    public Void add(Layer.Add layer) {
      sameShape(layer);
      clamp(layer, layer.clampMin(), layer.clampMax());
      return null;
    }

    @Override
    public Void addConstant(Layer.AddConstant layer) {
      sameShape(layer);
      perChannel(layer, "constants", layer.constant().size(), output(layer).shape());
      clamp(layer, layer.clampMin(), layer.clampMax());
      return null;
    }

    private void perChannel(Layer layer, String what, int number, Shape shape) {
      require(
          number == shape.channels(),
          "layer %s: %d %s for %d channels",
          layer.name(),
          number,
          what,
          shape.channels());
    }

    @Override
    public Void lookup(Layer.Lookup layer) {
      sameShape(layer);
      inType(layer, "table entry", layer.table());
      return null;
    }

    @Override
    public Void concat(Layer.Concat layer) {
      sameQuantisation(layer);
      Shape first = input(layer).shape();
      long sum = 0;
      for (String operand : layer.operands()) {
        Shape shape = tensors.get(operand).shape();
        require(
            along(layer.axis(), shape, 1).equals(along(layer.axis(), first, 1)),
            "layer %s: operands of shapes %s and %s",
            layer.name(),
            first,
            shape);
        sum += extent(layer.axis(), shape);
      }
      Shape out = output(layer).shape();
      require(
          extent(layer.axis(), out) == sum
              && along(layer.axis(), out, 1).equals(along(layer.axis(), first, 1)),
          "layer %s: its output has shape %s, its operands have %d %s together",
          layer.name(),
          out,
          sum,
          layer.axis().name().toLowerCase(Locale.ROOT));
      return null;
    }

    private static int extent(Layer.Concat.Axis axis, Shape shape) {
      return switch (axis) {
        case CHANNELS -> shape.channels();
        case ROWS -> shape.height();
        case COLUMNS -> shape.width();
      };
    }

    /** {@code shape} with {@code extent} along {@code axis}. */
    private static Shape along(Layer.Concat.Axis axis, Shape shape, int extent) {
      return switch (axis) {
        case CHANNELS -> new Shape(extent, shape.height(), shape.width());
        case ROWS -> new Shape(shape.channels(), extent, shape.width());
        case COLUMNS -> new Shape(shape.channels(), shape.height(), extent);
      };
    }

    @Override
    public Void reframe(Layer.Reframe layer) {
      sameQuantisation(layer);
      Shape in = input(layer).shape();
      Shape out = output(layer).shape();
      require(
          in.channels() == out.channels(),
          "layer %s: %d channels become %d",
          layer.name(),
          in.channels(),
          out.channels());
      require(
          fits(layer.firstRow(), layer.rowStep(), out.height())
              && fits(layer.firstColumn(), layer.columnStep(), out.width()),
          "layer %s: its frame has more than %d rows or columns",
          layer.name(),
          Window.GREATEST);
      inType(layer, "fill", ImmutableList.of(layer.fill()));
      return null;
    }

    private static boolean fits(int first, int step, int outputs) {
      return first + (outputs - 1L) * step <= Window.GREATEST;
    }

    @Override
    public Void gather(Layer.Gather layer) {
      sameQuantisation(layer);
      Shape in = input(layer).shape();
      Shape out = output(layer).shape();
      require(
          in.height() == out.height() && in.width() == out.width(),
          "layer %s: a map of %s becomes one of %s",
          layer.name(),
          in,
          out);
      perChannel(layer, "channels chosen", layer.channels().size(), out);
      for (int channel : layer.channels()) {
        require(
            channel < in.channels(),
            "layer %s chooses channel %d of %d",
            layer.name(),
            channel,
            in.channels());
      }
      inType(layer, "fill", ImmutableList.of(layer.fill()));
      return null;
    }

    @Override
    public Void channelLookup(Layer.ChannelLookup layer) {
      sameShape(layer);
      perChannel(layer, "choices of a table", layer.tableOfChannel().size(), output(layer).shape());
      layer.tables().forEach(table -> inType(layer, "table entry", table));
      return null;
    }
  }
}
