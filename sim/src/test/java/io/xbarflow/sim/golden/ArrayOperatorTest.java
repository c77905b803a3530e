package io.xbarflow.sim.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mapped arrays against the convolution they compute, and against their numbering. */
final class ArrayOperatorTest {
  private static final int DESIGNS = 500;
  private static final Architecture ARCHITECTURE =
      new Architecture(
          "test", 256, 256, CoreSelection.IDEAL, 3, 100, 0, 0, 1, ActivationMemoryPolicy.RING);

  @ParameterizedTest
  @ValueSource(strings = {"ideal", "digital"})
  void exactMacrosGiveTheConvolution(String name) {
    Random random = new Random(name.hashCode());
    CoreType type = CoreTypes.installed().named("test", name);
    int patched = 0;
    int copied = 0;
    int diagonal = 0;
    int rowTiled = 0;
    int permuted = 0;
    int padded = 0;
    try (Workers two = new Workers(2)) {
      for (int i = 0; i < DESIGNS; i++) {
        ArrayDesign design = ArrayDesign.random(random);
        int[][][] images = design.images(random, 1 + random.nextInt(3));
        int[][] expected =
            new ConvolutionOperator(design.layer(), design.input(), design.output())
                .apply(images, Workers.CALLER);
        ArrayOperator operator = operator(design, type, false);
        assertArrayEquals(expected, operator.apply(images, i, Workers.CALLER), design::toString);
        assertArrayEquals(expected, operator.apply(images, i, two), design::toString);
        Tiling tiling = tiling(design);
        patched += design.fetch().patch().equals(Patch.SINGLE) ? 0 : 1;
        copied += design.copies() > 1 ? 1 : 0;
        diagonal += tiling.blocks() > 1 ? 1 : 0;
        rowTiled += tiling.rowTiles(0) > 1 ? 1 : 0;
        permuted += design.permuted() ? 1 : 0;
        padded += design.layer().window().padded() ? 1 : 0;
      }
    }
    int least = Math.min(Math.min(patched, copied), Math.min(Math.min(diagonal, rowTiled), padded));
    assertTrue(least > DESIGNS / 20 && permuted > 5, least + ", " + permuted);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyMacroKnowsItsNumberAndItsMvms(boolean takesZeroPoint) {
    Random random = new Random(77);
    try (Workers two = new Workers(2)) {
      for (int i = 0; i < DESIGNS / 2; i++) {
        ArrayDesign design = ArrayDesign.random(random);
        int[][][] images = design.images(random, 3);
        int first = random.nextInt(3);
        int[][] expected = new int[images.length][];
        for (int image = 0; image < images.length; image++) {
          expected[image] =
              counted(design, images[image][0], first + image, takesZeroPoint ? 2 : 1);
        }
        ArrayOperator operator = operator(design, new CountingCore(takesZeroPoint), takesZeroPoint);
        assertArrayEquals(expected, operator.apply(images, first, two), design::toString);
        int[][][] last = Arrays.copyOfRange(images, 2, 3);
        assertArrayEquals(
            Arrays.copyOfRange(expected, 2, 3),
            operator.apply(last, first + 2, Workers.CALLER),
            design::toString);
      }
    }
  }

  @Test
  void oneImageIsTheFirst() {
    Random random = new Random(3);
    ArrayDesign design = ArrayDesign.random(random);
    int[][][] images = design.images(random, 1);
    ArrayOperator operator = operator(design, new CountingCore(false), false);
    assertArrayEquals(counted(design, images[0][0], 0, 1), operator.apply(images[0]));
  }

  private static Tiling tiling(ArrayDesign design) {
    return Tiling.of(
        design.layer(), design.fetch().patch(), design.macroRows(), design.macroColumns());
  }

  private static ArrayOperator operator(ArrayDesign design, CoreType type, boolean takesZeroPoint) {
    boolean exact = !(type instanceof CountingCore);
    MacroSpec spec =
        new MacroSpec(
            design.macroRows(), design.macroColumns(), 1, exact, takesZeroPoint, true, true, false);
    Parameters parameters = CoreTypes.parameters(type, ARCHITECTURE, ImmutableMap.of(), "test");
    return new ArrayOperator(
        design.layer(),
        design.input(),
        design.output(),
        design.fetch(),
        new CoreUse(type.name(), ImmutableSortedMap.copyOf(parameters.values()), spec),
        type,
        design.copies(),
        ImmutableList.of());
  }

  /**
   * The output of {@code design} on macros of type {@link CountingCore} whose gain is {@code gain},
   * from the definition.
   */
  private static int[] counted(ArrayDesign design, int[] x, int image, int gain) {
    Tiling tiling = tiling(design);
    Shape out = design.output().shape();
    Patch patch = design.fetch().patch();
    Requantiser requantiser = new Requantiser(design.layer(), design.input(), design.output());
    int[] y = new int[out.size()];
    int windows = patch.count(out);
    for (int i = 0; i < y.length; i++) {
      int channel = i / out.pixels();
      int row = i % out.pixels() / out.width();
      int column = i % out.width();
      int window = row / patch.height() * patch.across(out) + column / patch.width();
      int copy = window % design.copies();
      int mvmsPerImage = (windows - copy + design.copies() - 1) / design.copies();
      int mvm = image * mvmsPerImage + window / design.copies();
      int block = channel / tiling.outputs(0);
      int pixel = row % patch.height() * patch.width() + column % patch.width();
      int tileColumn =
          (pixel * tiling.outputs(block) + channel - tiling.firstOutput(block))
              / tiling.macroColumns();
      int sum = gain * fullSum(design, x, channel, row, column);
      for (int tileRow = 0; tileRow < tiling.rowTiles(block); tileRow++) {
        int number = (int) tiling.macros() * copy;
        for (int before = 0; before < block; before++) {
          number += tiling.rowTiles(before) * tiling.columnTiles(before);
        }
        number += tileRow * tiling.columnTiles(block) + tileColumn;
        sum += gain * ((number + mvm) % 31);
      }
      y[i] = requantiser.value(sum, channel);
    }
    return y;
  }

  private static int fullSum(ArrayDesign design, int[] x, int channel, int row, int column) {
    Layer.Convolution layer = design.layer();
    Shape in = design.input().shape();
    int sum = 0;
    for (int c = 0; c < in.channels(); c++) {
      for (int p = 0; p < layer.window().kernelHeight(); p++) {
        for (int q = 0; q < layer.window().kernelWidth(); q++) {
          int r =
              row * layer.window().strideHeight()
                  - layer.window().padTop()
                  + p * layer.window().dilationHeight();
          int s =
              column * layer.window().strideWidth()
                  - layer.window().padLeft()
                  + q * layer.window().dilationWidth();
          sum += design.centred(x, c, r, s) * layer.weight(channel, c, p, q);
        }
      }
    }
    return sum;
  }
}
