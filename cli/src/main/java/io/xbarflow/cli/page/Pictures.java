package io.xbarflow.cli.page;

import java.util.Locale;

/** Parts of pictures. */
final class Pictures {
  private Pictures() {}

  /** The hue of layer {@code number}: neighbours differ much. */
  static int hue(int number) {
    return (int) Math.round(number * 137.508 % 360);
  }

  static Element rectangle(double x, double y, double width, double height) {
    return Element.of("rect").with("x", x).with("y", y).with("width", width).with("height", height);
  }

  static Element text(double x, double y, String text) {
    return Element.of("text", text).with("x", x).with("y", y);
  }

  static String box(double x, double y, double width, double height) {
    return number(x) + " " + number(y) + " " + number(width) + " " + number(height);
  }

  static String move(double x, double y) {
    return "M" + number(x) + " " + number(y);
  }

  static String line(double x, double y) {
    return "L" + number(x) + " " + number(y);
  }

  static String horizontal(double x) {
    return "H" + number(x);
  }

  static String vertical(double y) {
    return "V" + number(y);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value).replaceFirst("\\.0$", "");
  }
}
