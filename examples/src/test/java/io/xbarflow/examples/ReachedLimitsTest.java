package io.xbarflow.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.network.Network;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import java.io.IOException;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What mappings of the reference networks reach beside their bounds: unpatched, with patches on the
 * same macros, and at a sixteenth of the interval. Cycles come from the timing model. With {@code
 * -Dxbarflow.long=true} also of ResNet-18.
 */
final class ReachedLimitsTest {
  private static final Logger LOG = Logger.getLogger(ReachedLimitsTest.class.getName());

  private static final int MVM_CYCLES = 130;

  /** Values per beat: with fewer the first image is up to 5 % later at a sixteenth. */
  private static final int LANES = 8;

  static Stream<Arguments> networks() {
    Stream.Builder<Arguments> networks = Stream.builder();
    networks.add(Arguments.of("resnet8", 14, 1024, 256, 19, 64));
    networks.add(Arguments.of("resnet20", 36, 1024, 256, 49, 64));
    networks.add(Arguments.of("resnet32", 60, 1024, 256, 81, 64));
    networks.add(Arguments.of("vgg8", 206, 1024, 1024, 298, 64));
    networks.add(Arguments.of("mobilenet_v1_025", 66, 2304, 288, 68, 144));
    if (Boolean.getBoolean("xbarflow.long")) {
      networks.add(Arguments.of("resnet18", 201, 12544, 3136, 208, 784));
    }
    return networks.build();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void reached(
      String name,
      int macros,
      long slots,
      long slotsWithPatches,
      int macrosOfSixteenth,
      long sixteenth)
      throws IOException {
    Network network = Imported.reference(name);
    Architecture architecture = Architectures.named("default").withMvmCycles(MVM_CYCLES);
    Reached plain = reach(network, architecture, Optional.empty(), Optional.empty());
    plain.print(name, "plain");
    plain.assertFigures(macros, slots * MVM_CYCLES);
    plain.assertWithin(1.05, 1.10);
    Reached patched = reach(network, architecture, Optional.of(macros), Optional.empty());
    patched.print(name, "patches");
    patched.assertFigures(patched.bound().crossbars(), slotsWithPatches * MVM_CYCLES);
    assertTrue(patched.reached().crossbars() <= macros);
    patched.assertWithin(1.05, 1.15);
    Reached fast =
        reach(network, architecture, Optional.empty(), Optional.of(slots / 16 * MVM_CYCLES));
    fast.print(name, "a sixteenth");
    fast.assertFigures(macrosOfSixteenth, sixteenth * MVM_CYCLES);
    fast.assertWithin(1.05, 1.15);
  }

  private static Reached reach(
      Network network, Architecture architecture, Optional<Integer> macros, Optional<Long> cycles) {
    MappingOptions options =
        new MappingOptions(macros, cycles, LANES, ImmutableMap.of(), MappingOptions.Effort.QUICK);
    var mapping = Mapper.map(network, architecture, options);
    return new Reached(mapping.prediction(), mapping.bound());
  }

  private record Reached(Figures reached, Figures bound) {
    void print(String name, String variant) {
      LOG.info(
          () ->
              String.format(
                  "%s, %s: %d macros, II %.1f slots (%.3f), first image %.0f slots (%.3f),"
                      + " %.1f KiB (%.3f of the bound)",
                  name,
                  variant,
                  reached.crossbars(),
                  (double) reached.cyclesPerImage().orElseThrow() / MVM_CYCLES,
                  ratio(
                      reached.cyclesPerImage().orElseThrow(), bound.cyclesPerImage().orElseThrow()),
                  (double) reached.firstImageCycles() / MVM_CYCLES,
                  ratio(reached.firstImageCycles(), bound.firstImageCycles()),
                  reached.activationMemoryBits() / 8192.0,
                  ratio(reached.activationMemoryBits(), bound.activationMemoryBits())));
    }

    private static double ratio(long value, long bound) {
      return (double) value / bound;
    }

    void assertFigures(int macros, long cycles) {
      assertEquals(macros, reached.crossbars());
      assertEquals(macros, bound.crossbars());
      assertEquals(cycles, reached.cyclesPerImage().orElseThrow());
      assertEquals(cycles, bound.cyclesPerImage().orElseThrow());
    }

    void assertWithin(double firstImage, double memory) {
      assertTrue(
          reached.firstImageCycles() <= firstImage * bound.firstImageCycles(), this::toString);
      assertTrue(
          reached.activationMemoryBits() <= memory * bound.activationMemoryBits(), this::toString);
    }
  }
}
