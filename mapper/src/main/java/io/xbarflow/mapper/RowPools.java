package io.xbarflow.mapper;

import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import java.util.Map;

/**
 * Decides which max pools keep partial results instead of input pixels. All results of a row of
 * windows come while its last row of pixels comes in. Readers with a memory take that up; a
 * convolution without one must be fast enough to take the results of an image in that part of the
 * interval in which results come, or the pool would wait for it and the layers before would too.
 */
final class RowPools {
  private final Network network;
  private final Plan plan;
  private final Map<String, Tensor> tensors;
  private final Architecture architecture;
  private final long intervalCycles;

  RowPools(Network network, Architecture architecture, Plan plan) {
    this.network = network;
    this.plan = plan;
    this.tensors = network.tensorsByName();
    this.architecture = architecture;
    this.intervalCycles = Lanes.intervalCycles(network, architecture, plan);
  }

  /** Whether {@code pool}, whose input comes in {@code order}, keeps partial results. */
  boolean keepsResults(Layer.Pool pool, StreamOrder order) {
    return plan.of(pool).memory() == ActivationMemoryPolicy.RING
        && canKeepResults(pool, order)
        && readersKeepUp(pool.output(), rowsPerResults(pool));
  }

  private boolean canKeepResults(Layer.Pool pool, StreamOrder order) {
    return Block.RowPool.canCompute(
        pool, tensors.get(pool.input()).shape(), tensors.get(pool.output()).shape(), order);
  }

  /** Rows of pixels for one row of results. */
  private int rowsPerResults(Layer.Pool pool) {
    Shape output = tensors.get(pool.output()).shape();
    return Block.RowPool.spaced(pool.window(), output).strideHeight();
  }

  /** Whether all readers of {@code tensor} can take it in one of {@code parts} of the interval. */
  private boolean readersKeepUp(String tensor, long parts) {
    return network.layers().stream()
        .filter(layer -> layer.inputs().contains(tensor))
        .allMatch(layer -> keepsUp(layer, parts));
  }

  private boolean keepsUp(Layer reader, long parts) {
    if (reader instanceof Layer.Convolution convolution) {
      LayerPlan decided = plan.of(convolution);
      boolean direct =
          Fetch.isDirect(
              tensors.get(convolution.input()).shape(),
              StreamOrder.RASTER,
              tensors.get(convolution.output()).shape(),
              convolution.window(),
              decided.patch());
      long patches = decided.patch().count(tensors.get(convolution.output()).shape());
      long slots = (patches + decided.copies() - 1) / decided.copies();
      int mvmCycles = decided.core(architecture).macro().mvmCycles();
      return !direct || parts * slots * mvmCycles <= intervalCycles;
    }
    if (reader instanceof Layer.Pool pool) {
      return !canKeepResults(pool, StreamOrder.RASTER)
          || readersKeepUp(pool.output(), parts * rowsPerResults(pool));
    }
    return !(reader instanceof Layer.Lookup
            || reader instanceof Layer.AddConstant
            || reader instanceof Layer.ChannelLookup
            || reader instanceof Layer.Gather
            || reader instanceof Layer.Reframe)
        || readersKeepUp(reader.output(), parts);
  }
}
