package io.xbarflow.cli.page;

import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.Locale;

/** Layers and blocks in a few words. */
final class Describe {
  private Describe() {}

  /** {@code conv 3×3, stride 2, 8 → 16} or {@code fully connected, 128 → 10}; empty for ports. */
  static String operator(Chip.Station station) {
    if (station.layer().isEmpty()) {
      return "";
    }
    if (station.core().isPresent()
        && station.layer().get() instanceof Layer.Convolution convolution) {
      Shape input = station.core().get().fetch().input();
      Window window = convolution.window();
      if (window.kernelHeight() == input.height()
          && window.kernelWidth() == input.width()
          && !window.padded()
          && convolution.groups() == 1) {
        int inputs = convolution.inputChannels() * window.taps();
        return "fully connected, " + inputs + " → " + convolution.outputChannels();
      }
    }
    return station.layer().get().match(new Operator());
  }

  /** {@code 16 × 32 × 32}: channels, rows, columns. */
  static String shape(Shape shape) {
    return shape.channels() + "×" + shape.height() + "×" + shape.width();
  }

  /** {@code pcm · 2 macros · 2×2 pixels an MVM · 3 copies}. */
  static String array(Block.ImcCore core) {
    CrossbarArray array = core.array();
    Patch patch = core.fetch().patch();
    StringBuilder text = new StringBuilder(array.core().type());
    text.append(" · ").append(Words.count(array.macros(), "macro", "macros"));
    if (patch.pixels() > 1) {
      text.append(" · ").append(patch.height()).append('×').append(patch.width()).append(" pixels");
    }
    if (array.copies() > 1) {
      text.append(" · ").append(array.copies()).append(" copies");
    }
    return text.toString();
  }

  /** What a block that only carries pixels adds to a way. */
  static String carrier(Block block) {
    if (block instanceof Block.Fifo fifo) {
      return "FIFO of " + Words.count(fifo.depthBeats(), "beat", "beats");
    }
    if (block instanceof Block.LinkRegister register) {
      return Words.count(register.stages(), "register stage", "register stages");
    }
    if (block instanceof Block.Reorder reorder) {
      return "reorder memory of " + Words.count(reorder.ring().pixels(), "pixel", "pixels");
    }
    return kind(block);
  }

  /** {@code row pool}. */
  static String kind(Block block) {
    return block
        .getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }

  private static String window(Window window) {
    String text = window.kernelHeight() + "×" + window.kernelWidth();
    if (window.strideHeight() > 1 || window.strideWidth() > 1) {
      text +=
          window.strideHeight() == window.strideWidth()
              ? ", stride " + window.strideHeight()
              : ", stride " + window.strideHeight() + "×" + window.strideWidth();
    }
    return window.dilationHeight() > 1 || window.dilationWidth() > 1
        ? text + ", dilation " + window.dilationHeight() + "×" + window.dilationWidth()
        : text;
  }

  private static final class Operator implements Layer.Cases<String> {
    @Override
    public String convolution(Layer.Convolution layer) {
      String channels = ", " + layer.inputChannels() + " → " + layer.outputChannels();
      if (layer.groups() > 1) {
        return layer.groupInputChannels() == 1
            ? "depthwise " + window(layer.window()) + channels
            : "conv " + window(layer.window()) + channels + ", " + layer.groups() + " groups";
      }
      return "conv " + window(layer.window()) + channels;
    }

    @Override
    public String pool(Layer.Pool layer) {
      return (layer.kind() == Layer.Pool.Kind.MAX ? "max pool " : "average pool ")
          + window(layer.window());
    }

    @Override
    public String globalAveragePool(Layer.GlobalAveragePool layer) {
      return "global average pool";
    }

    @Override
    public String add(Layer.Add layer) {
      return "add";
    }

    @Override
    public String addConstant(Layer.AddConstant layer) {
      return "add constant";
    }

    @Override
    public String lookup(Layer.Lookup layer) {
      return "table of 256 values";
    }

    @Override
    public String concat(Layer.Concat layer) {
      return "concatenate " + layer.axis().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String reframe(Layer.Reframe layer) {
      return "reframe (pad, slice)";
    }

    @Override
    public String gather(Layer.Gather layer) {
      return "choose channels";
    }

    @Override
    public String channelLookup(Layer.ChannelLookup layer) {
      return "tables of 256 values, one a channel";
    }
  }
}
