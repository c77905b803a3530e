// Moves a place of a ring on by STEP places, or by LONG_STEP. A place is a bank and the first word
// of its BEATS words there: (word / BEATS) * BANKS + bank, modulo the ring. Combinational.
`default_nettype none

module place_step #(
  parameter BANKS = 3,
  parameter BANK_BITS = 2,   // at least 1 and at least log2(BANKS)
  parameter WORDS = 8,       // words of a bank
  parameter WORD_BITS = 3,   // at least 1 and at least log2(WORDS)
  parameter BEATS = 2,       // words of a place
  parameter STEP = 1,
  parameter LONG_STEP = 2
) (
  input  wire [BANK_BITS-1:0] bank,
  input  wire [WORD_BITS-1:0] word,
  input  wire                 long_step,

  output wire [BANK_BITS-1:0] bank_next,
  output wire [WORD_BITS-1:0] word_next
);

  // From these on a step wraps; without the carry of the bank, and with it.
  localparam BANK_LIMIT = BANKS - STEP % BANKS;
  localparam LONG_BANK_LIMIT = BANKS - LONG_STEP % BANKS;
  localparam WORD_LIMIT = WORDS - (STEP / BANKS * BEATS) % WORDS;
  localparam WORD_CARRY_LIMIT = WORD_LIMIT - BEATS;
  localparam LONG_WORD_LIMIT = WORDS - (LONG_STEP / BANKS * BEATS) % WORDS;
  localparam LONG_WORD_CARRY_LIMIT = LONG_WORD_LIMIT - BEATS;

  wire [BANK_BITS:0] bank_limit =
      long_step ? LONG_BANK_LIMIT[BANK_BITS:0] : BANK_LIMIT[BANK_BITS:0];
  wire carry = ({1'b0, bank} >= bank_limit);
  wire [WORD_BITS:0] plain_limit =
      long_step ? LONG_WORD_LIMIT[WORD_BITS:0] : WORD_LIMIT[WORD_BITS:0];
  wire [WORD_BITS:0] carry_limit =
      long_step ? LONG_WORD_CARRY_LIMIT[WORD_BITS:0] : WORD_CARRY_LIMIT[WORD_BITS:0];
  wire [WORD_BITS:0] word_limit = carry ? carry_limit : plain_limit;
  wire wrap = ({1'b0, word} >= word_limit);

  assign bank_next = bank - bank_limit[BANK_BITS-1:0]
      + (carry ? {BANK_BITS{1'b0}} : BANKS[BANK_BITS-1:0]);
  assign word_next = word - word_limit[WORD_BITS-1:0]
      + (wrap ? {WORD_BITS{1'b0}} : WORDS[WORD_BITS-1:0]);

endmodule

`default_nettype wire
