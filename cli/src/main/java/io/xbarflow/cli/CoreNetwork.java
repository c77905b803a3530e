package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CoreUse;
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
import io.xbarflow.rtlgen.rtl.Generator;
import io.xbarflow.sim.Simulation;
import io.xbarflow.sim.golden.Calibration;
import io.xbarflow.testbench.CosimRequest;
import io.xbarflow.testbench.Cosimulation;
import io.xbarflow.testbench.Stalls;
import io.xbarflow.testbench.Toolchain;
import io.xbarflow.testbench.VerilatorBuild;
import io.xbarflow.testbench.kit.Check;
import io.xbarflow.testbench.kit.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The last check of a core type: a network of a dense, a depthwise and a pointwise convolution, all
 * that the type can compute on its macros, co-simulated with and without stalls.
 */
final class CoreNetwork {
  private static final String CHECK = "network";
  private static final int IMAGES = 3;
  private static final int STALL_SEEDS = 3;
  private static final Shape INPUT = new Shape(3, 6, 6);
  private static final Shape MIDDLE = new Shape(8, 6, 6);
  private static final Shape OUTPUT = new Shape(5, 6, 6);

  private final Random random = new Random(7);

  /** Runs the network on macros of {@code type}; {@code types} holds it and the built-in ones. */
  static Check run(
      CoreTypes types,
      CoreType type,
      Architecture architecture,
      Map<String, String> given,
      Path folder,
      Path cache) {
    CoreSelection cores = CoreSelection.of(type.name(), CoreUse.IDEAL);
    if (type.name().equals(CoreUse.IDEAL)) {
      cores = CoreSelection.IDEAL;
    }
    for (Map.Entry<String, String> each : given.entrySet()) {
      cores = cores.withParameter(type.name(), each.getKey(), each.getValue());
    }
    Architecture chip = architecture.withCores(cores);
    Network network = new CoreNetwork().network();
    ImmutableList<ImmutableMap<String, Image>> inputs = inputs(network);
    Mapping mapping =
        calibrated(
            network,
            Mapper.map(network, chip, MappingOptions.PLAIN.withCores(types.assign(network, chip))),
            inputs);
    new Generator(types).generate(network, mapping, folder);
    Simulation simulation = Simulation.ofEveryTensor(network, mapping, types, inputs);
    CosimRequest request =
        CosimRequest.of(folder, network, mapping, simulation.images())
            .withPrediction(simulation.timing().orElseThrow().imageEnds());
    Cosimulation cosimulation =
        new Cosimulation(new VerilatorBuild(Toolchain.onPath(), cache).quick(), line -> {});
    List<String> wrong = new ArrayList<>(cosimulation.run(request).findings());
    for (int seed = 1; seed <= STALL_SEEDS; seed++) {
      wrong.addAll(cosimulation.run(request.withStalls(Stalls.ofSeed(seed))).findings());
    }
    return new Check(
        CHECK,
        IMAGES
            + " images through three layers, cycles as predicted; and under "
            + STALL_SEEDS
            + " patterns of stalls",
        wrong.stream()
            .limit(3)
            .map(
                found ->
                    new Finding(
                        CHECK, found, "Mend what the checks above find first; then see " + folder))
            .collect(ImmutableList.toImmutableList()));
  }

  private static Mapping calibrated(
      Network network, Mapping mapping, List<ImmutableMap<String, Image>> images) {
    boolean wanted =
        mapping.blocks().stream()
            .anyMatch(
                block ->
                    block instanceof Block.ImcCore core
                        && core.array().core().macro().calibrated());
    return wanted ? Calibration.of(network, mapping, images) : mapping;
  }

  private static ImmutableList<ImmutableMap<String, Image>> inputs(Network network) {
    ImmutableList<Image> images = RandomImages.of(network, IMAGES, 1).get("x");
    return images.stream()
        .map(image -> ImmutableMap.of("x", image))
        .collect(ImmutableList.toImmutableList());
  }

  private Network network() {
    ImmutableList<Tensor> tensors =
        ImmutableList.of(
            new Tensor("x", INPUT, new Quantisation(0.02f, 120, false)),
            new Tensor("dense", MIDDLE, new Quantisation(0.05f, 0, false)),
            new Tensor("depthwise", MIDDLE, new Quantisation(0.05f, 0, false)),
            new Tensor("y", OUTPUT, new Quantisation(0.05f, 128, false)));
    Window three = new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1);
    return new Network(
        "check-core.onnx",
        "0".repeat(64),
        tensors,
        ImmutableList.of(
            layer("dense", "x", three, 1, 3, 8),
            layer("depthwise", "dense", three, 8, 1, 8),
            layer("y", "depthwise", Window.frame(1, 1), 1, 8, 5)),
        ImmutableList.of(host("x", INPUT)),
        ImmutableList.of(host("y", OUTPUT)));
  }

  private Layer.Convolution layer(
      String name, String input, Window window, int groups, int inputs, int outputs) {
    byte[] weights = new byte[inputs * outputs * window.taps()];
    random.nextBytes(weights);
    ImmutableList.Builder<Integer> bias = ImmutableList.builder();
    for (int output = 0; output < outputs; output++) {
      bias.add(random.nextInt(4000) - 1000);
    }
    return new Layer.Convolution(
        name,
        input,
        name,
        window,
        groups,
        Int8Array.copyOf(weights),
        ImmutableList.of(0.01f),
        bias.build(),
        0,
        255);
  }

  private static HostTensor host(String name, Shape shape) {
    return new HostTensor(
        name,
        name,
        ImmutableList.of(1, shape.channels(), shape.height(), shape.width()),
        false,
        false);
  }
}
