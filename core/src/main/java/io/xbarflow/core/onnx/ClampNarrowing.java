package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Layer;
import java.util.Optional;

/** Adds a clamp to a layer's output, where the layer has one. */
final class ClampNarrowing implements Layer.Cases<Optional<Layer>> {
  private final int least;
  private final int greatest;

  ClampNarrowing(int least, int greatest) {
    this.least = least;
    this.greatest = greatest;
  }

  private int clamp(int value) {
    return Math.min(Math.max(value, least), greatest);
  }

  @Override
  public Optional<Layer> convolution(Layer.Convolution layer) {
    return Optional.of(
        new Layer.Convolution(
            layer.name(),
            layer.input(),
            layer.output(),
            layer.window(),
            layer.groups(),
            layer.weights(),
            layer.weightScales(),
            layer.bias(),
            clamp(layer.clampMin()),
            clamp(layer.clampMax())));
  }

  @Override
  public Optional<Layer> pool(Layer.Pool layer) {
    return Optional.empty();
  }

  @Override
  public Optional<Layer> globalAveragePool(Layer.GlobalAveragePool layer) {
    return Optional.empty();
  }

  @Override
  public Optional<Layer> add(Layer.Add layer) {
    return Optional.of(
        new Layer.Add(
            layer.name(),
            layer.a(),
            layer.b(),
            layer.output(),
            clamp(layer.clampMin()),
            clamp(layer.clampMax())));
  }

  @Override
  public Optional<Layer> addConstant(Layer.AddConstant layer) {
    return Optional.of(
        new Layer.AddConstant(
            layer.name(),
            layer.input(),
            layer.constant(),
            layer.constantQuantisation(),
            layer.constantFirst(),
            layer.output(),
            clamp(layer.clampMin()),
            clamp(layer.clampMax())));
  }

  @Override
  public Optional<Layer> lookup(Layer.Lookup layer) {
    return Optional.of(
        new Layer.Lookup(
            layer.name(),
            layer.input(),
            layer.output(),
            layer.table().stream().map(this::clamp).collect(ImmutableList.toImmutableList())));
  }

  @Override
  public Optional<Layer> concat(Layer.Concat layer) {
    return Optional.empty();
  }

  @Override
  public Optional<Layer> reframe(Layer.Reframe layer) {
    return Optional.empty();
  }

  @Override
  public Optional<Layer> gather(Layer.Gather layer) {
    return Optional.empty();
  }

  @Override
  public Optional<Layer> channelLookup(Layer.ChannelLookup layer) {
    return Optional.of(
        new Layer.ChannelLookup(
            layer.name(),
            layer.input(),
            layer.output(),
            layer.tables().stream()
                .map(
                    table ->
                        table.stream().map(this::clamp).collect(ImmutableList.toImmutableList()))
                .collect(ImmutableList.toImmutableList()),
            layer.tableOfChannel()));
  }
}
