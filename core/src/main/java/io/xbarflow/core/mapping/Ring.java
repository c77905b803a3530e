package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;

/**
 * An activation memory. Rows of the map belong to classes: row y is in class {@code y mod classes},
 * and every class is a ring of its own, so that a stream of patches with as many rows as there are
 * classes writes each class in raster order.
 *
 * <p>The pixel in column x of a class's row Y (counted over all images) has place {@code (Y *
 * pitchPixels + x) mod depthPixels[class]} and stands in bank {@code place mod banks} of its class,
 * so that the rows of a window are read at once.
 *
 * @param memory when pixels may be read and overwritten
 * @param banks memories read side by side in each class
 * @param pitchPixels places from a pixel to the one below it in its class
 * @param depthPixels places of each class, multiples of {@code banks}
 */
public record Ring(
    ActivationMemoryPolicy memory, int banks, int pitchPixels, ImmutableList<Integer> depthPixels) {

  /** Most pixels of a ring. */
  public static final int MOST_PIXELS = 1 << 24;

  /** Most banks of a class. */
  public static final int MOST_BANKS = 1 << 16;

  /** Checks the depths. */
  public Ring {
    depthPixels = ImmutableList.copyOf(depthPixels);
    checkArgument(banks > 0 && banks <= MOST_BANKS, "%s banks", banks);
    checkArgument(pitchPixels > 0 && pitchPixels <= MOST_PIXELS, "pitch %s", pitchPixels);
    checkArgument(!depthPixels.isEmpty(), "no depth");
    long pixels = 0;
    for (int depth : depthPixels) {
      checkArgument(
          depth > 0 && depth % banks == 0, "depth %s is not a multiple of %s banks", depth, banks);
      pixels += depth;
      checkArgument(pixels <= MOST_PIXELS, "more than %s pixels", MOST_PIXELS);
    }
  }

  /** Classes of rows. */
  @JsonIgnore
  public int classes() {
    return depthPixels.size();
  }

  /** Places of all classes. */
  @JsonIgnore
  public int pixels() {
    return depthPixels.stream().mapToInt(Integer::intValue).sum();
  }

  /** Rows of class {@code rowClass} in a map of {@code height} rows. */
  public int rows(int rowClass, int height) {
    return (height - rowClass + classes() - 1) / classes();
  }

  /** The same ring with other depths. */
  public Ring withDepths(ImmutableList<Integer> depths) {
    return new Ring(memory, banks, pitchPixels, depths);
  }

  /** The same ring with {@code slots} places in each bank of class {@code rowClass}. */
  public Ring withSlots(int rowClass, int slots) {
    ImmutableList.Builder<Integer> depths = ImmutableList.builder();
    for (int each = 0; each < classes(); each++) {
      depths.add(each == rowClass ? slots * banks : depthPixels.get(each));
    }
    return withDepths(depths.build());
  }
}
