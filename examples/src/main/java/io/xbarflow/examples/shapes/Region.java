package io.xbarflow.examples.shapes;

import com.google.common.collect.ImmutableList;

/** A part of the plane, by its signed distance: negative inside, 0 on the border. */
interface Region {

  /** Distance of point (x, y) from the border, negative inside; beyond corners perhaps less. */
  double distance(double x, double y);

  /** A disc of radius {@code radius} around (x, y). */
  static Region disc(double centreX, double centreY, double radius) {
    return (x, y) -> length(x - centreX, y - centreY) - radius;
  }

  /** The points above the horizontal line at {@code height}. */
  static Region above(double height) {
    return (x, y) -> height - y;
  }

  /** A regular polygon with its corners on the circle of radius 1, the first one at the top. */
  static Region regular(int corners) {
    return star(corners, StrictMath.cos(Math.PI / corners));
  }

  /**
   * A star with its tips on the circle of radius 1, the first one at the top, and the corners
   * between them {@code inner} from the centre.
   */
  static Region star(int tips, double inner) {
    ImmutableList.Builder<Double> points = ImmutableList.builder();
    for (int corner = 0; corner < 2 * tips; corner++) {
      double angle = Math.PI * corner / tips;
      double radius = corner % 2 == 1 ? inner : 1;
      points.add(radius * StrictMath.sin(angle)).add(radius * StrictMath.cos(angle));
    }
    return new Polygon(points.build());
  }

  /** The points of this region that are not in {@code other}. */
  default Region without(Region other) {
    return (x, y) -> Math.max(distance(x, y), -other.distance(x, y));
  }

  /** The points of both regions. */
  default Region and(Region other) {
    return (x, y) -> Math.max(distance(x, y), other.distance(x, y));
  }

  private static double length(double x, double y) {
    return Math.sqrt((x * x) + (y * y));
  }

  /**
   * The inside of a closed line.
   *
   * @param points x and y of every corner in turn
   */
  record Polygon(ImmutableList<Double> points) implements Region {
    @Override
    public double distance(double x, double y) {
      double nearest = Double.MAX_VALUE;
      boolean inside = false;
      int corners = points.size() / 2;
      for (int corner = 0; corner < corners; corner++) {
        int next = (corner + 1) % corners;
        double startX = points.get(2 * corner);
        double startY = points.get((2 * corner) + 1);
        double sideX = points.get(2 * next) - startX;
        double sideY = points.get((2 * next) + 1) - startY;
        double along =
            (((x - startX) * sideX) + ((y - startY) * sideY)) / ((sideX * sideX) + (sideY * sideY));
        double foot = Math.max(0, Math.min(1, along));
        nearest =
            Math.min(nearest, length(x - startX - (foot * sideX), y - startY - (foot * sideY)));
        // A line to the right crosses the border an odd number of times from inside.
        boolean crosses = (startY > y) != (startY + sideY > y);
        if (crosses && x < startX + ((y - startY) / sideY * sideX)) {
          inside = !inside;
        }
      }
      return inside ? -nearest : nearest;
    }
  }
}
