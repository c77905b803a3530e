package io.xbarflow.mapper;

import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.HashMap;
import java.util.Map;

/**
 * The order of every stream. A convolution gives the order of its patches whatever order it takes,
 * since its activation memory turns one into the other; so does the second port of a ring. Other
 * layers pass the order on. The operands of an addition need one order: that of the operand that
 * comes last; the other one, which waits anyway, is reordered where it waits.
 */
final class StreamOrders {
  private final Plan plan;
  private final Skips skips;
  private final Map<String, Tensor> tensors;
  private final Map<String, Layer> writers = new HashMap<>();
  private final Map<String, StreamOrder> orders = new HashMap<>();
  private final Map<String, Integer> depths = new HashMap<>();

  StreamOrders(Network network, Plan plan, Skips skips) {
    this.plan = plan;
    this.skips = skips;
    this.tensors = network.tensorsByName();
    network.layers().forEach(layer -> writers.put(layer.output(), layer));
  }

  /** The order in which {@code tensor} is given. */
  StreamOrder of(String tensor) {
    StreamOrder known = orders.get(tensor);
    if (known != null) {
      return known;
    }
    // What depends on itself, as two projections of one addition do, is in raster order.
    orders.put(tensor, StreamOrder.RASTER);
    Layer writer = writers.get(tensor);
    StreamOrder order = writer == null ? StreamOrder.RASTER : writer.match(new OrderOfLayer());
    orders.put(tensor, order);
    return order;
  }

  /** The order in which {@code reader} takes {@code tensor} from a ring's second port. */
  StreamOrder ofSkip(Layer reader, String tensor) {
    if (reader instanceof Layer.Convolution branch) {
      // The pixels that its strides keep come in the order of its output, evenly spaced.
      StreamOrder given = of(branch.output());
      Window window = branch.window();
      return StreamOrder.of(
          new Patch(
              given.patchHeight() * window.strideHeight(),
              given.patchWidth() * window.strideWidth()),
          shape(tensor));
    }
    return of(reader.output());
  }

  private Shape shape(String tensor) {
    return tensors.get(tensor).shape();
  }

  /** The operand of {@code layer} that comes last: on the longest way, not from a ring. */
  String last(Layer layer) {
    String last = null;
    for (String operand : layer.inputs()) {
      boolean waits = skips.ringFor(layer, operand).isPresent();
      if (!waits && (last == null || depth(operand) > depth(last))) {
        last = operand;
      }
    }
    return last == null ? layer.inputs().get(0) : last;
  }

  /** Convolutions on the longest way to {@code tensor}. */
  private int depth(String tensor) {
    Layer writer = writers.get(tensor);
    if (writer == null) {
      return 0;
    }
    Integer known = depths.get(tensor);
    if (known == null) {
      known = writer instanceof Layer.Convolution ? 1 : 0;
      for (String input : writer.inputs()) {
        known = Math.max(known, depth(input) + (writer instanceof Layer.Convolution ? 1 : 0));
      }
      depths.put(tensor, known);
    }
    return known;
  }

  private final class OrderOfLayer implements Layer.Cases<StreamOrder> {
    @Override
    public StreamOrder convolution(Layer.Convolution layer) {
      Shape output = shape(layer.output());
      Patch patch = plan.of(layer).patch();
      if (!patch.equals(Patch.SINGLE) || layer.window().taps() > 1) {
        return StreamOrder.of(patch, output);
      }
      if (skips.ringFor(layer, layer.input()).isPresent()) {
        return ofSum(layer);
      }
      StreamOrder input = of(layer.input());
      return Fetch.isDirect(shape(layer.input()), input, output, layer.window(), patch)
          ? Geometry.fetch(
                  layer.name(), shape(layer.input()), input, output, layer.window(), plan.of(layer))
              .outputOrder()
          : StreamOrder.RASTER;
    }

    /** The order of what is added to {@code projection}, which can take any. */
    private StreamOrder ofSum(Layer.Convolution projection) {
      for (Layer layer : skips.readers(projection.output())) {
        if (layer instanceof Layer.Add add) {
          if (add.a().equals(projection.output())) {
            return of(add.b());
          }
          if (add.b().equals(projection.output())) {
            return of(add.a());
          }
        }
      }
      return StreamOrder.RASTER;
    }

    @Override
    public StreamOrder pool(Layer.Pool layer) {
      return StreamOrder.RASTER;
    }

    @Override
    public StreamOrder globalAveragePool(Layer.GlobalAveragePool layer) {
      return StreamOrder.RASTER;
    }

    @Override
    public StreamOrder add(Layer.Add layer) {
      return of(last(layer));
    }

    @Override
    public StreamOrder addConstant(Layer.AddConstant layer) {
      return of(layer.input());
    }

    @Override
    public StreamOrder lookup(Layer.Lookup layer) {
      return of(layer.input());
    }

    @Override
    public StreamOrder concat(Layer.Concat layer) {
      return layer.axis() == Layer.Concat.Axis.CHANNELS ? of(last(layer)) : StreamOrder.RASTER;
    }

    @Override
    public StreamOrder gather(Layer.Gather layer) {
      return of(layer.input());
    }

    @Override
    public StreamOrder channelLookup(Layer.ChannelLookup layer) {
      return of(layer.input());
    }

    @Override
    public StreamOrder reframe(Layer.Reframe layer) {
      return StreamOrder.RASTER;
    }
  }
}
