package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.onnx.Value.Stream;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** Makes {@link Layer.Reframe} layers for Pad, Slice and Split, and does without where it can. */
final class Framing {
  private Framing() {}

  /**
   * The map that {@code frame}, whose tensors are not named yet, makes of {@code input}: the input
   * itself, one Reframe for this and the one before it, or a new Reframe.
   */
  static Stream apply(
      Assembly assembly, Stream input, View view, String output, Layer.Reframe frame) {
    if (frame.firstRow() == 0
        && frame.firstColumn() == 0
        && frame.rowStep() == 1
        && frame.columnStep() == 1
        && view.shape().equals(input.view().shape())) {
      return input.withView(view);
    }
    Optional<Layer.Reframe> before =
        assembly
            .producer(input)
            .filter(Layer.Reframe.class::isInstance)
            .map(Layer.Reframe.class::cast)
            .filter(
                earlier ->
                    isInside(frame, view, input.view().shape())
                        || (earlier.fill() == frame.fill()
                            && keepsAll(earlier, input.view().shape(), assembly)));
    String from = before.map(Layer.Reframe::input).orElse(input.tensor());
    Layer.Reframe joined = before.map(earlier -> behind(earlier, frame)).orElse(frame);
    requireFrame(joined, assembly.shape(from), view.shape());
    return assembly.emitAs(
        frame.name(),
        (name, tensor, to, min, max) ->
            new Layer.Reframe(
                name,
                from,
                tensor,
                joined.firstRow(),
                joined.firstColumn(),
                joined.rowStep(),
                joined.columnStep(),
                joined.fill()),
        view,
        output,
        assembly.quantisation(input));
  }

  /**
   * Refuses what is not within the limits: the smallest map that holds {@code from} and {@code to}.
   */
  private static void requireFrame(Layer.Reframe frame, Shape from, Shape to) {
    Limits.map(
        "node " + frame.name(),
        from.channels(),
        extent(frame.firstRow(), frame.rowStep(), from.height(), to.height()),
        extent(frame.firstColumn(), frame.columnStep(), from.width(), to.width()));
  }

  private static long extent(int first, int step, int from, int to) {
    return Math.max(from, first + (to - 1L) * step + 1) - Math.min(0, first);
  }

  /** A frame for a layer called {@code layer}, without tensors. */
  static Layer.Reframe frame(
      String layer, int firstRow, int firstColumn, int rowStep, int columnStep, int fill) {
    return new Layer.Reframe(layer, "", "", firstRow, firstColumn, rowStep, columnStep, fill);
  }

  /** Whether {@code frame} takes all its pixels from {@code input}. */
  private static boolean isInside(Layer.Reframe frame, View view, Shape input) {
    Shape shape = view.shape();
    return frame.firstRow() >= 0
        && frame.firstColumn() >= 0
        && frame.firstRow() + (shape.height() - 1) * frame.rowStep() < input.height()
        && frame.firstColumn() + (shape.width() - 1) * frame.columnStep() < input.width();
  }

  /** Whether {@code frame}, which gives a map of {@code output}, drops no pixel. */
  private static boolean keepsAll(Layer.Reframe frame, Shape output, Assembly assembly) {
    Shape input = assembly.shape(frame.input());
    return frame.rowStep() == 1
        && frame.columnStep() == 1
        && frame.firstRow() <= 0
        && frame.firstColumn() <= 0
        && frame.firstRow() + output.height() >= input.height()
        && frame.firstColumn() + output.width() >= input.width();
  }

  private static Layer.Reframe behind(Layer.Reframe earlier, Layer.Reframe frame) {
    return frame(
        frame.name(),
        earlier.firstRow() + frame.firstRow() * earlier.rowStep(),
        earlier.firstColumn() + frame.firstColumn() * earlier.columnStep(),
        earlier.rowStep() * frame.rowStep(),
        earlier.columnStep() * frame.columnStep(),
        earlier.fill());
  }

  /**
   * A stream and the window over it.
   *
   * @param stream the map that the layer reads
   * @param window its window
   */
  record Windowed(Stream stream, Window window) {}

  /**
   * {@code window} over {@code input}, or, where {@code input} is a map that was padded with a
   * value that {@code fill} accepts, a window with that padding over the map before it.
   *
   * @param fits whether a layer can have the window over a map of the shape
   */
  static Windowed withoutPadding(
      Assembly assembly, Stream input, Window window, IntPredicate fill, Predicate<Windowed> fits) {
    Windowed plain = new Windowed(input, window);
    Layer producer = assembly.producer(input).orElse(null);
    if (!(producer instanceof Layer.Reframe frame)
        || frame.rowStep() != 1
        || frame.columnStep() != 1
        || !fill.test(frame.fill())) {
      return plain;
    }
    Shape padded = input.view().shape();
    Shape map = assembly.shape(frame.input());
    int top = Math.max(0, -frame.firstRow());
    int left = Math.max(0, -frame.firstColumn());
    int bottom = Math.max(0, frame.firstRow() + padded.height() - map.height());
    int right = Math.max(0, frame.firstColumn() + padded.width() - map.width());
    if (top + left + bottom + right == 0
        || top + bottom >= padded.height()
        || left + right >= padded.width()) {
      return plain;
    }
    Shape inner =
        new Shape(padded.channels(), padded.height() - top - bottom, padded.width() - left - right);
    Window wider =
        new Window(
            window.kernelHeight(),
            window.kernelWidth(),
            window.strideHeight(),
            window.strideWidth(),
            window.padTop() + top,
            window.padLeft() + left,
            window.padBottom() + bottom,
            window.padRight() + right,
            window.dilationHeight(),
            window.dilationWidth());
    View view = View.ofMap(inner, input.view().dims().size());
    Stream before = new Stream(frame.input(), View.ofMap(map, view.dims().size()), false);
    if (!fits.test(new Windowed(before.withView(view), wider))) {
      return plain;
    }
    Layer.Reframe crop =
        frame(
            frame.name() + "_crop",
            Math.max(0, frame.firstRow()),
            Math.max(0, frame.firstColumn()),
            1,
            1,
            frame.fill());
    return new Windowed(
        apply(assembly, before, view, input.tensor() + "_without_padding", crop), wider);
  }

  /**
   * Whether the pipeline can have a window of {@code windowed}: padding smaller than the kernel,
   * and in every position some tap inside the map.
   */
  static boolean fits(Windowed windowed) {
    Window window = windowed.window();
    Shape map = windowed.stream().view().shape();
    return window.padTop() < window.kernelHeight()
        && window.padBottom() < window.kernelHeight()
        && window.padLeft() < window.kernelWidth()
        && window.padRight() < window.kernelWidth()
        && WindowAttributes.tapsInside(window, map);
  }
}
