// Properties of place_step, over all places of the ring; combinational, so one cycle is a proof.
//
// 1. The next place is the place plus STEP, or LONG_STEP, modulo the ring.
// 2. It has a bank that is there and a first word of BEATS words that are.
`default_nettype none

module place_step_properties #(
  parameter BANKS = 3,
  parameter BANK_BITS = 2,
  parameter WORDS = 8,
  parameter WORD_BITS = 3,
  parameter BEATS = 2,
  parameter STEP = 1,
  parameter LONG_STEP = 5
) (
  input wire                 clk,
  input wire [BANK_BITS-1:0] bank,
  input wire [WORD_BITS-1:0] slot,        // word / BEATS
  input wire                 long_step
);

  localparam DEPTH = WORDS / BEATS * BANKS;
  localparam BITS = BANK_BITS + WORD_BITS + 2;
  localparam REST = STEP % DEPTH;
  localparam LONG_REST = LONG_STEP % DEPTH;

  wire [BANK_BITS-1:0] bank_next;
  wire [WORD_BITS-1:0] word_next;

  wire [BITS-1:0] place = slot * BANKS + bank;
  wire [BITS-1:0] sum = place + (long_step ? LONG_REST : REST);
  wire [BITS-1:0] place_next = (sum >= DEPTH) ? sum - DEPTH : sum;
  wire [BITS-1:0] bank_wide = {{(BITS - BANK_BITS){1'b0}}, bank_next};
  wire [BITS-1:0] word_wide = {{(BITS - WORD_BITS){1'b0}}, word_next};

  place_step #(
    .BANKS     (BANKS),
    .BANK_BITS (BANK_BITS),
    .WORDS     (WORDS),
    .WORD_BITS (WORD_BITS),
    .BEATS     (BEATS),
    .STEP      (STEP),
    .LONG_STEP (LONG_STEP)
  ) u_cell (
    .bank      (bank),
    .word      (slot[WORD_BITS-1:0] * BEATS[WORD_BITS-1:0]),
    .long_step (long_step),
    .bank_next (bank_next),
    .word_next (word_next)
  );

  always @(posedge clk) begin
    assume (bank < BANKS);
    assume (slot < WORDS / BEATS);
    // 1.
    place_is_the_sum: assert (
        word_wide / BEATS * BANKS + bank_wide == place_next);
    // 2.
    bank_in_range: assert (bank_wide < BANKS);
    word_in_range: assert (word_wide < WORDS && word_wide % BEATS == 0);

    wraps: cover (long_step && sum >= DEPTH);
  end

endmodule

`default_nettype wire
