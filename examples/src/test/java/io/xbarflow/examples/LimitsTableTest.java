package io.xbarflow.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.network.Network;
import io.xbarflow.mapper.choice.Choices;
import io.xbarflow.mapper.choice.FirstImage;
import io.xbarflow.mapper.choice.Parallelism;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds known from first principles, on 256 x 256 and 128 x 128 macros. */
final class LimitsTableTest {
  /** Digital logic takes no time beside these MVMs. */
  private static final Architecture MACROS_256 =
      Architectures.named("analog-256").withMvmCycles(Architecture.MVM_CYCLES.most());

  private static final Architecture MACROS_128 = MACROS_256.withCrossbar(128, 128);

  /**
   * Columns: macros of the plain mapping, its slots and first image, slots with patches on the same
   * macros, and the macros beyond the plain ones for a sixteenth of the slots.
   *
   * <p>MobileNet's last depthwise layer of 256 channels needs 9 macros as a dense matrix and 10 as
   * blocks of 28 channels: 66 macros, not 67. The rows behind it are not from the table of limits;
   * they hold what the search finds.
   */
  @ParameterizedTest
  @CsvSource({
    "resnet8, 14, 1024, 1123, 256, 57, 5",
    "resnet20, 36, 1024, 1371, 256, 138, 13",
    "resnet20_projection, 38, 1024, 1371, 256, 141, 13",
    "resnet32, 60, 1024, 1619, 256, 222, 21",
    "resnet32_projection, 62, 1024, 1619, 256, 225, 21",
    "vgg8, 206, 1024, 1116, 1024, 132, 92",
    "resnet18, 201, 12544, 12945, 3136, 51, 7",
    "mobilenet_v1_025, 66, 2304, 2457, 288, 60, 2",
    "resnet50, 422, 12544, 12942, 3136, 66, 27",
    "mobilenet_v1, 252, 12544, 12853, 3136, 90, 16",
    "mobilenet_v2, 369, 12544, 12938, 6272, 117, 26",
    "squeezenet, 44, 12321, 12562, 3108, 34, 7",
    "densenet121, 466, 12544, 13842, 3136, 126, 36",
    "inception_v1, 212, 12544, 12920, 3136, 27, 12",
  })
  void table(
      String name,
      long macros,
      long slots,
      long firstImage,
      long slotsWithPatches,
      long extraCopies,
      long extraPatches)
      throws IOException {
    Network network = Imported.reference(name);
    assertPlain(macros, slots, slotsWithPatches, network);
    assertEquals(firstImage, FirstImage.slots(network, Choices.plain(network, MACROS_256)));
    long target = slots / 16;
    Choices fastCopies = Choices.fewestCrossbars(network, MACROS_256, target, Parallelism.COPIES);
    Choices fastPatches = Choices.fewestCrossbars(network, MACROS_256, target);
    assertEquals(macros + extraCopies, fastCopies.macros());
    assertEquals(macros + extraPatches, fastPatches.macros());
    assertTrue(fastCopies.slots() <= target && fastPatches.slots() <= target);
  }

  /** Images a second at 130 ns an MVM: 13,127 with copies, 30,048 with patches. */
  @Test
  void resnet18OnTheMacrosOfAPublishedChip() throws IOException {
    Network network = Imported.reference("resnet18_256");
    assertEquals(586, Choices.leastInterval(network, MACROS_256, 322, Parallelism.COPIES).slots());
    assertEquals(256, Choices.leastInterval(network, MACROS_256, 322).slots());
    assertPlain(201, 16384, 4096, network);
  }

  /** With copies only these are published figures; patches do better on the same macros. */
  @Test
  void publishedComparisonOn128x128() throws IOException {
    Network resnet18 = Imported.reference("resnet18");
    assertSlots(19, 15, resnet18, 9216);
    Network vgg16 = Imported.reference("vgg16");
    assertSlots(131, 117, vgg16, 16384);
    assertSlots(965, 784, vgg16, 9216);
    assertPlain(2121, 50176, 25088, vgg16);
  }

  private static void assertPlain(long macros, long slots, long slotsWithPatches, Network network) {
    Choices plain = Choices.plain(network, MACROS_256);
    assertEquals(macros, plain.macros());
    assertEquals(slots, plain.slots());
    assertEquals(
        slots,
        Choices.leastInterval(network, MACROS_256, (int) macros, Parallelism.COPIES).slots());
    Choices patches = Choices.leastInterval(network, MACROS_256, (int) macros);
    assertEquals(slotsWithPatches, patches.slots());
    assertTrue(patches.macros() <= macros);
  }

  private static void assertSlots(long copies, long patches, Network network, int crossbars) {
    assertEquals(
        copies, Choices.leastInterval(network, MACROS_128, crossbars, Parallelism.COPIES).slots());
    assertEquals(patches, Choices.leastInterval(network, MACROS_128, crossbars).slots());
  }

  /** A pixel of the 224 x 224 image takes a cycle: more macros than that allows are left out. */
  @Test
  void linksBoundTheInterval() throws IOException {
    Network network = Imported.reference("resnet18");
    Choices choices = Choices.leastInterval(network, MACROS_128.withMvmCycles(130), 9216);
    assertEquals(224 * 224, choices.cycles());
    assertTrue(choices.slots() * 130 <= choices.cycles());
    assertTrue(choices.macros() < 1000, choices.toString());
  }
}
