package io.xbarflow.cores.depthwise;

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
import java.util.Locale;
import java.util.Optional;

/** A multiplier or a few for every channel, which go through the taps of the window. */
public final class DepthwiseCore implements CoreType {

  /** For {@link java.util.ServiceLoader}. */
  public DepthwiseCore() {}

  @Override
  public String name() {
    return "depthwise";
  }

  @Override
  public String summary() {
    return "digital core for depthwise convolutions, exact, synthesizable";
  }

  @Override
  public ImmutableList<Parameter> parameters() {
    return ImmutableList.of(
        Parameter.whole("channels", "256", 1, 4096, "channels that one unit computes at most"),
        Parameter.whole(
            "tapsPerCycle",
            "1",
            1,
            1024,
            "multipliers a channel; an MVM has taps / tapsPerCycle cycles, rounded up"));
  }

  @Override
  public Optional<String> refusal(Layer.Convolution layer, Parameters parameters) {
    return layer.groups() == layer.inputChannels() && layer.groups() == layer.outputChannels()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "it has %d input channels, %d output channels and %d groups, and only depthwise"
                    + " convolutions, as many groups as channels in and out, are possible",
                layer.inputChannels(),
                layer.outputChannels(),
                layer.groups()));
  }

  @Override
  public MacroSpec spec(Layer.Convolution layer, Architecture architecture, Parameters parameters) {
    int channels = parameters.whole("channels");
    int taps = layer.window().taps();
    int mvmCycles = DepthwiseMacro.mvmCycles(taps, parameters.whole("tapsPerCycle"));
    return new MacroSpec(taps * channels, channels, mvmCycles, true, false, false, false, false);
  }

  @Override
  public Macro program(Tile tile, Parameters parameters) {
    return new DepthwiseMacro(tile, parameters.whole("tapsPerCycle"));
  }

  @Override
  public ImmutableMap<String, String> sources() {
    return CoreFiles.of(DepthwiseCore.class, "crossbar_macro_depthwise.v", "depthwise_weights.v");
  }

  @Override
  public Optional<String> stub() {
    return Optional.empty();
  }
}
