package io.xbarflow.testbench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.Resources;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.timing.TimingModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/** A chip of two blocks, written by hand, with a defect to choose: see {@code toy/rtl}. */
final class ToyChip {
  static final Shape SHAPE = new Shape(5, 6, 8);
  static final Mapping MAPPING = mapping();
  static final int TABLE_MASK = 0x5a;

  /** Defects, with their numbers in {@code xor_table.v}. */
  enum Fault {
    NONE(0),
    WRONG_VALUE(1),
    LAST_DROPPED(2),
    VALID_DROPPED(3),
    DATA_CHANGES(4),
    DEADLOCK(5),
    UNUSED_LANE(6),
    LATE(7),
    EXTRA_BEAT(8),
    FAILED_ASSERTION(9);

    private final int number;

    Fault(int number) {
      this.number = number;
    }
  }

  private ToyChip() {}

  /** Writes the chip with {@code fault} to {@code folder}. */
  static void write(Path folder, Fault fault) throws IOException {
    Files.createDirectories(folder.resolve("rtl"));
    Files.createDirectories(folder.resolve("mem"));
    StringBuilder list = new StringBuilder();
    for (String module : new String[] {"link_register", "xor_table", "xbarflow_top"}) {
      String name = module + ".v";
      String text =
          Resources.toString(Resources.getResource(ToyChip.class, "toy/rtl/" + name), UTF_8);
      Files.writeString(folder.resolve("rtl").resolve(name), text);
      list.append("rtl/").append(name).append('\n');
    }
    Files.writeString(folder.resolve("rtl/filelist.f"), list);
    Files.writeString(folder.resolve("mem/fault.hex"), String.format("%02x%n", fault.number));
    writeTable(folder, TABLE_MASK);
  }

  /** Writes the memory image of a table that flips the bits of {@code mask}. */
  static void writeTable(Path folder, int mask) throws IOException {
    StringBuilder table = new StringBuilder();
    for (int value = 0; value < 256; value++) {
      table.append(String.format("%02x%n", value ^ mask));
    }
    Files.writeString(folder.resolve("mem/table.hex"), table);
  }

  /** Random images and what the chip should make of them; signed values. */
  static ImmutableList<ImmutableMap<String, Image>> images(int count, long seed) {
    Random random = new Random(seed);
    ImmutableList.Builder<ImmutableMap<String, Image>> images = ImmutableList.builder();
    for (int i = 0; i < count; i++) {
      int[] input = random.ints(SHAPE.size(), -128, 128).toArray();
      int[] output = Arrays.stream(input).map(value -> value ^ TABLE_MASK).toArray();
      images.add(ImmutableMap.of("x", Image.of(SHAPE, input), "y", Image.of(SHAPE, output)));
    }
    return images.build();
  }

  /** A request with predicted cycles. */
  static CosimRequest request(Path folder, int images, long seed) {
    return CosimRequest.of(folder, MAPPING, ImmutableSet.of("x", "y"), images(images, seed))
        .withPrediction(TimingModel.run(MAPPING, images).imageEnds())
        .withWatchdog(2000);
  }

  private static Mapping mapping() {
    ImmutableList<Link> links =
        ImmutableList.of(
            new Link("image_in", "x", SHAPE, 2, StreamOrder.RASTER),
            new Link("table_out", "y", SHAPE, 2, StreamOrder.RASTER),
            new Link("table_far", "y", SHAPE, 2, StreamOrder.RASTER));
    return new Mapping(
        "toy.onnx",
        "0".repeat(64),
        new Architecture(
            "toy", 1, 1, CoreSelection.IDEAL, 1, 100, 0, 0, 1, ActivationMemoryPolicy.RING),
        ImmutableList.of(new Port("image_in", "x")),
        ImmutableList.of(new Port("table_far", "y")),
        links,
        ImmutableList.of(
            new Block.LookupTable("flip", "Flip_0", "image_in", "table_out"),
            new Block.LinkRegister("far", "table_out", "table_far", 1)),
        new Figures(0, Optional.of(144L), 146, 0),
        new Figures(0, Optional.of(144L), 144, 0));
  }
}
