package io.xbarflow.testbench.formal;

import static io.xbarflow.testbench.formal.Proof.bounded;
import static io.xbarflow.testbench.formal.Proof.inductive;
import static io.xbarflow.testbench.formal.Proof.stateless;

import com.google.common.collect.ImmutableList;

/** Everything that is proved, cell by cell. */
final class Proofs {
  private Proofs() {}

  static final ImmutableList<Proof> ALL =
      ImmutableList.<Proof>builder()
          .add(bounded("ram_1r1w", 10).always())
          .addAll(fifos())
          .add(inductive("stream_register", 12, 12).with("DATA_BITS", 1).always())
          .add(inductive("stream_register", 12, 12).with("DATA_BITS", 32))
          .add(bounded("stream_registers", 12).with("STAGES", 1))
          .add(bounded("stream_registers", 12).with("STAGES", 2))
          .add(bounded("stream_registers", 11).with("STAGES", 3))
          .add(inductive("stream_fork", 12, 12).with("BRANCHES", 2).always())
          .add(inductive("stream_fork", 12, 12).with("BRANCHES", 3))
          .add(inductive("stream_fork", 12, 12).with("BRANCHES", 5))
          .addAll(concatenations())
          .addAll(frames())
          .addAll(rings())
          .addAll(walks())
          .addAll(multiplications())
          .addAll(arithmetic())
          .build();

  private static ImmutableList<Proof> fifos() {
    ImmutableList.Builder<Proof> proofs = ImmutableList.builder();
    int[][] depths = {{1, 1}, {2, 1}, {3, 2}, {5, 3}, {8, 3}};
    for (int[] depth : depths) {
      Proof proof =
          inductive("stream_fifo", 10, depth[0] + 6)
              .over(5)
              .with("DEPTH", depth[0], "ADDRESS_BITS", depth[1]);
      proofs.add(depth[0] == 3 ? proof.always() : proof);
    }
    return proofs.build();
  }

  private static ImmutableList<Proof> concatenations() {
    Proof concat = inductive("stream_concat", 10, 14);
    Proof collect = inductive("pixel_collect", 12, 12);
    return ImmutableList.of(
        concat.with("OPERANDS", 2, "BEAT_BITS", 2, "LAST_BEATS", 0b0110).always(),
        concat.with("OPERANDS", 3, "BEAT_BITS", 1, "LAST_BEATS", 0b101),
        collect.with("BEATS", 3, "COUNT_BITS", 2).always(),
        collect.with("BEATS", 1, "COUNT_BITS", 1),
        collect.with("BEATS", 2, "COUNT_BITS", 1),
        collect.with("BEATS", 6, "COUNT_BITS", 3));
  }

  private static ImmutableList<Proof> frames() {
    Proof axis = inductive("frame_axis", 12, 12);
    Proof align = inductive("frame_align", 12, 14);
    return ImmutableList.of(
        align.with("FRAME_BEATS", 3, "COUNT_BITS", 2).always(),
        align.with("FRAME_BEATS", 1, "COUNT_BITS", 1),
        align.with("FRAME_BEATS", 2, "COUNT_BITS", 1),
        align.with("FRAME_BEATS", 4, "COUNT_BITS", 2),
        bounded("frame_marks", 9).with("ENTRIES", 1),
        bounded("frame_marks", 9).with("ENTRIES", 2),
        bounded("reset_tree", 8).always(),
        axis.with("SIZE", 6, "IN_FIRST", 1, "IN_SIZE", 4, "OUT_FIRST", 0, "OUT_SIZE", 3, "STEP", 2),
        axis.with("SIZE", 7, "IN_FIRST", 0, "IN_SIZE", 7, "OUT_FIRST", 2, "OUT_SIZE", 2, "STEP", 3),
        axis.with("SIZE", 5, "IN_FIRST", 2, "IN_SIZE", 1, "OUT_FIRST", 0, "OUT_SIZE", 5, "STEP", 1),
        axis.with("SIZE", 6, "IN_FIRST", 0, "IN_SIZE", 6, "OUT_FIRST", 1, "OUT_SIZE", 3, "STEP", 2)
            .always());
  }

  private static ImmutableList<Proof> rings() {
    Proof step = stateless("place_step");
    Proof pointer = inductive("ring_pointer", 8, 12);
    Proof window = inductive("ring_window_pointer", 4, 12);
    Proof release = inductive("ring_release", 5, 18);
    Proof write = bounded("ring_write", 9);
    return ImmutableList.of(
        step.with("STEP", 1, "LONG_STEP", 5).always(),
        step.with("STEP", 4, "LONG_STEP", 23),
        step.with("BANKS", 1, "BANK_BITS", 1, "WORDS", 7, "BEATS", 1, "STEP", 0, "LONG_STEP", 6),
        step.with("BANKS", 5, "BANK_BITS", 3, "WORDS", 12, "WORD_BITS", 4, "BEATS", 3)
            .with("STEP", 7, "LONG_STEP", 19),
        pointer.with("ROW_STEP", 3, "IMAGE_STEP", 3).always(),
        pointer.with("FIRST_PLACE", 2, "ROW_STEP", 3, "IMAGE_STEP", 7),
        pointer
            .with("BANKS", 1, "BANK_BITS", 1, "WORDS", 5, "BEATS", 1, "ROW_STEP", 2)
            .with("IMAGE_STEP", 4),
        pointer.with("BANKS", 4, "WORDS", 6, "BEATS", 3, "FIRST_PLACE", 9, "ROW_STEP", 6),
        window.with("STRIDE", 1, "PAD_TOP", 1),
        window.with("STRIDE", 2, "PAD_TOP", 0, "OUT_HEIGHT", 2),
        window.with("CLASS", 1, "CLASSES", 2, "STRIDE", 1, "PAD_TOP", 1).with("OUT_HEIGHT", 4),
        release.with("FIRST_ROW", -1, "STRIDE", 1).always(),
        release.with("FIRST_ROW", 0, "STRIDE", 2, "OUT_HEIGHT", 2),
        release.with("CLASS", 0, "CLASSES", 2, "MAP_HEIGHT", 5, "FIRST_ROW", -1, "OUT_HEIGHT", 5),
        release.with("CLASS", 1, "CLASSES", 2, "MAP_HEIGHT", 5, "FIRST_ROW", 0, "OUT_HEIGHT", 4),
        release.with("BY_COLUMNS", 0),
        release.with("BY_COLUMNS", 0, "BY_ROWS", 0),
        write
            .with("CLASSES", 1, "PATCH_WIDTH", 1, "MAP_HEIGHT", 2, "MAP_WIDTH", 2)
            .with("BEATS", 1, "SLOTS", 1, "PITCH", 2));
  }

