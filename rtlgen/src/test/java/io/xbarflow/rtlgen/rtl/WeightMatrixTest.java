package io.xbarflow.rtlgen.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.mapping.WeightMatrix;
import io.xbarflow.core.network.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Weight memories times a window against the convolution they stand for. */
final class WeightMatrixTest {
  private static final int DESIGNS = 400;

  @Test
  void memoriesTimesAWindowAreTheConvolution() {
    Random random = new Random(29);
    int patched = 0;
    int diagonal = 0;
    int permuted = 0;
    for (int i = 0; i < DESIGNS; i++) {
      ConvolutionDesign design = ConvolutionDesign.random(random);
      patched += design.fetch().patch().pixels() > 1 ? 1 : 0;
      diagonal += design.tiling().blocks() > 1 ? 1 : 0;
      permuted += design.streamed() && !design.fetch().order().raster() ? 1 : 0;
      verify(design);
    }
    assertTrue(
        patched > 100 && diagonal > 20 && permuted > 10,
        patched + " patched, " + diagonal + " diagonal, " + permuted + " permuted");
  }

  private static void verify(ConvolutionDesign design) {
    WeightMatrix matrix = new WeightMatrix(design.layer(), design.fetch(), design.tiling());
    for (int block = 0; block < design.tiling().blocks(); block++) {
      for (int tile = 0; tile < design.tiling().columnTiles(block); tile++) {
        verifyColumns(design, matrix, block, tile);
      }
    }
  }

  /** One column tile of one block, over all its row tiles, for every patch of the map. */
  private static void verifyColumns(
      ConvolutionDesign design, WeightMatrix matrix, int block, int tile) {
    Tiling tiling = design.tiling();
    Patch patch = design.fetch().patch();
    Shape output = design.fetch().output();
    byte[][] rows = new byte[tiling.rows(block)][];
    int row = 0;
    for (int r = 0; r < tiling.rowTiles(block); r++) {
      for (int within = 0; within < matrix.rows(block, r); within++) {
        rows[row] = new byte[matrix.columns(block, tile)];
        for (int c = 0; c < rows[row].length; c++) {
          rows[row][c] = (byte) matrix.weight(block, row, tile * tiling.macroColumns() + c);
        }
        row++;
      }
    }
    assertEquals(rows.length, row);
    for (int j = 0; j < patch.down(output); j++) {
      for (int i = 0; i < patch.across(output); i++) {
        for (int c = 0; c < rows[0].length; c++) {
          int column = tile * tiling.macroColumns() + c;
          int pixel = column / tiling.outputs(block);
          int y = j * patch.height() + pixel / patch.width();
          int x = i * patch.width() + pixel % patch.width();
          if (y < output.height() && x < output.width()) {
            long sum = 0;
            for (row = 0; row < rows.length; row++) {
              int channel = tiling.firstInput(block) + row % tiling.inputs(block);
              sum +=
                  (long) rows[row][c] * design.register(channel, row / tiling.inputs(block), j, i);
            }
            int channel = tiling.firstOutput(block) + column % tiling.outputs(block);
            assertEquals(design.convolution(channel, y, x), sum, design::toString);
          }
        }
      }
    }
  }
}
