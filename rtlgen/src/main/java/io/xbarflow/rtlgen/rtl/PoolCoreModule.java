package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.ChipNames;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.text.Comment;
import java.util.Optional;

/** A pooling core: its module and, when it averages, its tables. */
final class PoolCoreModule {
  private final Source source;
  private final Block.PoolCore core;
  private final Layer.Pool layer;
  private final Quantisation quantisation;
  private final Link inputLink;
  private final Link outputLink;
  private final Optional<AveragePoolOutput> average;

  /**
   * Designs the arithmetic of {@code core} and proves it.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when the proof fails
   */
  PoolCoreModule(Source source, Block.PoolCore core) {
    this.source = source;
    this.core = core;
    this.layer = source.layer(core.layer(), Layer.Pool.class);
    this.quantisation = source.tensor(layer.input()).quantisation();
    this.inputLink = source.link(core.input());
    this.outputLink = source.link(core.output());
    this.average =
        core.average() ? Optional.of(new AveragePoolOutput(source, core, layer)) : Optional.empty();
  }

  String module() {
    return ChipNames.module(core.name(), ChipNames.Part.CORE);
  }

  ImmutableList<TableView> tables() {
    return average.map(AveragePoolOutput::tables).orElse(ImmutableList.of());
  }

  CoreView view() {
    Window window = layer.window();
    ImmutableList.Builder<Comment> description = ImmutableList.builder();
    if (average.isPresent()) {
      description.addAll(average.get().description());
    } else {
      description.add(Comment.of("  y[c] = greatest x[c] over the taps inside the map"));
    }
    description.add(Comment.of(""));
    description.add(
        Comment.of(
            "x: %s, y: %s. Kernel %dx%d, stride %dx%d.",
            core.fetch().input(),
            core.fetch().output(),
            window.kernelHeight(),
            window.kernelWidth(),
            window.strideHeight(),
            window.strideWidth()));
    int padValue = core.average() ? quantisation.zeroPoint() : quantisation.min();
    ImmutableList.Builder<Instance> instances = ImmutableList.builder();
    instances.add(FetchInstance.ofRasterWindows(core.fetch(), inputLink, padValue));
    if (average.isPresent()) {
      instances.addAll(average.get().instances());
    } else {
      instances.add(greatest());
    }
    return new CoreView(
        Comment.of("%s pooling core %s.", core.average() ? "Average" : "Max", core.name()),
        description.build(),
        source.model(),
        Comment.ofName(layer.name()),
        source.sha256(),
        module(),
        inputLink.dataBits() - 1,
        outputLink.dataBits() - 1,
        (long) window.taps() * core.fetch().input().channels() * 8 - 1,
        false,
        average.map(AveragePoolOutput::signals).orElse(ImmutableList.of()),
        instances.build());
  }

  private Instance greatest() {
    return output("max_pool_output", core, outputLink)
        .flag("VALUES_SIGNED", quantisation.signed())
        .clocked()
        .connect("window_valid", "window_valid")
        .connect("window_taken", "window_taken")
        .connect("window_data", "window_data")
        .framed("out", "out")
        .build();
  }

  /** Starts the instance of {@code module} with the parameters of the window and the beats. */
  static Instance.Builder output(String module, Block.PoolCore core, Link outputLink) {
    return Instance.of(module, "u_output")
        .parameter("TAPS", core.fetch().window().taps())
        .parameter("CHANNELS", core.fetch().input().channels())
        .parameter("LANES", outputLink.lanes())
        .parameter("BEATS", outputLink.beatsPerPixel())
        .parameter("BEAT_BITS", BitWidths.counter(outputLink.beatsPerPixel()))
        .parameter("PIXELS", outputLink.shape().pixels())
        .parameter("PIXEL_BITS", BitWidths.counter(outputLink.shape().pixels()));
  }
}
