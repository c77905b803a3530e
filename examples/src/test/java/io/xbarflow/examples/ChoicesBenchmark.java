package io.xbarflow.examples;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.network.Network;
import io.xbarflow.mapper.choice.Choices;
import io.xbarflow.mapper.choice.FirstImage;
import io.xbarflow.mapper.choice.Parallelism;
import java.io.IOException;

/** Prints slots, and milliseconds on a warm virtual machine, on 128 x 128 macros. */
final class ChoicesBenchmark {
  private static final int RUNS = 20;

  private ChoicesBenchmark() {}

  /**
   * Runs the benchmark.
   *
   * @param arguments none
   * @throws IOException when a network cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    run("resnet18", Imported.reference("resnet18"), 9216);
    long start = System.nanoTime();
    Network vgg16 = Imported.reference("vgg16");
    System.out.printf("vgg16 written and read in %d ms%n", (System.nanoTime() - start) / 1_000_000);
    run("vgg16", vgg16, 16384);
    run("vgg16", vgg16, 9216);
  }

  private static void run(String name, Network network, int crossbars) {
    for (int mvmCycles : new int[] {Architecture.MVM_CYCLES.most(), 130}) {
      Architecture architecture =
          Architectures.named("analog-256").withCrossbar(128, 128).withMvmCycles(mvmCycles);
      for (Parallelism parallelism : Parallelism.values()) {
        Choices choices = Choices.leastInterval(network, architecture, crossbars, parallelism);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
          long start = System.nanoTime();
          Choices.leastInterval(network, architecture, crossbars, parallelism);
          least = Math.min(least, System.nanoTime() - start);
        }
        System.out.printf(
            "%-8s %5d macros, %7d cycles an MVM, %-18s: %5d slots, %10d cycles, %5d macros, first"
                + " image %6d slots, %7.2f ms%n",
            name,
            crossbars,
            mvmCycles,
            parallelism,
            choices.slots(),
            choices.cycles(),
            choices.macros(),
            FirstImage.slots(network, choices),
            least / 1e6);
      }
    }
  }
}
