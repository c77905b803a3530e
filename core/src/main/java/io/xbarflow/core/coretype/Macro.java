package io.xbarflow.core.coretype;

/**
 * One macro that holds its weights: the golden arithmetic of a core type.
 *
 * <p>Instances are immutable; {@link #multiply} may be called by several threads.
 */
public interface Macro {

  /**
   * Signed bits of a column result, at most 32. It depends on the tile's height, its inputs and the
   * parameters only, so that all full-height tiles of a layer agree; the generator takes the
   * greatest of a layer's.
   */
  int columnBits();

  /** The least value that column {@code column} can give. */
  long least(int column);

  /** The greatest value that column {@code column} can give. */
  long greatest(int column);

  /**
   * How many units of the exact sum one unit of column {@code column} stands for, at least 1. It is
   * the same for all columns of a channel in a row tile, in whichever macro they stand.
   */
  int gain(int column);

  /**
   * What the macro's file in {@code mem/} holds, as {@code $readmemh} reads it; ends with a new
   * line.
   */
  String memory();

  /**
   * Computes some MVMs in a row.
   *
   * @param rows raw input of row r in MVM m is {@code rows[r][m]}; not modified
   * @param count MVMs; arrays may be longer
   * @param first how many MVMs the macro has done before, since reset
   * @param columns result of column c in MVM m, to be written to {@code columns[c][m]}
   */
  void multiply(int[][] rows, int count, long first, int[][] columns);
}
