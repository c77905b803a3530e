package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Window;

/** A pooling core: its module. */
final class PoolCoreModule {
  private final Source source;
  private final Block.PoolCore core;
  private final Layer.Pool layer;
  private final Quantisation quantisation;
  private final Link inputLink;
  private final Link outputLink;

  PoolCoreModule(Source source, Block.PoolCore core) {
    this.source = source;
    this.core = core;
    this.layer = source.layer(core.layer(), Layer.Pool.class);
    this.quantisation = source.tensor(layer.input()).quantisation();
    this.inputLink = source.link(core.input());
    this.outputLink = source.link(core.output());
  }

  String module() {
    return core.name() + "_core";
  }

  CoreView view() {
    Window window = layer.window();
    int channels = core.fetch().input().channels();
    Instance output =
        Instance.of("max_pool_output", "u_output")
            .parameter("TAPS", window.taps())
            .parameter("CHANNELS", channels)
            .parameter("LANES", outputLink.lanes())
            .parameter("BEATS", outputLink.beatsPerPixel())
            .parameter("BEAT_BITS", BitWidths.counter(outputLink.beatsPerPixel()))
            .parameter("PIXELS", outputLink.shape().pixels())
            .parameter("PIXEL_BITS", BitWidths.counter(outputLink.shape().pixels()))
            .flag("VALUES_SIGNED", quantisation.signed())
            .clocked()
            .connect("window_valid", "window_valid")
            .connect("window_taken", "window_taken")
            .connect("window_data", "window_data")
            .framed("out", "out")
            .build();
    return new CoreView(
        "Max pooling core " + core.name() + ".",
        ImmutableList.of(
            "  y[c] = greatest x[c] over the taps inside the map",
            "",
            String.format(
                "x: %s, y: %s. Kernel %dx%d, stride %dx%d.",
                core.fetch().input(),
                core.fetch().output(),
                window.kernelHeight(),
                window.kernelWidth(),
                window.strideHeight(),
                window.strideWidth())),
        source.mapping().model(),
        layer.name(),
        source.mapping().modelSha256(),
        module(),
        inputLink.dataBits() - 1,
        outputLink.dataBits() - 1,
        (long) window.taps() * channels * 8 - 1,
        false,
        ImmutableList.of(),
        ImmutableList.of(
            FetchInstance.of(core.fetch(), inputLink, false, quantisation.min()), output));
  }
}
