// Properties of ring_window_pointer.
//
// With the step's top row t = step * STRIDE - PAD_TOP and the class's first row at or below it,
// r = ceil((t - CLASS) / CLASSES):
//
// 1. Tap n stands at image + r * PITCH + column + n * TAP_STEP, modulo the ring, where each image
//    lies as many rows of the class further as a map has.
// 2. Every tap has a bank that is there and the first word of a place that is.
// 3. With DISTINCT_BANKS the taps fall on different banks.
`default_nettype none

module ring_window_pointer_properties #(
  parameter CLASS = 0,
  parameter CLASSES = 1,
  parameter MAP_HEIGHT = 4,
  parameter OUT_HEIGHT = 4,
  parameter STRIDE = 1,
  parameter PAD_TOP = 1,
  parameter PITCH = 4,
  parameter BANKS = 3,
  parameter BANK_BITS = 2,
  parameter WORDS = 8,
  parameter WORD_BITS = 3,
  parameter BEATS = 2,
  parameter TAPS = 3,
  parameter TAP_STEP = 4,
  parameter DISTINCT_BANKS = 1
) (
  input wire clk,
  input wire column_done,
  input wire row_done
);

  localparam DEPTH = WORDS / BEATS * BANKS;
  localparam CLASS_HEIGHT = (MAP_HEIGHT - CLASS + CLASSES - 1) / CLASSES;
  localparam BITS = 9;      // holds (LIFT + OUT_HEIGHT * STRIDE) * max(PITCH, CLASSES)

  // First row of the class at or below the top of a step, plus LIFT rows, for it may be negative.
  localparam LIFT = DEPTH;
  function [BITS-1:0] class_row(input [BITS-1:0] of_step);
    class_row = of_step * STRIDE + LIFT * CLASSES - PAD_TOP - CLASS + CLASSES - 1;
    if (CLASSES > 1) class_row = class_row / CLASSES[BITS-1:0];
  endfunction
  function [BITS-1:0] in_ring(input [BITS-1:0] of_place);
    in_ring = of_place % DEPTH[BITS-1:0];
  endfunction
  function [BITS-1:0] ring_place(input [BITS-1:0] of_bank, input [BITS-1:0] of_word);
    ring_place = of_word / BEATS[BITS-1:0] * BANKS + of_bank;
  endfunction
  function is_place(input [BITS-1:0] of_bank, input [BITS-1:0] of_word);
    is_place = of_bank < BANKS && of_word < WORDS && of_word % BEATS[BITS-1:0] == 0;
  endfunction

  wire [TAPS*BANK_BITS-1:0] tap_banks;
  wire [TAPS*WORD_BITS-1:0] tap_words;

  // State of the cell that the invariants speak of.
  (* hierconn *) wire [BANK_BITS-1:0] \u_cell.row_bank ;
  (* hierconn *) wire [WORD_BITS-1:0] \u_cell.row_word ;
  (* hierconn *) wire [BANK_BITS-1:0] \u_cell.bank ;
  (* hierconn *) wire [WORD_BITS-1:0] \u_cell.word ;

  reg            started = 1'b0;
  reg [3:0]      step;
  reg [BITS-1:0] image;              // ring place of the image's first pixel
  reg [BITS-1:0] column;             // modulo the ring

  wire            final_row = step == OUT_HEIGHT - 1;
  wire [3:0]      step_below = step + 4'd1;
  wire [BITS-1:0] rows_further = class_row(step_below) - class_row(step);
  wire            further = rows_further != STRIDE / CLASSES;
  wire [BITS-1:0] row_place = in_ring(image + class_row(step) * PITCH);
  wire [BITS-1:0] place = in_ring(row_place + column);
  wire [BITS-1:0] row_bank = {{(BITS - BANK_BITS){1'b0}}, \u_cell.row_bank };
  wire [BITS-1:0] row_word = {{(BITS - WORD_BITS){1'b0}}, \u_cell.row_word };
  wire [BITS-1:0] bank = {{(BITS - BANK_BITS){1'b0}}, \u_cell.bank };
  wire [BITS-1:0] word = {{(BITS - WORD_BITS){1'b0}}, \u_cell.word };

  ring_window_pointer #(
    .CLASS      (CLASS),
    .CLASSES    (CLASSES),
    .MAP_HEIGHT (MAP_HEIGHT),
    .OUT_HEIGHT (OUT_HEIGHT),
    .STRIDE     (STRIDE),
    .PAD_TOP    (PAD_TOP),
    .PITCH      (PITCH),
    .BANKS      (BANKS),
    .BANK_BITS  (BANK_BITS),
    .WORDS      (WORDS),
    .WORD_BITS  (WORD_BITS),
    .BEATS      (BEATS),
    .TAPS       (TAPS),
    .TAP_STEP   (TAP_STEP)
  ) u_cell (
    .clk         (clk),
    .rst_n       (started),
    .column_done (column_done),
    .row_done    (row_done),
    .final_row   (final_row),
    .further     (further),
    .tap_banks   (tap_banks),
    .tap_words   (tap_words)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) begin
      step <= 4'd0;
      image <= {BITS{1'b0}};
      column <= {BITS{1'b0}};
    end else if (row_done) begin
      step <= final_row ? 4'd0 : step_below;
      if (final_row) image <= in_ring(image + CLASS_HEIGHT * PITCH);
      column <= {BITS{1'b0}};
    end else if (column_done) begin
      column <= (column == DEPTH - 1) ? {BITS{1'b0}} : column + 1'b1;
    end

    if (started) begin
      // The invariants that close the induction.
      counters_in_range: assert (step < OUT_HEIGHT && image < DEPTH && column < DEPTH);
      row_stands_at_its_place: assert (
          ring_place(row_bank, row_word) == row_place && is_place(row_bank, row_word));
      column_stands_at_its_place: assert (
          ring_place(bank, word) == place && is_place(bank, word));

      next_image: cover (image != 0 && step == OUT_HEIGHT - 1 && column == 1);
    end
  end

  // Tap by tap: at its place, in the ring, on a bank of its own.
  reg [TAPS-1:0] at_its_place;
  reg [TAPS-1:0] in_the_ring;
  reg [TAPS-1:0] bank_of_its_own;

  always @* begin : look
    integer        tap;
    integer        other;
    reg [BITS-1:0] bank;
    reg [BITS-1:0] word;
    for (tap = 0; tap < TAPS; tap = tap + 1) begin
      bank = {{(BITS - BANK_BITS){1'b0}}, tap_banks[tap*BANK_BITS +: BANK_BITS]};
      word = {{(BITS - WORD_BITS){1'b0}}, tap_words[tap*WORD_BITS +: WORD_BITS]};
      at_its_place[tap] = ring_place(bank, word) == in_ring(place + tap * TAP_STEP);
      in_the_ring[tap] = is_place(bank, word);
      bank_of_its_own[tap] = 1'b1;
      for (other = 0; other < tap; other = other + 1) begin
        if (bank == {{(BITS - BANK_BITS){1'b0}}, tap_banks[other*BANK_BITS +: BANK_BITS]}) begin
          bank_of_its_own[tap] = 1'b0;
        end
      end
    end
  end

  always @(posedge clk) begin
    if (started) begin
      // 1.
      taps_stand_at_their_places: assert (&at_its_place);
      // 2.
      taps_in_the_ring: assert (&in_the_ring);
      // 3.
      if (DISTINCT_BANKS != 0) taps_on_different_banks: assert (&bank_of_its_own);
    end
  end

endmodule

`default_nettype wire
