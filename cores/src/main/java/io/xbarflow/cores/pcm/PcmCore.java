package io.xbarflow.cores.pcm;

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

/** An analog array of phase-change memory: programming noise, drift, read noise, converters. */
public final class PcmCore implements CoreType {
  /** Rows whose greatest sums stay within 32 bits. */
  static final int MOST_ROWS = 512;

  /** For {@link java.util.ServiceLoader}. */
  public PcmCore() {}

  @Override
  public String name() {
    return "pcm";
  }

  @Override
  public String summary() {
    return "analog array of phase-change memory with column ADCs, noise and drift";
  }

  @Override
  public ImmutableList<Parameter> parameters() {
    return PcmSettings.parameters();
  }

  @Override
  public MacroSpec spec(Layer.Convolution layer, Architecture architecture, Parameters parameters) {
    if (architecture.crossbarRows() > MOST_ROWS) {
      throw UserException.badInput(
          "crossbar.rows",
          architecture.crossbarRows() + " rows",
          "at most " + MOST_ROWS + " rows for core type " + name(),
          "Use smaller crossbars: on more rows an analog sum would not fit 32 bits.");
    }
    return new MacroSpec(
        architecture.crossbarRows(),
        architecture.crossbarColumns(),
        parameters.whole("mvmCycles"),
        false,
        true,
        true,
        true,
        PcmSettings.of(parameters).perColumn());
  }

  @Override
  public Macro program(Tile tile, Parameters parameters) {
    return new PcmMacro(tile, PcmSettings.of(parameters));
  }

  @Override
  public ImmutableMap<String, Long> verilogParameters(Tile tile, Parameters parameters) {
    return ImmutableMap.of(
        "ZERO_POINT",
        (long) tile.zeroPoint(),
        "INPUT_BITS",
        (long) PcmSettings.of(parameters).inputBits());
  }

  @Override
  public ImmutableMap<String, String> sources() {
    return CoreFiles.of(PcmCore.class, "crossbar_macro_pcm.v");
  }

  @Override
  public Optional<String> stub() {
    return Optional.of(CoreFiles.text(PcmCore.class, "crossbar_macro_pcm_stub.v"));
  }
}
