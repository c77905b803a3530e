package io.xbarflow.rtlgen.rtl;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.math.IntMath;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Ring;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.text.Comment;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Instances of activation memories and fetch units. */
final class FetchInstance {
  private FetchInstance() {}

  /**
   * The fetch unit of a core; {@code padValue} stands outside the map, {@code skip} is the order in
   * which the stream is repeated, if it is.
   */
  static Instance of(Fetch fetch, Link input, Optional<StreamOrder> skip, int padValue) {
    if (fetch.ring().isPresent()) {
      return ring(fetch, fetch.ring().get(), input, skip, padValue);
    }
    checkArgument(skip.isEmpty(), "%s: no ring to read again", input.name());
    if (fetch.lineBuffer()) {
      return lineBuffer(fetch, input);
    }
    return fetch.window().taps() > 1 ? wholeMap(fetch, input) : patches(fetch, input);
  }

  /**
   * The fetch unit of a core that needs the taps of a window in raster order, even when a window is
   * the whole map and the stream has another order.
   */
  static Instance ofRasterWindows(Fetch fetch, Link input, int padValue) {
    Shape map = fetch.input();
    return fetch.ring().isPresent() || fetch.window().taps() == 1 || fetch.order().raster()
        ? of(fetch, input, Optional.empty(), padValue)
        : direct(fetch, input, false, map, new Patch(map.height(), map.width()), 1, 1);
  }

  /** The memory of {@code block} between {@code input} and {@code output}. */
  static Instance reorder(Block.Reorder block, Link input, Link output, String name) {
    Ring ring = block.ring();
    checkArgument(ring.banks() == 1, "%s: %s banks", block.name(), ring.banks());
    Shape map = input.shape();
    int period = period(ring.classes(), output.order());
    int coordinateBits = BitWidths.unsigned(greatest(map, input.order(), output.order())) + 1;
    return Instance.of("reorder_memory", name)
        .comment(Comment.of("From %s to %s.", input.order(), output.order()))
        .parameter("LANES", input.lanes())
        .parameter("BEATS", input.beatsPerPixel())
        .parameter("MAP_HEIGHT", map.height())
        .parameter("MAP_WIDTH", map.width())
        .parameter("IN_PATCH_HEIGHT", input.order().patchHeight())
        .parameter("IN_PATCH_WIDTH", input.order().patchWidth())
        .parameter("OUT_PATCH_HEIGHT", output.order().patchHeight())
        .parameter("OUT_PATCH_WIDTH", output.order().patchWidth())
        .parameter("PERIOD", period)
        .parameter("SLOTS", slots(ring))
        .parameter("WORD_BITS", wordBits(ring, input))
        .parameter("PITCH", ring.pitchPixels())
        .parameter("CLASS_BITS", BitWidths.counter(ring.classes()))
        .parameter("COORDINATE_BITS", coordinateBits)
        .parameter("PLACE_BITS", placeBits(ring, map, coordinateBits))
        .clocked()
        .stream("in", input.name())
        .framed("out", output.name())
        .build();
  }

  private static Instance lineBuffer(Fetch fetch, Link input) {
    Window window = fetch.window();
    int rowWords = fetch.input().width() * input.beatsPerPixel();
    int greatest =
        Math.max(
            Math.max(fetch.input().height(), Math.max(window.kernelHeight(), window.kernelWidth())),
            Math.max(window.strideHeight(), window.strideWidth()));
    return Instance.of("line_buffer", "u_fetch")
        .parameter("CHANNELS", fetch.input().channels())
        .parameter("LANES", input.lanes())
        .parameter("BEATS", input.beatsPerPixel())
        .parameter("BEAT_BITS", BitWidths.counter(input.beatsPerPixel()))
        .parameter("MAP_HEIGHT", fetch.input().height())
        .parameter("ROW_WORDS", rowWords)
        .parameter("WORD_BITS", BitWidths.counter(rowWords))
        .parameter("KERNEL_HEIGHT", window.kernelHeight())
        .parameter("KERNEL_WIDTH", window.kernelWidth())
        .parameter("STRIDE_HEIGHT", window.strideHeight())
        .parameter("STRIDE_WIDTH", window.strideWidth())
        .parameter("COORDINATE_BITS", BitWidths.unsigned(greatest))
        .clocked()
        .stream("in", "in")
        .connect("window_valid", "window_valid")
        .connect("window_taken", "window_taken")
        .connect("window_data", "window_data")
        .build();
  }

