package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.RandomImages;
import io.xbarflow.core.timing.TimingModel;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import io.xbarflow.rtlgen.rtl.Generator;
import io.xbarflow.sim.golden.GoldenModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The whole path for one network: mapped, generated, predicted, expected, co-simulated. Programs
 * that Verilator builds are kept in {@code testbench/target/simulators}.
 *
 * @param network what the chip computes
 * @param mapping what the Verilog was generated from
 * @param folder that holds the Verilog
 */
record Chain(Network network, Mapping mapping, Path folder) {

  /** Maps {@code network} and writes its Verilog below {@code folder}. */
  static Chain of(Network network, Architecture architecture, Path folder) {
    MappingOptions options =
        MappingOptions.PLAIN.withCores(CoreTypes.installed().assign(network, architecture));
    return of(network, Mapper.map(network, architecture, options), folder);
  }

  /** Writes the Verilog of {@code mapping} below {@code folder}. */
  static Chain of(Network network, Mapping mapping, Path folder) {
    new Generator(CoreTypes.installed()).generate(network, mapping, folder);
    return new Chain(network, mapping, folder);
  }

  /** The repository's root. */
  static Path root() {
    return Path.of(System.getProperty("xbarflow.root", "."));
  }

  /** The network of {@code examples/<name>}. */
  static Network example(String name) {
    return OnnxImport.read(root().resolve("examples").resolve(name).resolve("model.onnx"));
  }

  static VerilatorBuild build() {
    return new VerilatorBuild(
        Toolchain.onPath(), root().resolve("testbench").resolve("target").resolve("simulators"));
  }

  /** {@code count} seeded random inputs, by tensor. */
  ImmutableList<ImmutableMap<String, Image>> randomInputs(int count, long seed) {
    ImmutableMap<String, ImmutableList<Image>> images = RandomImages.of(network, count, seed);
    ImmutableList.Builder<ImmutableMap<String, Image>> inputs = ImmutableList.builder();
    for (int image = 0; image < count; image++) {
      ImmutableMap.Builder<String, Image> tensors = ImmutableMap.builder();
      for (HostTensor input : network.inputs()) {
        tensors.put(input.tensor(), images.get(input.name()).get(image));
      }
      inputs.add(tensors.buildOrThrow());
    }
    return inputs.build();
  }

  /** What to co-simulate so that {@code inputs} go through without stalls, cycles compared. */
  CosimRequest request(List<ImmutableMap<String, Image>> inputs) {
    GoldenModel golden = new GoldenModel(network, mapping, CoreTypes.installed());
    TimingModel.Timing timing = TimingModel.run(mapping, inputs.size());
    assertTrue(!timing.deadlocked(), "the timing model deadlocks");
    return CosimRequest.of(folder, network, mapping, golden.runAll(inputs, tensor -> true, 1))
        .withPrediction(timing.imageEnds());
  }

  /** Co-simulates {@code request}, which may be right or wrong. */
  static CosimResult simulate(CosimRequest request) {
    Cosimulation cosimulation = new Cosimulation(build().quick(), line -> {});
    CosimResult result =
        (Reached.measured() ? cosimulation.withCoverage() : cosimulation).run(request);
    Reached.add(request.folder(), result);
    return result;
  }

  /** Co-simulates {@code request} and asserts that nothing is wrong. */
  static CosimResult prove(CosimRequest request) {
    CosimResult result = simulate(request);
    assertEquals(List.of(), result.findings());
    CosimReport report = result.report();
    assertTrue(report.bitExact(), "bit-exact");
    assertEquals(0, report.protocolViolations(), "violations of the stream protocol");
    assertEquals(
        request.timed() ? Optional.of(true) : Optional.empty(), report.cycleExact(), "cycle-exact");
    for (CosimReport.Boundary boundary : report.layers()) {
      long values =
          (long) request.images().size()
              * request.mapping().linksByName().get(boundary.link()).shape().size();
      assertEquals(values, boundary.values(), boundary.link());
      assertEquals(0, boundary.mismatches(), boundary.link());
    }
    return result;
  }
}
