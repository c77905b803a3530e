package io.xbarflow.core.mapping;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks a mapping, which a person may have edited, against its network: whether the blocks compute
 * the network's layers and whether memories, orders, lanes and places fit together. Whether it also
 * flows without a deadlock only the timing model can tell.
 */
public final class MappingCheck {
  /** Most macros of a core; placing more takes too long. */
  private static final int MOST_MACROS = 1 << 16;

  private final Network network;
  private final Mapping mapping;
  private final Map<String, Link> links;
  private final Map<String, Tensor> tensors;
  private final Map<String, Layer> layers = new HashMap<>();
  private final ImmutableList.Builder<Broken> broken = ImmutableList.builder();

  private MappingCheck(Network network, Mapping mapping) {
    this.network = network;
    this.mapping = mapping;
    this.links = mapping.linksByName();
    this.tensors = network.tensorsByName();
    network.layers().forEach(layer -> layers.put(layer.name(), layer));
  }

  /**
   * A constraint that a mapping breaks.
   *
   * @param constraint in words
   * @param ofChoice whether the choice of a patch, of copies or of a policy breaks it, so that
   *     deriving the rest again from the choices would mend it
   */
  public record Broken(String constraint, boolean ofChoice) {}

  /** Every constraint that {@code mapping} breaks; empty when it is sound. */
  public static ImmutableList<Broken> broken(Network network, Mapping mapping) {
    return new MappingCheck(network, mapping).run();
  }

  private ImmutableList<Broken> run() {
    ImmutableList<String> streams = StreamCheck.broken(network, mapping);
    if (!streams.isEmpty()) {
      return streams.stream()
          .map(constraint -> new Broken(constraint, false))
          .collect(ImmutableList.toImmutableList());
    }
    checkLinks();
    checkLayers();
    checkPlaces();
    BlockCheck check = new BlockCheck();
    for (Block block : mapping.blocks()) {
      block.match(check);
    }
    return broken.build();
  }

  @FormatMethod
  private void require(boolean holds, @FormatString String format, Object... arguments) {
    if (!holds) {
      broken.add(new Broken(String.format(Locale.ROOT, format, arguments), false));
    }
  }

  @FormatMethod
  private void requireOfChoice(boolean holds, @FormatString String format, Object... arguments) {
    if (!holds) {
      broken.add(new Broken(String.format(Locale.ROOT, format, arguments), true));
    }
  }

  private void checkLinks() {
    for (Link link : mapping.links()) {
      Tensor tensor = tensors.get(link.tensor());
      require(tensor != null, "link %s: the network has no tensor %s", link.name(), link.tensor());
      if (tensor != null) {
        require(
            tensor.shape().equals(link.shape()),
            "link %s: shape %s, tensor %s has %s",
            link.name(),
            link.shape(),
            link.tensor(),
            tensor.shape());
      }
      require(
          link.shape().channels() % link.lanes() == 0,
          "link %s: %d lanes do not divide %d channels",
          link.name(),
          link.lanes(),
          link.shape().channels());
      require(
          link.order().equals(StreamOrder.of(patchOf(link.order()), link.shape())),
          "link %s: %s order on a map of %s",
          link.name(),
          link.order(),
          link.shape());
    }
  }

  private static Patch patchOf(StreamOrder order) {
    return new Patch(order.patchHeight(), order.patchWidth());
  }

  private void checkLayers() {
    Set<String> computed = new HashSet<>();
    for (Block block : mapping.blocks()) {
      block
          .computes()
          .ifPresent(
              layer -> {
                require(
                    layers.containsKey(layer),
                    "block %s: the network has no layer %s",
                    block.name(),
                    layer);
                require(computed.add(layer), "layer %s is computed twice", layer);
              });
    }
    for (Layer layer : network.layers()) {
      require(computed.contains(layer.name()), "no block computes layer %s", layer.name());
    }
  }