  /** Every pixel, in the order of the stream. */
  private static Instance wholeMap(Fetch fetch, Link input) {
    return direct(fetch, input, true, fetch.output(), fetch.patch(), 1, 1);
  }

  private static Instance patches(Fetch fetch, Link input) {
    Window window = fetch.window();
    return direct(
        fetch,
        input,
        false,
        fetch.output(),
        fetch.patch(),
        window.strideHeight(),
        window.strideWidth());
  }

  private static Instance direct(
      Fetch fetch,
      Link input,
      boolean wholeMap,
      Shape output,
      Patch patch,
      int strideHeight,
      int strideWidth) {
    int pixels = wholeMap ? fetch.input().pixels() : patch.pixels();
    int greatest =
        Math.max(
            greatest(fetch.input(), fetch.order(), fetch.order()),
            Math.max(patch.height() * strideHeight, patch.width() * strideWidth));
    return Instance.of("direct_input", "u_fetch")
        .parameter("CHANNELS", fetch.input().channels())
        .parameter("LANES", input.lanes())
        .parameter("BEATS", input.beatsPerPixel())
        .parameter("BEAT_BITS", BitWidths.counter(input.beatsPerPixel()))
        .flag("WHOLE_MAP", wholeMap)
        .parameter("WINDOW_PIXELS", pixels)
        .parameter("PIXEL_BITS", BitWidths.counter(pixels))
        .parameter("MAP_HEIGHT", fetch.input().height())
        .parameter("MAP_WIDTH", fetch.input().width())
        .parameter("ORDER_HEIGHT", fetch.order().patchHeight())
        .parameter("ORDER_WIDTH", fetch.order().patchWidth())
        .parameter("OUT_HEIGHT", output.height())
        .parameter("OUT_WIDTH", output.width())
        .parameter("PATCH_HEIGHT", patch.height())
        .parameter("PATCH_WIDTH", patch.width())
        .parameter("STRIDE_HEIGHT", strideHeight)
        .parameter("STRIDE_WIDTH", strideWidth)
        .parameter("COORDINATE_BITS", BitWidths.unsigned(greatest))
        .clocked()
        .stream("in", "in")
        .connect("window_valid", "window_valid")
        .connect("window_taken", "window_taken")
        .connect("window_data", "window_data")
        .build();
  }

