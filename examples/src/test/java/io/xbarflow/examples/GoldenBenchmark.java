package io.xbarflow.examples;

import ai.onnxruntime.OrtException;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.sun.management.OperatingSystemMXBean;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.sim.golden.GoldenModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints images per second of ONNX Runtime and of the golden model, on two threads each, in turns
 * on a warm virtual machine. Not a test: it runs when it is named, see CONTRIBUTING.md.
 */
final class GoldenBenchmark {
  private static final int THREADS = 2;
  private static final int IMAGES = 16;
  private static final int WARM_ROUNDS = 4;
  private static final int ROUNDS = 9;

  @TempDir Path folder;

  @Test
  void besideOnnxRuntime() throws IOException, OrtException {
    for (String name :
        Splitter.on(',').split(System.getProperty("benchmark.networks", "resnet18"))) {
      try (LargeNetwork network = new LargeNetwork(name, true, THREADS, IMAGES, folder)) {
        run(name, network);
      }
      try (LargeNetwork network = new LargeNetwork(name, false, THREADS, IMAGES, folder)) {
        List<ImmutableMap<String, Image>> golden =
            new GoldenModel(network.network())
                .runAll(network.images(), network.output()::equals, THREADS);
        System.out.printf(
            "%s, weights of 8 bits: %s (without VNNI instructions ONNX Runtime saturates partial"
                + " sums)%n",
            name, compare(network, golden));
      }
    }
  }

  private static void run(String name, LargeNetwork network) throws OrtException {
    GoldenModel model = new GoldenModel(network.network());
    String output = network.output();
    double[] golden = new double[ROUNDS];
    double[] runtime = new double[ROUNDS];
    long goldenCpu = 0;
    long runtimeCpu = 0;
    for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
      long startCpu = cpuNanos();
      long start = System.nanoTime();
      model.runAll(network.images(), output::equals, THREADS);
      long middle = System.nanoTime();
      long middleCpu = cpuNanos();
      network.runtimeOutputs();
      long end = System.nanoTime();
      if (round >= 0) {
        goldenCpu += middleCpu - startCpu;
        runtimeCpu += cpuNanos() - middleCpu;
        golden[round] = IMAGES / ((middle - start) / 1e9);
        runtime[round] = IMAGES / ((end - middle) / 1e9);
      }
    }
    Arrays.sort(golden);
    Arrays.sort(runtime);
    System.out.printf(
        "%s: golden model %.1f images/s (%.1f to %.1f), ONNX Runtime %.1f (%.1f to %.1f), ratio of"
            + " the medians %.2f%n",
        name,
        golden[ROUNDS / 2],
        golden[0],
        golden[ROUNDS - 1],
        runtime[ROUNDS / 2],
        runtime[0],
        runtime[ROUNDS - 1],
        golden[ROUNDS / 2] / runtime[ROUNDS / 2]);
    System.out.printf(
        "%s: processor time per image: golden model %.1f ms, ONNX Runtime %.1f ms (its threads wait"
            + " for each other busily)%n",
        name, goldenCpu / 1e6 / (ROUNDS * IMAGES), runtimeCpu / 1e6 / (ROUNDS * IMAGES));
    long start = System.nanoTime();
    int alone = 4;
    for (int image = 0; image < alone; image++) {
      model.runAll(network.images().subList(image, image + 1), output::equals, THREADS);
    }
    System.out.printf(
        "%s: one image at a time %.1f images/s%n",
        name, alone / ((System.nanoTime() - start) / 1e9));
    System.out.printf(
        "%s, weights of 7 bits: %s%n",
        name, compare(network, model.runAll(network.images(), output::equals, THREADS)));
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static String compare(LargeNetwork network, List<ImmutableMap<String, Image>> golden)
      throws OrtException {
    List<byte[]> expected = network.runtimeOutputs();
    int values = 0;
    int different = 0;
    for (int image = 0; image < expected.size(); image++) {
      Image got = golden.get(image).get(network.output());
      for (int i = 0; i < expected.get(image).length; i++) {
        values++;
        different += expected.get(image)[i] == (byte) got.get(i) ? 0 : 1;
      }
    }
    return different + " of " + values + " output values differ from ONNX Runtime's";
  }
}
