package io.xbarflow.cores.digital;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.Macro;
import io.xbarflow.core.coretype.Parameter;
import io.xbarflow.core.coretype.Parameters;
import io.xbarflow.core.coretype.Tile;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.network.Layer;
import io.xbarflow.cores.CoreFiles;
import io.xbarflow.cores.ExactMacro;
import java.util.Optional;

/**
 * An SRAM array that multiplies where the weights are stored: some bits of every input at a time,
 * an adder tree in every column, shift and add from one group of bits to the next.
 */
public final class DigitalCore implements CoreType {
  private static final int INPUT_BITS = 8;

  /** For {@link java.util.ServiceLoader}. */
  public DigitalCore() {}

  @Override
  public String name() {
    return "digital";
  }

  @Override
  public String summary() {
    return "SRAM in-memory multiply, bit-serial inputs, exact";
  }

  @Override
  public ImmutableList<Parameter> parameters() {
    return ImmutableList.of(
        Parameter.choice(
            "inputBitsPerCycle",
            ImmutableList.of("1", "2", "4", "8"),
            "bits of every input that a clock cycle takes; an MVM has 8 / inputBitsPerCycle"
                + " cycles"));
  }

  @Override
  public MacroSpec spec(Layer.Convolution layer, Architecture architecture, Parameters parameters) {
    return MacroSpec.exact(
        architecture.crossbarRows(),
        architecture.crossbarColumns(),
        INPUT_BITS / parameters.whole("inputBitsPerCycle"));
  }

  @Override
  public Macro program(Tile tile, Parameters parameters) {
    return new ExactMacro(tile);
  }

  @Override
  public ImmutableMap<String, String> sources() {
    return CoreFiles.of(DigitalCore.class, "crossbar_macro_digital.v");
  }

  @Override
  public Optional<String> stub() {
    return Optional.of(CoreFiles.text(DigitalCore.class, "crossbar_macro_digital_stub.v"));
  }
}
