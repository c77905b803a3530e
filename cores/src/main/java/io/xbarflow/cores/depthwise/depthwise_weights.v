// Weight memory of a depthwise unit: read-only, one word a cycle of an MVM.
//
//   word = words[address of the cycle before]
//
// Weights are programmed before use: here they are read from mem/macro_<weights_id>.hex when the
// simulation begins, one word per line in hexadecimal; its layout stands in
// crossbar_macro_depthwise.v. weights_id is constant. Synthesis sees a black box, which a memory
// compiler's macro fills.
`default_nettype none

`ifdef SYNTHESIS
(* blackbox *)
`endif
module depthwise_weights #(
  parameter WORDS = 9,
  parameter WORD_BITS = 32,
  parameter ADDRESS_BITS = 4       // at least 1 and at least log2(WORDS)
) (
  input  wire                    clk,
  input  wire [23:0]             weights_id,

  input  wire [ADDRESS_BITS-1:0] address,
  output reg  [WORD_BITS-1:0]    word
);

`ifndef SYNTHESIS
  reg [WORD_BITS-1:0] words [0:WORDS-1];

  wire unused_programmed = program_words(weights_id);

  function program_words(input [23:0] id);
    reg [8*32-1:0] name;
    begin
      $sformat(name, "mem/macro_%0d.hex", id);
      $readmemh(name, words);
      program_words = 1'b1;
    end
  endfunction

  always @(posedge clk) word <= words[address];
`endif

endmodule

`default_nettype wire
