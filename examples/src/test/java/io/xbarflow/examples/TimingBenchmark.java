package io.xbarflow.examples;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.timing.TimingModel;
import io.xbarflow.mapper.Mapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Prints what the timing model finds and how much processor time it and the whole mapping take on a
 * warm virtual machine, on 256 x 256 macros: of large networks, and of one network over images of
 * growing size.
 */
final class TimingBenchmark {
  private static final ImmutableList<String> LARGE = ImmutableList.of("resnet18", "resnet50");
  private static final int[] MVM_CYCLES = {8, 130};
  private static final int RUNS = 10;
  private static final int IMAGES = 3;

  private static final ThreadMXBean PROCESSOR = ManagementFactory.getThreadMXBean();

  private TimingBenchmark() {}

  /**
   * Runs the benchmark.
   *
   * @param arguments none
   * @throws IOException when a network cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    for (String name : LARGE) {
      if (ReferenceNetworks.names().contains(name)) {
        run(name, Imported.reference(name));
      }
    }
    for (int size : new int[] {112, 224, 448}) {
      Path file = Files.createTempFile("resnet18", ".onnx");
      Files.write(file, ReferenceNetworks.resnet18("resnet18_" + size, size));
      run("resnet18_" + size, OnnxImport.read(file));
      Files.delete(file);
    }
  }

  private static void run(String name, Network network) {
    for (int mvmCycles : MVM_CYCLES) {
      Architecture architecture = Architectures.named("analog-256").withMvmCycles(mvmCycles);
      Mapping mapping = Mapper.map(network, architecture);
      long start = PROCESSOR.getCurrentThreadCpuTime();
      Mapper.map(network, architecture);
      double mapSeconds = (PROCESSOR.getCurrentThreadCpuTime() - start) / 1e9;
      TimingModel.Timing timing = TimingModel.run(mapping, IMAGES);
      long least = Long.MAX_VALUE;
      for (int i = 0; i < RUNS; i++) {
        start = PROCESSOR.getCurrentThreadCpuTime();
        TimingModel.run(mapping, IMAGES);
        least = Math.min(least, PROCESSOR.getCurrentThreadCpuTime() - start);
      }
      long beats = 0;
      long pixels = 0;
      for (Link link : mapping.links()) {
        beats += link.beatsPerImage();
        pixels += link.shape().pixels();
      }
      System.out.printf(
          "%-12s %4d cycles an MVM: %8d cycles first, %8d per image; %9d beats and %7d pixels an"
              + " image; %d images %7.1f ms, %6.1f ns a pixel; mapped in %5.2f s%n",
          name,
          mvmCycles,
          timing.firstImageCycles(mapping.outputs()),
          timing.cyclesPerImage(mapping.outputs(), IMAGES).orElseThrow(),
          beats,
          pixels,
          IMAGES,
          least / 1e6,
          (double) least / pixels / IMAGES,
          mapSeconds);
    }
  }
}
