// Puts the channels of PIXELS pixels, which come by diagonal blocks of BLOCK_CHANNELS channels (the
// last may hold fewer), side by side: the reverse of split_blocks. RESULTS times, each by itself.
// Wires only.
//
//   blocks: block by block; in a block of n channels channel c of pixel p at element p * n + c
//   pixels: channel c of pixel p at element p * CHANNELS + c
`default_nettype none

module merge_blocks #(
  parameter RESULTS = 1,
  parameter PIXELS = 2,
  parameter CHANNELS = 5,
  parameter BLOCK_CHANNELS = 2,
  parameter ELEMENT_BITS = 8
) (
  input  wire [RESULTS*PIXELS*CHANNELS*ELEMENT_BITS-1:0] blocks,
  output wire [RESULTS*PIXELS*CHANNELS*ELEMENT_BITS-1:0] pixels
);

  localparam BLOCKS = (CHANNELS + BLOCK_CHANNELS - 1) / BLOCK_CHANNELS;

  generate
    genvar result;
    genvar block;
    genvar pixel;
    for (result = 0; result < RESULTS; result = result + 1) begin : g_result
      localparam BASE = result * PIXELS * CHANNELS;
      for (block = 0; block < BLOCKS; block = block + 1) begin : g_block
        localparam FIRST = block * BLOCK_CHANNELS;
        localparam COUNT = (CHANNELS - FIRST < BLOCK_CHANNELS) ? CHANNELS - FIRST
                                                               : BLOCK_CHANNELS;
        for (pixel = 0; pixel < PIXELS; pixel = pixel + 1) begin : g_pixel
          assign pixels[(BASE + pixel*CHANNELS + FIRST)*ELEMENT_BITS +: COUNT*ELEMENT_BITS] =
              blocks[(BASE + PIXELS*FIRST + pixel*COUNT)*ELEMENT_BITS +: COUNT*ELEMENT_BITS];
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