  private static ImmutableList<Proof> walks() {
    Proof walk = inductive("stream_walk", 10, 12);
    Proof filter = bounded("stride_filter", 28);
    Proof newest = inductive("newest_row", 10, 12);
    Proof phase = inductive("row_phase", 10, 12);
    return ImmutableList.of(
        walk.with("MAP_HEIGHT", 5, "MAP_WIDTH", 3, "PATCH_HEIGHT", 2, "PATCH_WIDTH", 2).always(),
        walk.with("MAP_HEIGHT", 4, "MAP_WIDTH", 4, "PATCH_HEIGHT", 1, "PATCH_WIDTH", 1)
            .with("ROW_PERIOD", 1, "COLUMN_PERIOD", 3),
        walk.with("MAP_HEIGHT", 3, "MAP_WIDTH", 7, "PATCH_HEIGHT", 3, "PATCH_WIDTH", 3)
            .with("ROW_PERIOD", 3, "COLUMN_PERIOD", 2),
        filter.with("ORDER_HEIGHT", 2, "ORDER_WIDTH", 1),
        filter
            .with("ORDER_HEIGHT", 1, "ORDER_WIDTH", 1, "OUT_HEIGHT", 5, "OUT_WIDTH", 5)
            .with("STRIDE_HEIGHT", 1, "STRIDE_WIDTH", 1),
        newest.with("CLASSES", 1),
        newest.with("CLASSES", 2, "STRIDE", 1).always(),
        newest.with("CLASSES", 2, "STRIDE", 2, "OUT_HEIGHT", 3),
        newest.with("CLASSES", 3, "CLASS_BITS", 2, "MAP_HEIGHT", 7, "STRIDE", 2, "FIRST_ROW", 2),
        phase.with("CLASSES", 3, "CLASS_BITS", 2, "FIRST_PHASE", 2, "REST", 2).always(),
        phase.with("CLASSES", 2, "CLASS_BITS", 1, "FIRST_PHASE", 1, "REST", 1));
  }

  private static ImmutableList<Proof> multiplications() {
    Proof control = inductive("mvm_control", 8, 16);
    Proof columns = inductive("column_select", 4, 4);
    Proof blocks = stateless("split_blocks");
    return ImmutableList.of(
        control.with("COPIES", 2, "WINDOWS", 5).always(),
        control.with("COPIES", 1, "WINDOWS", 4),
        control.with("COPIES", 3, "WINDOWS", 6),
        control.with("COPIES", 3, "WINDOWS", 5),
        columns.with("FIRST_COLUMN", 2, "CHANNELS", 3, "LANES", 2),
        columns.with("FIRST_COLUMN", 4, "CHANNELS", 4, "LANES", 2).always(),
        columns.with("FIRST_CHANNEL", 3, "FIRST_COLUMN", 0, "CHANNELS", 3, "LANES", 2),
        blocks.with("TAPS", 2, "CHANNELS", 5, "BLOCK_CHANNELS", 2).always(),
        blocks.with("TAPS", 3, "CHANNELS", 6, "BLOCK_CHANNELS", 3));
  }

  private static ImmutableList<Proof> arithmetic() {
    Proof even = stateless("round_half_even");
    Proof window = stateless("float32_rounding");
    Proof significand = stateless("round_significand");
    Proof pipe = bounded("requantise_pipe", 9);
    return ImmutableList.of(
        even.with("PRODUCT_BITS", 16, "FRACTION_BITS", 6).always(),
        even.with("PRODUCT_BITS", 16, "FRACTION_BITS", 6, "WINDOW", 3),
        even.with("PRODUCT_BITS", 49, "FRACTION_BITS", 36),
        even.with("PRODUCT_BITS", 49, "FRACTION_BITS", 36, "OUT_LOW", 0, "OUT_HIGH", 255)
            .with("ZERO_POINT", 128),
        significand.with("WIDTH", 16, "SIGNIFICAND_BITS", 6),
        significand.with("WIDTH", 32, "SIGNIFICAND_BITS", 24),
        window.with("PRODUCT_BITS", 49, "FRACTION_BITS", 30),
        window.with("PRODUCT_BITS", 49, "FRACTION_BITS", 36),
        window
            .with("PRODUCT_BITS", 49, "FRACTION_BITS", 40, "OUT_LOW", 0, "OUT_HIGH", 255)
            .with("ZERO_POINT", 128),
        pipe.with("LANES", 1, "ACCUMULATOR_BITS", 6, "MULTIPLIER_BITS", 4, "FRACTION_BITS", 5),
        pipe.with("LANES", 2, "ACCUMULATOR_BITS", 4, "MULTIPLIER_BITS", 3, "FRACTION_BITS", 3));
  }
}
