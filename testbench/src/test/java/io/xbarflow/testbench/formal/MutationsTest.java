package io.xbarflow.testbench.formal;

import static com.google.common.base.Preconditions.checkState;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A cell that is wrong fails its proof, with the property that tells why. */
final class MutationsTest {

  /**
   * A defect.
   *
   * @param file of the cell
   * @param right its text
   * @param wrong what stands there instead
   * @param proof cell whose proof is done, the first one listed for it
   * @param property that must fail
   */
  record Mutation(String file, String right, String wrong, String proof, String property) {
    @Override
    public String toString() {
      return file + ": " + property;
    }
  }

  private static final ImmutableList<Mutation> QUICK =
      ImmutableList.of(
          of(
              "stream_register",
              "!spare_valid;",
              "!spare_valid || out_ready;",
              "ready_while_there_is_room"),
          of("stream_fork", "taken | (out", "(out", "takes_no_beat_twice"),
          of("mvm_control", "(~busy | capture)", "~busy", "starts_when_it_can"),
          of("place_step", ">= bank_limit", "> bank_limit", "bank_in_range"));

  private static final ImmutableList<Mutation> LONG =
      ImmutableList.of(
          of("ram_1r1w", "words[read_address];", "words[write_address];", "reads_what_was_written"),
          of("stream_fifo", "held != DEPTH[ADDRESS_BITS:0]", "1'b1", "no_collision"),
          of("stream_fifo", "(!out_valid || out_ready);", "!out_valid;", "offers_each_cycle"),
          of(
              "stream_register",
              "spare_valid ? spare_data",
              "1'b0 ? spare_data",
              "keeps_order_and_content"),
          new Mutation(
              "stream_register",
              "spare_valid ? spare_last",
              "!spare_valid ? spare_last",
              "stream_registers",
              "keeps_order_and_content"),
          of(
              "stream_concat",
              "beat == last_beat) turn",
              "beat != last_beat) turn",
              "only_the_operand_in_turn"),
          of("pixel_collect", "{in_data, held}", "{held, in_data}", "pixel_of_its_beats"),
          of("frame_align", "in_last && !final_beat;", "1'b0;", "reports_each"),
          of("frame_align", "!in_last && final_beat;", "1'b0;", "error_exactly_when_wrong"),
          of(
              "frame_align",
              "? !bad_valid : out_ready",
              "? 1'b1 : out_ready",
              "waits_for_the_report"),
          of("frame_align", "!bad_valid || !final_beat", "1'b1", "waits_for_the_report"),
          of("frame_marks", "waits ? waits_marked", "1'b0 ? waits_marked", "mark_holds"),
          of("bad_frames", "is_oldest || is_new", "is_oldest", "marks_what_is_bad", "frame_marks"),
          of("bad_frames", "!ahead[NUMBER_BITS-1] && ", "", "waits_only_when_full", "frame_marks"),
          of(
              "reset_tree",
              ".rst_in_n (synchronised_n)",
              ".rst_in_n (rst_in_n)",
              "after_three_edges"),
          of("frame_axis", "position <= IN_FINAL", "position < IN_FINAL", "given_inside"),
          of("frame_axis", "position <= OUT_FINAL", "position < OUT_FINAL", "wanted_on_the_grid"),
          of(
              "ring_pointer",
              "row_done ? ROW_STEP[PLACE_BITS-1:0]",
              "row_done ? ONE_PLACE",
              "counts_the_sum"),
          of("ring_window_pointer", "tap * TAP_STEP", "tap", "taps_stand_at_their_places"),
          of("ring_release", "&& row_ends;", "&& 1'b0;", "gives_back_the_rest"),
          of("ring_release", "(below_in_map != in_map)", "1'b1", "keeps_what_is_still_read"),
          of("ring_write", "held < DEPTH", "held <= DEPTH", "overwrites_nothing_held"),
          of(
              "walk_axis",
              "patch_end && !go_back) first_position",
              "patch_end) first_position",
              "columns_agree",
              "stream_walk"),
          of("stride_filter", "row <= FINAL_ROW", "row < FINAL_ROW", "keeps_the_grid"),
          of("newest_row", "final_row ? FIRST_CLIPPED", "1'b0 ? FIRST_CLIPPED", "row_of_the_step"),
          of("row_phase", "phase} >= LIMIT", "phase} > LIMIT", "phase_of_the_top_row"),
          of("copy_turn", "final_window ? {{(", "1'b0 ? {{(", "windows_in_turn", "mvm_control"),
          of("mvm_control", "& busy & done", "& done", "captures_what_is_there"),
          of("column_select", "block_channel < CHANNELS &&", "", "lanes_of_the_beat"),
          of("split_blocks", "tap*COUNT)", "tap*BLOCK_CHANNELS)", "stands_in_its_block"),
          of(
              "round_half_even",
              "? integer_part[0] : above_half",
              "? 1'b1 : above_half",
              "tie_to_even"),
          of(
              "round_half_even",
              "FRACTION_BITS - 24",
              "FRACTION_BITS - 25",
              "equal_to_float32",
              "float32_rounding"),
          of(
              "round_half_even",
              "magnitude[4] ? WINDOW_16",
              "magnitude[4] ? WINDOW_32",
              "equal_to_float32",
              "float32_rounding"),
          of("round_significand", "- ONE + ((", "- ONE + (1 | (", "middle_to_even"),
          of(
              "requantise_pipe",
              "product_free && halves_valid",
              "halves_valid",
              "keeps_order_and_content"));

  private static Mutation of(String cell, String right, String wrong, String property) {
    return new Mutation(cell, right, wrong, cell, property);
  }

  private static Mutation of(
      String file, String right, String wrong, String property, String proof) {
    return new Mutation(file, right, wrong, proof, property);
  }

  static ImmutableList<Mutation> mutations() {
    return Boolean.getBoolean("xbarflow.long") ? all() : QUICK;
  }

  private static ImmutableList<Mutation> all() {
    return ImmutableList.<Mutation>builder().addAll(QUICK).addAll(LONG).build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void isCaught(Mutation mutation, @TempDir Path folder) throws IOException {
    String file = mutation.file() + ".v";
    String text = Files.readString(Verilog.cells().resolve(file), UTF_8);
    checkState(text.contains(mutation.right()), "%s has no %s", file, mutation.right());
    Files.writeString(folder.resolve(file), text.replace(mutation.right(), mutation.wrong()));
    Prover prover = new Prover(Verilog.properties(), ImmutableList.of(folder, Verilog.cells()));

    Outcome outcome = prover.prove(first(mutation.proof()), folder);

    assertTrue(
        outcome.failed().contains(mutation.property()),
        () -> outcome.failed() + "\n" + String.join("\n", outcome.log()));
  }

  private static Proof first(String cell) {
    return Proofs.ALL.stream().filter(proof -> proof.cell().equals(cell)).findFirst().orElseThrow();
  }

  @Test
  void everyProofIsSeenToFail() {
    ImmutableSet<String> seen =
        all().stream().map(Mutation::proof).collect(ImmutableSet.toImmutableSet());
    ImmutableSet<String> proved =
        Proofs.ALL.stream().map(Proof::cell).collect(ImmutableSet.toImmutableSet());
    assertTrue(
        seen.containsAll(proved),
        () ->
            "not seen to fail: "
                + proved.stream().filter(c -> !seen.contains(c)).collect(Collectors.joining(" ")));
  }
}
