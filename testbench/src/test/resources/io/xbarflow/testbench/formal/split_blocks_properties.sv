// Properties of split_blocks; wires, so one cycle is a proof.
//
// 1. Any channel of any tap stands where its block is: with b = channel / BLOCK_CHANNELS and n the
//    channels of block b, at TAPS * BLOCK_CHANNELS * b + tap * n + channel modulo BLOCK_CHANNELS.
`default_nettype none

module split_blocks_properties #(
  parameter TAPS = 2,
  parameter CHANNELS = 5,
  parameter BLOCK_CHANNELS = 2,
  parameter ELEMENT_BITS = 2
) (
  input wire                                  clk,
  input wire [TAPS*CHANNELS*ELEMENT_BITS-1:0] pixels
);

  (* anyconst *) wire [4:0] tap;
  (* anyconst *) wire [4:0] channel;

  wire [TAPS*CHANNELS*ELEMENT_BITS-1:0] blocks;

  wire [7:0] block = channel / BLOCK_CHANNELS;
  wire [7:0] rest = CHANNELS - block * BLOCK_CHANNELS;
  wire [7:0] count = (rest < BLOCK_CHANNELS) ? rest : BLOCK_CHANNELS;
  wire [7:0] from = tap * CHANNELS + channel;
  wire [7:0] to = TAPS * BLOCK_CHANNELS * block + tap * count + channel % BLOCK_CHANNELS;

  split_blocks #(
    .TAPS           (TAPS),
    .CHANNELS       (CHANNELS),
    .BLOCK_CHANNELS (BLOCK_CHANNELS),
    .ELEMENT_BITS   (ELEMENT_BITS)
  ) u_cell (
    .pixels (pixels),
    .blocks (blocks)
  );

  always @(posedge clk) begin
    assume (tap < TAPS && channel < CHANNELS);
    // 1.
    stands_in_its_block: assert (
        blocks[to*ELEMENT_BITS +: ELEMENT_BITS] == pixels[from*ELEMENT_BITS +: ELEMENT_BITS]);

    moved: cover (to != from);
  end

endmodule

`default_nettype wire
