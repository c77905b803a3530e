package io.xbarflow.rtlgen.rtl;

import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.network.Window;

/** The instance of a fetch unit. */
final class FetchInstance {
  private FetchInstance() {}

  /** The fetch unit of a core; {@code padValue} stands outside the map. */
  static Instance of(Fetch fetch, Link input, boolean skip, int padValue) {
    return fetch.kind() == Fetch.Kind.DIRECT
        ? direct(fetch, input)
        : ring(fetch, input, skip, padValue);
  }

  private static Instance direct(Fetch fetch, Link input) {
    Window window = fetch.window();
    return Instance.of("direct_input", "u_fetch")
        .parameter("CHANNELS", fetch.input().channels())
        .parameter("LANES", input.lanes())
        .parameter("BEATS", input.beatsPerPixel())
        .parameter("BEAT_BITS", BitWidths.counter(input.beatsPerPixel()))
        .parameter("WINDOW_PIXELS", window.taps())
        .parameter("PIXEL_BITS", BitWidths.counter(window.taps()))
        .parameter("MAP_HEIGHT", fetch.input().height())
        .parameter("MAP_WIDTH", fetch.input().width())
        .parameter("OUT_HEIGHT", fetch.output().height())
        .parameter("OUT_WIDTH", fetch.output().width())
        .parameter("STRIDE_HEIGHT", window.strideHeight())
        .parameter("STRIDE_WIDTH", window.strideWidth())
        .clocked()
        .stream("in", "in")
        .connect("window_valid", "window_valid")
        .connect("window_taken", "window_taken")
        .connect("window_data", "window_data")
        .build();
  }

  private static Instance ring(Fetch fetch, Link input, boolean skip, int padValue) {
    Window window = fetch.window();
    int slots = fetch.depthPixels() / fetch.banks();
    int words = slots * input.beatsPerPixel();
    int coordinateBits = coordinateBits(fetch);
    int imagePlaces = fetch.input().height() * fetch.pitchPixels();
    int placeBits =
        Math.max(
            coordinateBits + 1,
            BitWidths.unsigned(2L * (imagePlaces + fetch.depthPixels())) + 1);
    Instance.Builder builder =
        Instance.of(WindowFetchView.of(skip).module(), "u_fetch")
            .parameter("CHANNELS", fetch.input().channels())
            .parameter("LANES", input.lanes())
            .parameter("BEATS", input.beatsPerPixel())
            .parameter("MAP_HEIGHT", fetch.input().height())
            .parameter("MAP_WIDTH", fetch.input().width())
            .parameter("OUT_HEIGHT", fetch.output().height())
            .parameter("OUT_WIDTH", fetch.output().width())
            .parameter("KERNEL_HEIGHT", window.kernelHeight())
            .parameter("KERNEL_WIDTH", window.kernelWidth())
            .parameter("STRIDE_HEIGHT", window.strideHeight())
            .parameter("STRIDE_WIDTH", window.strideWidth())
            .parameter("DILATION_HEIGHT", window.dilationHeight())
            .parameter("DILATION_WIDTH", window.dilationWidth())
            .parameter("PAD_TOP", window.padTop())
            .parameter("PAD_LEFT", window.padLeft())
            .parameter("PAD_VALUE", String.format("8'h%02x", padValue & 0xff))
            .parameter("BANKS", fetch.banks())
            .parameter("BANK_BITS", BitWidths.counter(fetch.banks()))
            .parameter("SLOTS", slots)
            .parameter("WORD_BITS", BitWidths.counter(words))
            .parameter("PITCH", fetch.pitchPixels())
            .parameter("COORDINATE_BITS", coordinateBits)
            .parameter("PLACE_BITS", placeBits)
            .clocked()
            .stream("in", "in");
    if (skip) {
      builder.framed("skip", "skip");
    }
    return builder
        .connect("window_valid", "window_valid")
        .connect("window_taken", "window_taken")
        .connect("window_data", "window_data")
        .build();
  }

  /** Signed bits that hold every row and column, in the map and in the padding. */
  static int coordinateBits(Fetch fetch) {
    Window window = fetch.window();
    int rows =
        Math.max(fetch.input().height(), fetch.output().height() * window.strideHeight())
            + window.strideHeight()
            + window.extentHeight()
            + window.padTop();
    int columns =
        Math.max(fetch.input().width(), fetch.output().width() * window.strideWidth())
            + window.strideWidth()
            + window.extentWidth()
            + window.padLeft();
    return BitWidths.unsigned(Math.max(rows, columns)) + 1;
  }
}
