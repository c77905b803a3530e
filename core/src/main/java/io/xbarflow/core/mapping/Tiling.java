package io.xbarflow.core.mapping;

import com.google.common.math.IntMath;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Window;
import java.math.RoundingMode;

/**
 * How the weights of a convolution lie on macros. The unrolled weight matrix of a grouped
 * convolution is block-diagonal: each diagonal block holds some of the groups and is tiled by
 * itself. A dense convolution is one block.
 *
 * <p>In a block, row {@code tap * channels + c} is tap {@code tap} (raster order in the patch's
 * window) of the block's input channel c; column {@code pixel * outputs + o} is output pixel {@code
 * pixel} (raster order in the patch) of the block's output channel o. Tile (r, c) of a block holds
 * rows from {@code r * macroRows} and columns from {@code c * macroColumns}.
 *
 * <p>Source: block-Toeplitz placement of patches, {@code docs/architecture.md}, section Bounds.
 *
 * @param groups groups of the convolution
 * @param groupsPerBlock groups in a block; the last block may hold fewer
 * @param taps pixels of the patch's window
 * @param patchPixels output pixels of a patch
 * @param groupInputs input channels of a group
 * @param groupOutputs output channels of a group
 * @param macroRows rows of one macro
 * @param macroColumns columns of one macro
 */
public record Tiling(
    int groups,
    int groupsPerBlock,
    int taps,
    int patchPixels,
    int groupInputs,
    int groupOutputs,
    int macroRows,
    int macroColumns) {

  /** The tiling of {@code layer} with the fewest macros, then the fewest blocks. */
  public static Tiling of(Layer.Convolution layer, Patch patch, int macroRows, int macroColumns) {
    Window window = patch.window(layer.window());
    int groups = layer.groups();
    int inputs = layer.inputChannels() / groups;
    int outputs = layer.outputChannels() / groups;
    Tiling dense =
        new Tiling(
            groups,
            groups,
            window.taps(),
            patch.pixels(),
            inputs,
            outputs,
            macroRows,
            macroColumns);
    if (groups == 1) {
      return dense;
    }
    long fit =
        Math.min(
            macroRows / ((long) window.taps() * inputs),
            macroColumns / ((long) patch.pixels() * outputs));
    Tiling diagonal =
        new Tiling(
            groups,
            (int) Math.max(1, Math.min(fit, groups)),
            window.taps(),
            patch.pixels(),
            inputs,
            outputs,
            macroRows,
            macroColumns);
    return diagonal.macros() < dense.macros() ? diagonal : dense;
  }

  /** The tiling of {@code layer} on macros as {@code macro} says. */
  public static Tiling of(Layer.Convolution layer, Patch patch, MacroSpec macro) {
    return of(layer, patch, macro.rows(), macro.columns());
  }

  /** Diagonal blocks. */
  public int blocks() {
    return IntMath.divide(groups, groupsPerBlock, RoundingMode.CEILING);
  }

  /** Groups in block {@code block}. */
  public int groupsIn(int block) {
    return Math.min(groupsPerBlock, groups - block * groupsPerBlock);
  }

  /** First input channel of block {@code block}. */
  public int firstInput(int block) {
    return block * groupsPerBlock * groupInputs;
  }

  /** Input channels of block {@code block}. */
  public int inputs(int block) {
    return groupsIn(block) * groupInputs;
  }

  /** First output channel of block {@code block}. */
  public int firstOutput(int block) {
    return block * groupsPerBlock * groupOutputs;
  }

  /** Output channels of block {@code block}. */
  public int outputs(int block) {
    return groupsIn(block) * groupOutputs;
  }

  /** Rows of block {@code block}. */
  public int rows(int block) {
    return taps * inputs(block);
  }

  /** Columns of block {@code block}. */
  public int columns(int block) {
    return patchPixels * outputs(block);
  }

  /** Tiles along the rows of block {@code block}. */
  public int rowTiles(int block) {
    return IntMath.divide(rows(block), macroRows, RoundingMode.CEILING);
  }

  /** Tiles along the columns of block {@code block}. */
  public int columnTiles(int block) {
    return IntMath.divide(columns(block), macroColumns, RoundingMode.CEILING);
  }

  /** Macros of one copy. */
  public long macros() {
    int last = blocks() - 1;
    return (long) last * rowTiles(0) * columnTiles(0) + (long) rowTiles(last) * columnTiles(last);
  }

  /** Bits of a signed column sum of one macro: every row in use at its greatest times -128. */
  public int columnBits(boolean signedInputs) {
    long greatest = Math.min(rows(0), macroRows) * (signedInputs ? 128L : 255L) * 128;
    return 65 - Long.numberOfLeadingZeros(greatest);
  }
}
