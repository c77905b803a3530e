// Sorts the channels of TAPS pixels by diagonal blocks of BLOCK_CHANNELS channels, of which the
// last may hold fewer. Wires only.
//
//   pixels: channel c of tap t at element t * CHANNELS + c
//   blocks: block by block; in a block of n channels channel c of tap t at element t * n + c
`default_nettype none

module split_blocks #(
  parameter TAPS = 2,
  parameter CHANNELS = 5,
  parameter BLOCK_CHANNELS = 2,
  parameter ELEMENT_BITS = 8
) (
  input  wire [TAPS*CHANNELS*ELEMENT_BITS-1:0] pixels,
  output wire [TAPS*CHANNELS*ELEMENT_BITS-1:0] blocks
);

  localparam BLOCKS = (CHANNELS + BLOCK_CHANNELS - 1) / BLOCK_CHANNELS;

  generate
    genvar block;
    genvar tap;
    for (block = 0; block < BLOCKS; block = block + 1) begin : g_block
      localparam FIRST = block * BLOCK_CHANNELS;
      localparam COUNT = (CHANNELS - FIRST < BLOCK_CHANNELS) ? CHANNELS - FIRST : BLOCK_CHANNELS;
      for (tap = 0; tap < TAPS; tap = tap + 1) begin : g_tap
        assign blocks[(TAPS*FIRST + tap*COUNT)*ELEMENT_BITS +: COUNT*ELEMENT_BITS] =
            pixels[(tap*CHANNELS + FIRST)*ELEMENT_BITS +: COUNT*ELEMENT_BITS];
      end
    end
  endgenerate

endmodule

`default_nettype wire
