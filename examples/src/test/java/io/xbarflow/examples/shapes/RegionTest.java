package io.xbarflow.examples.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Distances from the borders of shapes. */
final class RegionTest {
  /** A square with corners (0, 0) and (2, 2). */
  private static final Region SQUARE =
      new Region.Polygon(ImmutableList.of(0.0, 0.0, 2.0, 0.0, 2.0, 2.0, 0.0, 2.0));

  @ParameterizedTest
  @CsvSource({
    "1, 1, -1", // the middle
    "0.25, 1, -0.25", // near the left side
    "3, 1, 1", // to the right of the right side
    "5, 6, 5", // beyond a corner: 3, 4, 5
    "1, -0.5, 0.5",
    "-3, -4, 5"
  })
  void polygon(double x, double y, double expected) {
    assertEquals(expected, SQUARE.distance(x, y), 1e-12);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, -2", "3, 4, 3", "0, -1, -1"})
  void disc(double x, double y, double expected) {
    assertEquals(expected, Region.disc(0, 0, 2).distance(x, y), 1e-12);
  }

  @Test
  void aHoleAndACut() {
    Region ring = Region.disc(0, 0, 2).without(Region.disc(0, 0, 1));
    assertEquals(1, ring.distance(0, 0), 1e-12);
    assertEquals(-0.5, ring.distance(1.5, 0), 1e-12);
    Region half = Region.disc(0, 0, 2).and(Region.above(0));
    assertEquals(-0.5, half.distance(0, 0.5), 1e-12);
    assertEquals(0.5, half.distance(0, -0.5), 1e-12);
  }

  @Test
  void cornersOfAStarAreWhereItIsToldToHaveThem() {
    Region star = Region.star(5, 0.4);
    assertEquals(0, star.distance(0, 1), 1e-12);
    assertEquals(0, star.distance(0, -0.4), 1e-12);
    assertTrue(star.distance(0, -0.5) > 0);
    // The middle of a side is as far from the centre as the circle inside.
    assertEquals(0, Region.regular(4).distance(0.5, 0.5), 1e-12);
    assertEquals(-StrictMath.sqrt(0.5), Region.regular(4).distance(0, 0), 1e-12);
  }

  @ParameterizedTest
  @EnumSource(ShapeClass.class)
  void everyClassReachesAboutOneAndNoFurther(ShapeClass shape) {
    double furthest = 0;
    for (int i = 0; i < 160_000; i++) {
      int row = i / 400;
      int column = i % 400;
      double x = ((column + 0.5) / 200) - 1;
      double y = ((row + 0.5) / 200) - 1;
      if (shape.region().distance(1.5 * x, 1.5 * y) < 0) {
        furthest = Math.max(furthest, 1.5 * Math.sqrt((x * x) + (y * y)));
      }
    }
    assertTrue(furthest > 0.9 && furthest < 1.15, shape + " reaches " + furthest);
  }
}
