// Memory with one write and one read port, the one leaf behind all storage: a memory compiler's
// macro or an FPGA's block RAM replaces it.
//
// Read data appear the cycle after read_enable and hold until the next read. No block reads and
// writes one address in the same cycle: what a macro would give is not said anywhere, so a
// simulation stops at the first such cycle.
`default_nettype none

module ram_1r1w #(
  parameter DEPTH = 16,        // words
  parameter WIDTH = 8,         // bits of a word
  parameter ADDRESS_BITS = 4   // at least 1 and at least log2(DEPTH)
) (
  input  wire                    clk,

  input  wire                    write_enable,
  input  wire [ADDRESS_BITS-1:0] write_address,
  input  wire [WIDTH-1:0]        write_data,

  input  wire                    read_enable,
  input  wire [ADDRESS_BITS-1:0] read_address,
  output reg  [WIDTH-1:0]        read_data
);

  reg [WIDTH-1:0] words [0:DEPTH-1];

  always @(posedge clk) begin
    if (write_enable) words[write_address] <= write_data;
    if (read_enable) read_data <= words[read_address];
  end

`ifndef SYNTHESIS
  always @(posedge clk) begin
    if (write_enable && read_enable && read_address == write_address) begin
      $display("%m: address %0d is read and written in one cycle", write_address);
      $stop;
    end
  end
`endif

endmodule

`default_nettype wire