  private static Instance ring(
      Fetch fetch, Ring ring, Link input, Optional<StreamOrder> skip, int padValue) {
    Window reads = fetch.reads();
    int coordinateBits = coordinateBits(fetch, skip.orElse(StreamOrder.RASTER));
    Instance.Builder builder =
        Instance.of(WindowFetchView.of(skip.isPresent()).module(), "u_fetch")
            .parameter("CHANNELS", fetch.input().channels())
            .parameter("LANES", input.lanes())
            .parameter("BEATS", input.beatsPerPixel())
            .parameter("MAP_HEIGHT", fetch.input().height())
            .parameter("MAP_WIDTH", fetch.input().width())
            .parameter("ORDER_HEIGHT", fetch.order().patchHeight())
            .parameter("ORDER_WIDTH", fetch.order().patchWidth());
    skip.ifPresent(
        order ->
            builder
                .parameter("SKIP_HEIGHT", order.patchHeight())
                .parameter("SKIP_WIDTH", order.patchWidth())
                .parameter("SKIP_PERIOD", period(ring.classes(), order)));
    builder
        .parameter("OUT_HEIGHT", fetch.patch().down(fetch.output()))
        .parameter("OUT_WIDTH", fetch.patch().across(fetch.output()))
        .parameter("KERNEL_HEIGHT", reads.kernelHeight())
        .parameter("KERNEL_WIDTH", reads.kernelWidth())
        .parameter("STRIDE_HEIGHT", reads.strideHeight())
        .parameter("STRIDE_WIDTH", reads.strideWidth())
        .parameter("DILATION_HEIGHT", reads.dilationHeight())
        .parameter("DILATION_WIDTH", reads.dilationWidth())
        .parameter("PAD_TOP", reads.padTop())
        .parameter("PAD_LEFT", reads.padLeft())
        .parameter("PAD_VALUE", String.format(Locale.ROOT, "8'h%02x", padValue & 0xff))
        .flag("WHOLE_ROWS", ring.memory() == ActivationMemoryPolicy.ROWS)
        .flag("WHOLE_MAPS", ring.memory() == ActivationMemoryPolicy.FRAME)
        .parameter("BANKS", ring.banks())
        .parameter("BANK_BITS", BitWidths.counter(ring.banks()))
        .parameter("SLOTS", slots(ring))
        .parameter("WORD_BITS", wordBits(ring, input))
        .parameter("PITCH", ring.pitchPixels())
        .parameter("CLASS_BITS", BitWidths.counter(ring.classes()))
        .parameter("COORDINATE_BITS", coordinateBits)
        .parameter("PLACE_BITS", placeBits(ring, fetch.input(), coordinateBits))
        .clocked()
        .stream("in", "in");
    if (skip.isPresent()) {
      builder.framed("skip", "skip");
    }
    return builder
        .connect("window_valid", "window_valid")
        .connect("window_taken", "window_taken")
        .connect("window_data", "window_data")
        .build();
  }

  /** Rows after which both the class and the row in a patch of {@code order} repeat. */
  private static int period(int classes, StreamOrder order) {
    return classes / IntMath.gcd(classes, order.patchHeight()) * order.patchHeight();
  }

  /** Places per bank of every class, the first class lowest. */
  private static String slots(Ring ring) {
    if (ring.classes() == 1) {
      return Integer.toString(ring.depthPixels().get(0) / ring.banks());
    }
    return ring.depthPixels().reverse().stream()
        .map(depth -> "32'd" + depth / ring.banks())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static int wordBits(Ring ring, Link input) {
    int deepest = ring.depthPixels().stream().mapToInt(Integer::intValue).max().orElseThrow();
    return BitWidths.counter((long) deepest / ring.banks() * input.beatsPerPixel());
  }

  /** Signed bits that tell places apart which are twice an image and a ring from each other. */
  private static int placeBits(Ring ring, Shape map, int coordinateBits) {
    int deepest = ring.depthPixels().stream().mapToInt(Integer::intValue).max().orElseThrow();
    int rows = IntMath.divide(map.height(), ring.classes(), RoundingMode.CEILING);
    long imagePlaces = (long) rows * ring.pitchPixels();
    return Math.max(coordinateBits + 1, BitWidths.unsigned(2L * (imagePlaces + deepest)) + 1);
  }

  /** The greatest of the numbers that describe two orders of a map. */
  private static int greatest(Shape map, StreamOrder first, StreamOrder second) {
    int side = Math.max(map.height(), map.width());
    int widths = Math.max(first.patchWidth(), second.patchWidth());
    return Math.max(Math.max(side, widths), period(first.patchHeight(), second));
  }

  /** Signed bits that hold every row and column, in the map and in the padding. */
  static int coordinateBits(Fetch fetch) {
    return coordinateBits(fetch, StreamOrder.RASTER);
  }

  private static int coordinateBits(Fetch fetch, StreamOrder skip) {
    Window reads = fetch.reads();
    int rows =
        Math.max(fetch.input().height(), fetch.patch().down(fetch.output()) * reads.strideHeight())
            + reads.strideHeight()
            + reads.extentHeight()
            + reads.padTop();
    int columns =
        Math.max(fetch.input().width(), fetch.patch().across(fetch.output()) * reads.strideWidth())
            + reads.strideWidth()
            + reads.extentWidth()
            + reads.padLeft();
    int orders = greatest(fetch.input(), fetch.order(), skip);
    return BitWidths.unsigned(Math.max(Math.max(rows, columns), orders)) + 1;
  }
}
