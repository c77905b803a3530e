package io.xbarflow.examples;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import io.xbarflow.mapper.MappingOptions.Effort;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Prints whether the depths of the memories on skips suffice and whether they are least, on 256 x
 * 256 macros: that the mapped pipeline neither deadlocks nor stalls, and what becomes of it when
 * one of these memories, each in turn, holds one pixel less.
 */
final class DepthsBenchmark {
  private static final String USAGE =
      "[NETWORK|FILE.onnx ...] [--mvm-cycles T ...] [--effort quick|full] [--slots N]";
  private static final ImmutableList<String> RESIDUAL =
      ImmutableList.of("resnet8", "resnet20", "resnet32", "resnet18", "resnet50", "mobilenet_v2");
  private static final ImmutableList<Integer> MVM_CYCLES = ImmutableList.of(8, 130);

  private DepthsBenchmark() {}

  /**
   * Runs the benchmark.
   *
   * @param arguments reference networks or ONNX files (the residual reference networks when there
   *     is none); {@code --mvm-cycles T}, once or several times (8 and 130 when not given); {@code
   *     --effort quick|full} (full); {@code --slots N}, so that patches reach an interval of N MVMs
   * @throws IOException when a network cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    List<String> names = new ArrayList<>();
    List<Integer> mvmCycles = new ArrayList<>();
    Effort effort = Effort.FULL;
    Optional<Long> slots = Optional.empty();
    Deque<String> rest = new ArrayDeque<>(Arrays.asList(arguments));
    while (!rest.isEmpty()) {
      String argument = rest.pop();
      if (!argument.startsWith("--")) {
        names.add(argument);
        continue;
      }
      checkArgument(!rest.isEmpty(), "%s without a value; expected %s", argument, USAGE);
      String value = rest.pop();
      switch (argument) {
        case "--mvm-cycles" -> mvmCycles.add(Integer.valueOf(value));
        case "--effort" -> effort = Effort.valueOf(Ascii.toUpperCase(value));
        case "--slots" -> slots = Optional.of(Long.valueOf(value));
        default -> throw new IllegalArgumentException(argument + "; expected " + USAGE);
      }
    }
    for (String name : names.isEmpty() ? RESIDUAL : names) {
      Network network =
          ReferenceNetworks.names().contains(name)
              ? Imported.reference(name)
              : OnnxImport.read(Path.of(name));
      for (int cycles : mvmCycles.isEmpty() ? MVM_CYCLES : mvmCycles) {
        Architecture architecture = Architectures.named("analog-256").withMvmCycles(cycles);
        Optional<Long> most = slots.map(each -> each * architecture.mvmCycles());
        MappingOptions options =
            new MappingOptions(Optional.empty(), most, 1, ImmutableMap.of(), effort);
        double start = processorSeconds();
        Mapping mapping = Mapper.map(network, architecture, options);
        double mapSeconds = processorSeconds() - start;
        print(name, mapping, mapSeconds);
      }
    }
  }

  private static double processorSeconds() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }

  private static void print(String name, Mapping mapping, double mapSeconds) {
    double start = processorSeconds();
    SkipDepths depths = new SkipDepths(mapping);
    ImmutableList<SkipDepths.Shortened> shortened = depths.shortened();
    System.out.printf(
        "%s, %d cycles an MVM: %s; %d cycles per image (%d with ample memories, bound %d), first"
            + " image %d (%d with ample memories, bound %d)%n",
        name,
        mapping.architecture().mvmCycles(),
        depths.neverStalls() ? "never stalls" : "STALLS",
        depths.interval(),
        depths.ampleInterval(),
        mapping.bound().cyclesPerImage().orElseThrow(),
        depths.firstImage(),
        depths.ampleFirstImage(),
        mapping.bound().firstImageCycles());
    System.out.printf("  %d memories on skips; one pixel less in each:", shortened.size());
    for (SkipDepths.Outcome outcome : SkipDepths.Outcome.values()) {
      System.out.printf(
          " %s %d,",
          Ascii.toLowerCase(outcome.name()).replace('_', ' '),
          shortened.stream().filter(each -> each.outcome() == outcome).count());
    }
    System.out.printf(
        " %d hold no more than a window; mapped in %.1f s, checked in %.1f s%n",
        shortened.stream().filter(SkipDepths.Shortened::holdsOnlyAWindow).count(),
        mapSeconds,
        processorSeconds() - start);
    for (SkipDepths.Shortened each : shortened) {
      if (each.outcome() == SkipDepths.Outcome.NOTHING
          || each.outcome() == SkipDepths.Outcome.LITTLE_LATER_FIRST_IMAGE) {
        System.out.printf(
            "  %s could be shorter: %s%n",
            each.memory(), Ascii.toLowerCase(each.outcome().name()).replace('_', ' '));
      }
    }
  }
}
