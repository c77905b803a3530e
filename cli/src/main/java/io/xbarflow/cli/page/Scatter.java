package io.xbarflow.cli.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Points of a sweep in a plane.
 *
 * @param points the points, by whose places the script finds them; those without a value on an axis
 *     are left out
 * @param across what goes from left to right
 * @param up what goes from bottom to top
 */
record Scatter(List<ExplorePage.Tried> points, Axis across, Axis up) {
  private static final double WIDTH = 560;
  private static final double HEIGHT = 330;
  private static final double LEFT = 74;
  private static final double RIGHT = 14;
  private static final double TOP = 14;
  private static final double BOTTOM = 46;

  /**
   * One axis.
   *
   * @param name what it shows, with its unit
   * @param logarithmic whether it is logarithmic
   * @param value of a point; not a number where it has none
   */
  record Axis(String name, boolean logarithmic, ToDoubleFunction<ExplorePage.Tried> value) {
    private double scaled(double value) {
      return logarithmic ? Math.log10(Math.max(value, 1e-9)) : value;
    }
  }

  /** An axis with its ends, as the points have them. */
  private record Span(Axis axis, double low, double high) {
    static Span of(Axis axis, List<ExplorePage.Tried> points) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (ExplorePage.Tried point : points) {
        double at = axis.scaled(axis.value().applyAsDouble(point));
        if (Double.isNaN(at)) {
          continue;
        }
        low = Math.min(low, at);
        high = Math.max(high, at);
      }
      double room = high > low ? 0.04 * (high - low) : axis.logarithmic() ? 0.2 : 1;
      return new Span(axis, low - room, high + room);
    }

    double share(double value) {
      return (axis.scaled(value) - low) / (high - low);
    }

    /** Round values along the axis. */
    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      if (!axis.logarithmic()) {
        double step = step((high - low) / 6);
        for (double at = Math.ceil(low / step) * step; at <= high; at += step) {
          ticks.add(at);
        }
        return ticks;
      }
      int[] factors = high - low > 2.5 ? new int[] {1} : new int[] {1, 2, 5};
      for (int power = (int) Math.floor(low); power <= high; power++) {
        for (int factor : factors) {
          double at = factor * Math.pow(10, power);
          if (Math.log10(at) >= low && Math.log10(at) <= high) {
            ticks.add(at);
          }
        }
      }
      if (ticks.size() > 1) {
        return ticks;
      }
      // Less than an octave: round steps do.
      ticks.clear();
      double first = Math.pow(10, low);
      double last = Math.pow(10, high);
      double step = step((last - first) / 5);
      for (double at = Math.ceil(first / step) * step; at <= last; at += step) {
        ticks.add(at);
      }
      return ticks;
    }

    private static double step(double least) {
      double power = Math.pow(10, Math.floor(Math.log10(least)));
      for (int factor : new int[] {1, 2, 5}) {
        if (factor * power >= least) {
          return factor * power;
        }
      }
      return 10 * power;
    }
  }

  /** The picture. */
  Element picture() {
    Element svg =
        Element.of("svg")
            .with("width", WIDTH)
            .with("height", HEIGHT)
            .with("viewBox", Pictures.box(0, 0, WIDTH, HEIGHT))
            .with("role", "img")
            .with("aria-label", up.name() + " against " + across.name());
    Span horizontal = Span.of(across, points);
    Span vertical = Span.of(up, points);
    for (double tick : horizontal.ticks()) {
      double x = x(horizontal, tick);
      svg.add(
          Element.of("path")
              .with("d", Pictures.move(x, TOP) + Pictures.vertical(HEIGHT - BOTTOM))
              .styled("grid"));
      svg.add(Pictures.text(x, HEIGHT - BOTTOM + 16, label(tick)).styled("axis middle"));
    }
    for (double tick : vertical.ticks()) {
      double y = y(vertical, tick);
      svg.add(
          Element.of("path")
              .with("d", Pictures.move(LEFT, y) + Pictures.horizontal(WIDTH - RIGHT))
              .styled("grid"));
      svg.add(Pictures.text(LEFT - 8, y + 4, label(tick)).styled("axis right"));
    }
    svg.add(Pictures.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, across.name()).styled("middle"));
    svg.add(
        Pictures.text(0, 0, up.name())
            .styled("middle")
            .with("transform", "translate(13 " + (TOP + HEIGHT - BOTTOM) / 2 + ") rotate(-90)"));
    for (int i = 0; i < points.size(); i++) {
      ExplorePage.Tried point = points.get(i);
      double x = x(horizontal, across.value().applyAsDouble(point));
      double y = y(vertical, up.value().applyAsDouble(point));
      if (Double.isNaN(x) || Double.isNaN(y)) {
        continue;
      }
      svg.add(
          Element.of("circle")
              .with("cx", x)
              .with("cy", y)
              .with("r", point.front() ? 4.5 : 3)
              .with("data-point", i)
              .styled(point.front() ? "point front" : "point"));
    }
    return svg;
  }

  private static double x(Span span, double value) {
    return LEFT + span.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private static double y(Span span, double value) {
    return HEIGHT - BOTTOM - span.share(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static String label(double value) {
    if (value >= 1e6) {
      return Words.significant(value / 1e6) + " M";
    }
    return value >= 1e4
        ? Words.significant(value / 1e3) + " k"
        : String.format(Locale.ROOT, "%.3f", value).replaceFirst("\\.?0+$", "");
  }
}
