package io.xbarflow.testbench.kit;

import static org.junit.jupiter.api.Assertions.assertTrue;

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
import io.xbarflow.cores.ideal.IdealCore;
import java.util.Optional;

/**
 * Core type ideal with one piece of its Verilog replaced.
 *
 * @param was text of the module
 * @param is what stands in its place
 */
record Variant(String was, String is) implements CoreType {
  private static final IdealCore IDEAL = new IdealCore();

  @Override
  public String name() {
    return "ideal";
  }

  @Override
  public String summary() {
    return "ideal with a fault";
  }

  @Override
  public ImmutableList<Parameter> parameters() {
    return IDEAL.parameters();
  }

  @Override
  public MacroSpec spec(Layer.Convolution layer, Architecture architecture, Parameters parameters) {
    return IDEAL.spec(layer, architecture, parameters);
  }

  @Override
  public Macro program(Tile tile, Parameters parameters) {
    return IDEAL.program(tile, parameters);
  }

  @Override
  public ImmutableMap<String, String> sources() {
    String file = module() + ".v";
    String text = IDEAL.sources().get(file);
    assertTrue(text.contains(was), "the module no longer has " + was);
    return ImmutableMap.of(file, text.replace(was, is));
  }

  @Override
  public Optional<String> stub() {
    return IDEAL.stub();
  }
}
