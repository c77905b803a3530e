package io.xbarflow.examples.shapes;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;

/**
 * The ten classes of shapes. Each reaches about 1 from its centre; the number of a class is its
 * place here.
 */
public enum ShapeClass {
  /** A disc. */
  CIRCLE(Region.disc(0, 0, 0.95)),
  /** A disc with a round hole. */
  RING(Region.disc(0, 0, 1).without(Region.disc(0, 0, 0.55))),
  /** Half a disc. */
  SEMICIRCLE(Region.disc(0, -0.4, 1.05).and(Region.above(-0.4))),
  /** A disc that another one covers in part. */
  CRESCENT(Region.disc(0, 0, 1).without(Region.disc(0.55, 0, 0.75))),
  /** Three equal sides. */
  TRIANGLE(Region.regular(3)),
  /** Four equal sides. */
  SQUARE(Region.regular(4)),
  /** Five equal sides. */
  PENTAGON(Region.regular(5)),
  /** Two bars across each other. */
  CROSS(
      polygon(
          1, 0.33, 0.33, 0.33, 0.33, 1, -0.33, 1, -0.33, 0.33, -1, 0.33, -1, -0.33, -0.33, -0.33,
          -0.33, -1, 0.33, -1, 0.33, -0.33, 1, -0.33)),
  /** Five tips. */
  STAR(Region.star(5, 0.42)),
  /** A triangle at the end of a bar. */
  ARROW(polygon(1, 0, 0.1, 0.85, 0.1, 0.3, -1, 0.3, -1, -0.3, 0.1, -0.3, 0.1, -0.85));

  private final Region region;

  ShapeClass(Region region) {
    this.region = region;
  }

  private static Region polygon(double... points) {
    return new Region.Polygon(
        Arrays.stream(points).boxed().collect(ImmutableList.toImmutableList()));
  }

  /** Where the shape is, with its centre at 0 and its size 1. */
  Region region() {
    return region;
  }

  /** What people call it. */
  public String label() {
    return Ascii.toLowerCase(name());
  }
}
