package io.xbarflow.cores.bitsliced;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Parameter;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.network.Layer;
import io.xbarflow.cores.CoreFiles;
import java.util.Optional;

/** Weights sliced over the cells of several columns, inputs bit by bit, converters shared. */
public final class BitSlicedCore implements CoreType {
  /** Rows whose greatest sums stay within 32 bits whatever the converters do. */
  static final int MOST_ROWS = 4096;

  /** For {@link java.util.ServiceLoader}. */
  public BitSlicedCore() {}

  @Override
  public String name() {
    return "bit_sliced";
  }

  @Override
  public String summary() {
    return "weights sliced over columns, inputs bit-serial, shared ADCs, shift-and-add";
  }

  @Override
  public ImmutableList<Parameter> parameters() {
    return Slicing.parameters();
  }

  @Override
  public MacroSpec spec(Layer.Convolution layer, Architecture architecture, Parameters parameters) {
    Slicing slicing = Slicing.of(parameters);
    int rows = architecture.crossbarRows();
    int columns = architecture.crossbarColumns() / slicing.slices();
    if (rows > MOST_ROWS) {
      throw UserException.badInput(
          "crossbar.rows",
          rows + " rows",
          "at most " + MOST_ROWS + " rows for core type " + name(),
          "Use smaller crossbars.");
    }
    if (columns == 0) {
      throw UserException.badInput(
          "crossbar.columns",
          architecture.crossbarColumns() + " columns",
          "at least " + slicing.slices() + ", the slices of one weight of core type " + name(),
          "Use wider crossbars or more bitsPerCell.");
    }
    boolean exact = slicing.exact(slicing.greatestSum(rows));
    return new MacroSpec(rows, columns, slicing.mvmCycles(), exact, false, true, true, false);
  }

  @Override
  public Macro program(Tile tile, Parameters parameters) {
    return new BitSlicedMacro(tile, Slicing.of(parameters));
  }

  @Override
  public ImmutableMap<String, Long> verilogParameters(Tile tile, Parameters parameters) {
    Slicing slicing = Slicing.of(parameters);
    return ImmutableMap.of(
        "BITS_PER_CELL",
        (long) slicing.cellBits(),
        "INPUT_BITS_PER_CYCLE",
        (long) slicing.inputBits(),
        "ADC_BITS",
        (long) slicing.adcBits(),
        "ADC_STEP",
        (long) slicing.adcStep());
  }

  @Override
  public ImmutableMap<String, String> sources() {
    return CoreFiles.of(BitSlicedCore.class, "crossbar_macro_bit_sliced.v");
  }

  @Override
  public Optional<String> stub() {
    return Optional.of(CoreFiles.text(BitSlicedCore.class, "crossbar_macro_bit_sliced_stub.v"));
  }
}
