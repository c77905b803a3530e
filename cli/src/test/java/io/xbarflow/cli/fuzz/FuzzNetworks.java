package io.xbarflow.cli.fuzz;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.RandomImages;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import io.xbarflow.sim.golden.Calibration;
import java.util.Collections;
import java.util.Random;

/** Small networks, mapped, whose artefacts are edited: between them every kind of layer. */
final class FuzzNetworks {
  /** Hash that the mappings under {@code shared/models/faults} name. */
  static final String TINY_SHA256 =
      "5e7e1088864149ea7a598837743a1437869a69f7b6a35b9289ff2e4b09bf88cc";

  private static final Quantisation SIGNED = new Quantisation(0.1f, -5, true);
  private static final Window THREE = new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1);
  private static final Random RANDOM = new Random(3);

  /**
   * A network and a mapping of it.
   *
   * @param name for messages
   */
  record Chip(String name, Network network, Mapping mapping) {}

  private FuzzNetworks() {}

  /** Every network, on ideal cores and on others. */
  static ImmutableList<Chip> all() {
    return ImmutableList.of(
        chip("tiny", tiny(), "ideal"),
        chip("tiny on pcm", tiny(), "pcm"),
        chip("branches", branches(), "ideal"),
        chip("chain", chain(), "bit_sliced"));
  }

  static Chip chip(String name, Network network, String core) {
    Architecture architecture =
        Architectures.named("default").withMvmCycles(8).withCores(CoreSelection.of(core, "ideal"));
    CoreTypes types = CoreTypes.installed();
    Mapping mapping =
        Mapper.map(
            network,
            architecture,
            MappingOptions.PLAIN.withCores(types.assign(network, architecture)));
    boolean calibrated =
        mapping.blocks().stream()
            .anyMatch(
                block ->
                    block instanceof Block.ImcCore of && of.array().core().macro().calibrated());
    return new Chip(
        name, network, calibrated ? Calibration.of(network, mapping, images(network)) : mapping);
  }

  private static ImmutableList<ImmutableMap<String, Image>> images(Network network) {
    HostTensor input = network.inputs().get(0);
    return RandomImages.of(network, 2, 1).get(input.name()).stream()
        .map(image -> ImmutableMap.of(input.tensor(), image))
        .collect(ImmutableList.toImmutableList());
  }

  /** Two convolutions with a skip around the second. */
  static Network tiny() {
    return new Network(
        "tiny.onnx",
        TINY_SHA256,
        ImmutableList.of(
            new Tensor("x", new Shape(2, 5, 6), new Quantisation(0.05f, 3, true)),
            tensor("a", 3, 5, 6),
            tensor("b", 3, 5, 6),
            new Tensor("y", new Shape(3, 5, 6), new Quantisation(0.15f, 2, true))),
        ImmutableList.of(
            convolution("c1", "x", "a", THREE, 1, 2, 3),
            convolution("c2", "a", "b", Window.frame(1, 1), 1, 3, 3),
            new Layer.Add("add", "a", "b", "y", -128, 127)),
        ImmutableList.of(host("x", 2, 5, 6)),
        ImmutableList.of(host("y", 3, 5, 6)));
  }

  /** Pools, a concatenation, a gather, tables and a constant, on branches. */
  private static Network branches() {
    ImmutableList<Integer> table = ImmutableList.copyOf(Collections.nCopies(256, 7));
    return new Network(
        "branches.onnx",
        "1".repeat(64),
        ImmutableList.of(
            tensor("x", 2, 6, 6),
            tensor("max", 2, 3, 3),
            tensor("mean", 2, 3, 3),
            tensor("both", 4, 3, 3),
            tensor("swapped", 4, 3, 3),
            tensor("table", 4, 3, 3),
            tensor("tables", 4, 3, 3),
            tensor("shifted", 4, 3, 3),
            tensor("y", 4, 1, 1)),
        ImmutableList.of(
            new Layer.Pool("pool", "x", "max", window(2, 2), Layer.Pool.Kind.MAX, false),
            new Layer.Pool("average", "x", "mean", window(2, 2), Layer.Pool.Kind.AVERAGE, false),
            new Layer.Concat("concat", ImmutableList.of("max", "mean"), "both"),
            new Layer.Gather("gather", "both", "swapped", ImmutableList.of(3, 2, 0, -1), 1),
            new Layer.Lookup("lookup", "swapped", "table", table),
            new Layer.ChannelLookup(
                "lookups",
                "table",
                "tables",
                ImmutableList.of(table, ImmutableList.copyOf(Collections.nCopies(256, 9))),
                ImmutableList.of(0, 1, 0, 1)),
            new Layer.AddConstant(
                "constant",
                "tables",
                ImmutableList.of(1, 2, 3, 4),
                SIGNED,
                false,
                "shifted",
                -128,
                127),
            new Layer.GlobalAveragePool("global", "shifted", "y")),
        ImmutableList.of(host("x", 2, 6, 6)),
        ImmutableList.of(host("y", 4, 1, 1)));
  }

  /** Convolutions one behind the other, one of them grouped, a frame, two outputs. */
  private static Network chain() {
    return new Network(
        "chain.onnx",
        "2".repeat(64),
        ImmutableList.of(
            tensor("x", 2, 6, 6),
            tensor("a", 4, 6, 6),
            tensor("b", 4, 3, 3),
            tensor("framed", 4, 4, 4),
            tensor("y", 3, 1, 1)),
        ImmutableList.of(
            convolution("wide", "x", "a", THREE, 1, 2, 4),
            convolution("groups", "a", "b", window(2, 2), 4, 1, 4),
            new Layer.Reframe("frame", "b", "framed", -1, 0, 1, 1, 5),
            convolution("full", "framed", "y", Window.frame(4, 4), 1, 4, 3)),
        ImmutableList.of(host("x", 2, 6, 6)),
        ImmutableList.of(host("b", 4, 3, 3), host("y", 3, 1, 1)));
  }

  private static Window window(int kernel, int stride) {
    return new Window(kernel, kernel, stride, stride, 0, 0, 0, 0, 1, 1);
  }

  private static Tensor tensor(String name, int channels, int height, int width) {
    return new Tensor(name, new Shape(channels, height, width), SIGNED);
  }

  private static Layer.Convolution convolution(
      String name,
      String input,
      String output,
      Window window,
      int groups,
      int inputs,
      int outputs) {
    byte[] weights = new byte[inputs * outputs * window.taps()];
    RANDOM.nextBytes(weights);
    return new Layer.Convolution(
        name,
        input,
        output,
        window,
        groups,
        Int8Array.copyOf(weights),
        ImmutableList.of(0.02f),
        ImmutableList.copyOf(Collections.nCopies(outputs, 10)),
        -128,
        127);
  }

  private static HostTensor host(String name, int channels, int height, int width) {
    return new HostTensor(name, name, ImmutableList.of(channels, height, width), false, false);
  }
}
