// Stands for ram_1r1w in proofs: keeps one word, whichever, and answers anything for all others.
// What holds with it holds with the memory, since every memory behaves like it at every address.
`default_nettype none

module ram_1r1w #(
  parameter DEPTH = 16,
  parameter WIDTH = 8,
  parameter ADDRESS_BITS = 4
) (
  input  wire                    clk,

  input  wire                    write_enable,
  input  wire [ADDRESS_BITS-1:0] write_address,
  input  wire [WIDTH-1:0]        write_data,

  input  wire                    read_enable,
  input  wire [ADDRESS_BITS-1:0] read_address,
  output reg  [WIDTH-1:0]        read_data
);

  (* anyconst *) wire [ADDRESS_BITS-1:0] watched_address;
  (* anyseq *)   wire [WIDTH-1:0]        other_data;

  reg [WIDTH-1:0] word;
  reg             started = 1'b0;      // after the cycle of the reset

  always @(posedge clk) begin
    started <= 1'b1;
    if (write_enable && write_address == watched_address) word <= write_data;
    if (read_enable) read_data <= (read_address == watched_address) ? word : other_data;

    // No word beyond the memory is written or read.
    if (started && write_enable) write_in_memory: assert (write_address < DEPTH);
    if (started && read_enable) read_in_memory: assert (read_address < DEPTH);
    // No word is read in the cycle in which it is written.
    if (started && read_enable && write_enable) begin
      no_collision: assert (read_address != write_address);
    end
  end

endmodule

`default_nettype wire