  private void checkPlaces() {
    Map<Place, String> taken = new HashMap<>();
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        for (Place place : core.array().places()) {
          String other = taken.put(place, core.name());
          require(
              other == null,
              "place (%d, %d) is taken by core %s and core %s",
              place.row(),
              place.column(),
              other,
              core.name());
          require(
              place.row() >= 0
                  && place.column() >= 0
                  && (mapping.architecture().automaticGrid()
                      || (place.row() < mapping.architecture().gridRows()
                          && place.column() < mapping.architecture().gridColumns())),
              "core %s: place (%d, %d) is outside the grid",
              core.name(),
              place.row(),
              place.column());
        }
      }
    }
  }

  /** Checks one block with its links. */
  private final class BlockCheck implements Block.Cases<Void> {
    private Link link(String name) {
      return links.get(name);
    }

    private <T extends Layer> Optional<T> layer(Block block, Class<T> type) {
      Layer layer = layers.get(block.computes().orElseThrow());
      if (layer == null) {
        return Optional.empty();
      }
      if (!type.isInstance(layer)) {
        require(false, "block %s is of another kind than layer %s", block.name(), layer.name());
        return Optional.empty();
      }
      if (block.inputs().size() != layer.inputs().size()) {
        require(
            false,
            "block %s has %d inputs, layer %s has %d",
            block.name(),
            block.inputs().size(),
            layer.name(),
            layer.inputs().size());
        return Optional.empty();
      }
      for (int operand = 0; operand < layer.inputs().size(); operand++) {
        carries(block, block.inputs().get(operand), layer.inputs().get(operand));
      }
      carries(block, block.outputs().get(0), layer.output());
      return Optional.of(type.cast(layer));
    }

    private void carries(Block block, String link, String tensor) {
      require(
          link(link).tensor().equals(tensor),
          "block %s: link %s carries %s instead of %s",
          block.name(),
          link,
          link(link).tensor(),
          tensor);
    }

    private void order(Block block, String link, StreamOrder order) {
      requireOfChoice(
          link(link).order().equals(order),
          "block %s: link %s is in %s order, the block has %s order there",
          block.name(),
          link,
          link(link).order(),
          order);
    }

    private void sameLanes(Block block, String a, String b) {
      require(
          link(a).lanes() == link(b).lanes(),
          "block %s: %d lanes on link %s, %d on link %s",
          block.name(),
          link(a).lanes(),
          a,
          link(b).lanes(),
          b);
    }

    /** Checks a fetch unit; gives whether its shapes are those of the layer. */
    private boolean fetch(Block block, Fetch fetch, Window window, String input, String output) {
      Shape in = link(input).shape();
      Shape out = link(output).shape();
      if (!fetch.input().equals(in)
          || !fetch.output().equals(out)
          || !fetch.window().equals(window)) {
        require(
            false,
            "block %s: its fetch unit has shapes or a window other than its layer's (%s, %s, %s)",
            block.name(),
            in,
            out,
            window);
        return false;
      }
      fetch
          .broken()
          .ifPresent(
              constraint -> requireOfChoice(false, "block %s: %s", block.name(), constraint));
      order(block, input, fetch.order());
      if (fetch.broken().isEmpty()) {
        order(block, output, fetch.outputOrder());
        boolean ring = fetch.ring().map(Ring::memory).orElse(null) == ActivationMemoryPolicy.RING;
        fetch
            .tooShallow()
            .ifPresent(
                constraint ->
                    broken.add(new Broken("block " + block.name() + ": " + constraint, !ring)));
      }
      return fetch.patch().height() <= out.height() && fetch.patch().width() <= out.width();
    }

    /** A stream that goes through unchanged. */
    private Void pass(Block block) {
      Link input = link(block.inputs().get(0));
      for (String output : block.outputs()) {
        carries(block, output, input.tensor());
        sameLanes(block, input.name(), output);
        order(block, output, input.order());
      }
      return null;
    }

    /** Streams that are worked on beat by beat. */
    private Void beatByBeat(Block block) {
      String output = block.outputs().get(0);
      for (String input : block.inputs()) {
        sameLanes(block, input, output);
        order(block, input, link(output).order());
      }
      return null;
    }

    @Override
    public Void imcCore(Block.ImcCore block) {
      layer(block, Layer.Convolution.class)
          .ifPresent(
              layer -> {
                if (!fetch(block, block.fetch(), layer.window(), block.input(), block.output())) {
                  return;
                }
                long rows = (long) block.fetch().reads().taps() * layer.inputChannels();
                long columns = (long) block.fetch().patch().pixels() * layer.outputChannels();
                if (Math.max(rows, columns) > Integer.MAX_VALUE) {
                  require(
                      false,
                      "core %s: a patch of %s takes %d rows and %d columns of weights",
                      block.name(),
                      block.fetch().patch(),
                      rows,
                      columns);
                  return;
                }
                Tiling tiling =
                    Tiling.of(layer, block.fetch().patch(), block.array().core().macro());
                requireOfChoice(
                    block.array().ranges().isEmpty()
                        || block.array().hasRanges(tiling.rowTiles(0), layer.outputChannels()),
                    "core %s: ranges of %d row tiles; there are %d, of %d channels",
                    block.name(),
                    block.array().ranges().size(),
                    tiling.rowTiles(0),
                    layer.outputChannels());
                require(
                    block.array().copies() * tiling.macros() <= MOST_MACROS,
                    "core %s: patch %s with %d copies needs %d macros, more than %d",
                    block.name(),
                    block.fetch().patch(),
                    block.array().copies(),
                    block.array().copies() * tiling.macros(),
                    MOST_MACROS);
                requireOfChoice(
                    block.array().macros() == block.array().copies() * tiling.macros(),
                    "core %s: %d places; patch %s with %d copies needs %d macros",
                    block.name(),
                    block.array().macros(),
                    block.fetch().patch(),
                    block.array().copies(),
                    block.array().copies() * tiling.macros());
              });
      block
          .skip()
          .ifPresent(
              skip -> {
                carries(block, skip, link(block.input()).tensor());
                sameLanes(block, block.input(), skip);
              });
      return null;
    }

    @Override
    public Void poolCore(Block.PoolCore block) {
      layer(block, Layer.Pool.class)
          .ifPresent(
              layer -> {
                fetch(block, block.fetch(), layer.window(), block.input(), block.output());
                require(
                    block.fetch().patch().equals(Patch.SINGLE),
                    "core %s: a pool has no patches",
                    block.name());
                require(
                    block.average() == layer.kind().averages(),
                    "core %s: the layer's kind of pool is %s",
                    block.name(),
                    layer.kind());
              });
      sameLanes(block, block.input(), block.output());
      return null;
    }

    @Override
    public Void rowPool(Block.RowPool block) {
      StreamOrder order = link(block.input()).order();
      layer(block, Layer.Pool.class)
          .ifPresent(
              layer -> {
                require(
                    Block.RowPool.canCompute(
                        layer, link(block.input()).shape(), link(block.output()).shape(), order),
                    "block %s: partial results need raster order and a max pool without dilation,"
                        + " padded below and to the right by less than its strides; found %s order,"
                        + " %s pool, %s",
                    block.name(),
                    order,
                    layer.kind(),
                    layer.window());
                require(
                    block.window().equals(layer.window()),
                    "block %s: %s instead of its layer's %s",
                    block.name(),
                    block.window(),
                    layer.window());
              });
      sameLanes(block, block.input(), block.output());
      order(block, block.output(), StreamOrder.RASTER);
      return null;
    }

    @Override
    public Void globalAverage(Block.GlobalAverage block) {
      layer(block, Layer.GlobalAveragePool.class);
      sameLanes(block, block.input(), block.output());
      return null;
    }

    @Override
    public Void adder(Block.Adder block) {
      layer(block, Layer.Add.class);
      return beatByBeat(block);
    }

    @Override
    public Void concat(Block.Concat block) {
      layer(block, Layer.Concat.class)
          .ifPresent(
              layer ->
                  require(
                      layer.axis() == block.axis(),
                      "block %s: joins %s, its layer joins %s",
                      block.name(),
                      block.axis(),
                      layer.axis()));
      if (block.axis() != Layer.Concat.Axis.CHANNELS) {
        order(block, block.output(), StreamOrder.RASTER);
        return beatByBeat(block);
      }
      for (String input : block.inputs()) {
        order(block, input, link(block.output()).order());
      }
      return null;
    }

    @Override
    public Void reframe(Block.Reframe block) {
      layer(block, Layer.Reframe.class)
          .ifPresent(
              layer ->
                  require(
                      block
                          .frame()
                          .equals(
                              Frame.of(
                                  layer,
                                  link(block.input()).shape(),
                                  link(block.output()).shape())),
                      "block %s: a frame other than its layer's",
                      block.name()));
      order(block, block.output(), StreamOrder.RASTER);
      return beatByBeat(block);
    }

    @Override
    public Void constantAdder(Block.ConstantAdder block) {
      layer(block, Layer.AddConstant.class);
      return beatByBeat(block);
    }

    @Override
    public Void lookupTable(Block.LookupTable block) {
      layer(block, Layer.Lookup.class);
      return beatByBeat(block);
    }

    @Override
    public Void gather(Block.Gather block) {
      layer(block, Layer.Gather.class);
      order(block, block.output(), link(block.input()).order());
      return null;
    }

    @Override
    public Void channelLookup(Block.ChannelLookup block) {
      layer(block, Layer.ChannelLookup.class);
      return beatByBeat(block);
    }

    @Override
    public Void fork(Block.Fork block) {
      return pass(block);
    }

    @Override
    public Void fifo(Block.Fifo block) {
      return pass(block);
    }

    @Override
    public Void linkRegister(Block.LinkRegister block) {
      return pass(block);
    }

    @Override
    public Void reorder(Block.Reorder block) {
      carries(block, block.output(), link(block.input()).tensor());
      sameLanes(block, block.input(), block.output());
      requireOfChoice(
          block.ring().classes() == link(block.input()).order().patchHeight()
              && block.ring().banks() == 1
              && block.ring().pitchPixels() >= link(block.input()).shape().width(),
          "block %s: a memory for %s order has %d depths, 1 bank and a pitch of the map's width",
          block.name(),
          link(block.input()).order(),
          link(block.input()).order().patchHeight());
      return null;
    }
  }
}
