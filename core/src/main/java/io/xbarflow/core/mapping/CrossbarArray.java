package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.common.collect.ImmutableList;

/**
 * The macros of one core: whole copies of the layer's {@link Tiling}, which take the patches of an
 * image in turn, the first patch on the first copy.
 *
 * @param core what the macros are
 * @param copies arrays with the same weights
 * @param ranges for every row tile and output channel the greatest magnitude that the sum of (input
 *     - zero point) times weight reached in calibration; empty where nothing was calibrated
 * @param places of the macros: copy by copy, diagonal block by block, row tile by row tile
 */
public record CrossbarArray(
    CoreUse core,
    int copies,
    ImmutableList<ImmutableList<Integer>> ranges,
    ImmutableList<Place> places) {

  /** Checks that every copy has as many places. */
  public CrossbarArray {
    ranges = ranges.stream().map(ImmutableList::copyOf).collect(ImmutableList.toImmutableList());
    places = ImmutableList.copyOf(places);
    for (ImmutableList<Integer> row : ranges) {
      for (int range : row) {
        checkArgument(range >= 0, "range %s", range);
      }
    }
    checkArgument(copies > 0, "%s copies", copies);
    checkArgument(
        !places.isEmpty() && places.size() % copies == 0,
        "%s places for %s copies",
        places.size(),
        copies);
  }

  /** The same of other macros. */
  public CrossbarArray withCore(CoreUse other) {
    return new CrossbarArray(other, copies, ranges, places);
  }

  /** The same, its columns reaching {@code reached}. */
  public CrossbarArray withRanges(ImmutableList<ImmutableList<Integer>> reached) {
    return new CrossbarArray(core, copies, reached, places);
  }

  /** Whether there is a range for each of {@code channels} of each of {@code rowTiles}. */
  public boolean hasRanges(int rowTiles, int channels) {
    return ranges.size() == rowTiles && ranges.stream().allMatch(row -> row.size() == channels);
  }

  /** Macros used. */
  @JsonIgnore
  public int macros() {
    return places.size();
  }
}
