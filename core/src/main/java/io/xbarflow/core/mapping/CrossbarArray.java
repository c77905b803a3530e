package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.common.collect.ImmutableList;

/**
 * The macros of one core: whole copies of the layer's {@link Tiling}, which take the patches of an
 * image in turn, the first patch on the first copy.
 *
 * @param copies arrays with the same weights
 * @param places of the macros: copy by copy, diagonal block by block, row tile by row tile
 */
public record CrossbarArray(int copies, ImmutableList<Place> places) {

  /** Checks that every copy has as many places. */
  public CrossbarArray {
    places = ImmutableList.copyOf(places);
    checkArgument(copies > 0, "%s copies", copies);
    checkArgument(
        !places.isEmpty() && places.size() % copies == 0,
        "%s places for %s copies",
        places.size(),
        copies);
  }

  /** Macros used. */
  @JsonIgnore
  public int macros() {
    return places.size();
  }
}
