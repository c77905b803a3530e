package io.xbarflow.cores.ideal;

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

/** A crossbar whose columns are read without any error. */
public final class IdealCore implements CoreType {

  /** For {@link java.util.ServiceLoader}. */
  public IdealCore() {}

  @Override
  public String name() {
    return "ideal";
  }

  @Override
  public String summary() {
    return "crossbar with exact integer sums, mvmCycles settable";
  }

  @Override
  public ImmutableList<Parameter> parameters() {
    return ImmutableList.of(Parameter.mvmCycles());
  }

  @Override
  public MacroSpec spec(Layer.Convolution layer, Architecture architecture, Parameters parameters) {
    return MacroSpec.exact(
        architecture.crossbarRows(), architecture.crossbarColumns(), parameters.whole("mvmCycles"));
  }

  @Override
  public Macro program(Tile tile, Parameters parameters) {
    return new ExactMacro(tile);
  }

  @Override
  public ImmutableMap<String, String> sources() {
    return CoreFiles.of(IdealCore.class, "crossbar_macro_ideal.v");
  }

  @Override
  public Optional<String> stub() {
    return Optional.of(CoreFiles.text(IdealCore.class, "crossbar_macro_ideal_stub.v"));
  }
}
