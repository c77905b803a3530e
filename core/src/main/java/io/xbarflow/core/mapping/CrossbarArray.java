package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.common.collect.ImmutableList;
import com.google.common.math.IntMath;
import java.math.RoundingMode;

/**
 * The macros of one core. Row {@code (i * kernelWidth + j) * channels + c} of the unrolled weight
 * matrix is tap (i, j) of input channel c; column o is output channel o. Tile (r, c) holds rows
 * from {@code r * macroRows} and columns from {@code c * macroColumns}.
 *
 * @param rows rows of the unrolled weight matrix
 * @param columns columns of the unrolled weight matrix
 * @param macroRows rows of one macro
 * @param macroColumns columns of one macro
 * @param columnBits bits of a signed column sum of one macro
 * @param patchHeight output rows per MVM
 * @param patchWidth output columns per MVM
 * @param copies macros with the same weights
 * @param places of the tiles, row tile by row tile
 */
public record CrossbarArray(
    int rows,
    int columns,
    int macroRows,
    int macroColumns,
    int columnBits,
    int patchHeight,
    int patchWidth,
    int copies,
    ImmutableList<Place> places) {

  /** Checks that the places are as many as the tiles. */
  public CrossbarArray {
    places = ImmutableList.copyOf(places);
    checkArgument(
        patchHeight == 1 && patchWidth == 1 && copies == 1,
        "patch %sx%s with %s copies: only 1x1 with 1 copy is built",
        patchHeight,
        patchWidth,
        copies);
    int tiles =
        IntMath.divide(rows, macroRows, RoundingMode.CEILING)
            * IntMath.divide(columns, macroColumns, RoundingMode.CEILING);
    checkArgument(places.size() == tiles, "%s places for %s tiles", places.size(), tiles);
  }

  /** Tiles along the rows. */
  @JsonIgnore
  public int rowTiles() {
    return IntMath.divide(rows, macroRows, RoundingMode.CEILING);
  }

  /** Tiles along the columns. */
  @JsonIgnore
  public int columnTiles() {
    return IntMath.divide(columns, macroColumns, RoundingMode.CEILING);
  }

  /** Macros used. */
  @JsonIgnore
  public int macros() {
    return rowTiles() * columnTiles() * copies;
  }
}
