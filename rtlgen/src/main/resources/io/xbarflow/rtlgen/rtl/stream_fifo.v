// FIFO of DEPTH beats in a memory and one in the memory's output register: holds the pixels of a
// skip until the longer branch has caught up.
//
// 1. A beat taken in cycle t is read in t + 1 at the earliest and offered one cycle later.
// 2. in_ready comes from a register: a place is free the cycle after its beat was read.
`default_nettype none

module stream_fifo #(
  parameter DEPTH = 4,          // beats in the memory
  parameter ADDRESS_BITS = 2,   // at least 1 and at least log2(DEPTH)
  parameter DATA_BITS = 8
) (
  input  wire                 clk,
  input  wire                 rst_n,

  input  wire                 in_valid,
  output wire                 in_ready,
  input  wire [DATA_BITS-1:0] in_data,
  input  wire                 in_last,

  output reg                  out_valid,
  input  wire                 out_ready,
  output wire [DATA_BITS-1:0] out_data,
  output wire                 out_last
);

  localparam FINAL_ADDRESS = DEPTH - 1;

  reg [ADDRESS_BITS:0]   held;
  reg [ADDRESS_BITS-1:0] write_address;
  reg [ADDRESS_BITS-1:0] read_address;

  wire write = in_valid && in_ready;
  wire read = (held != {(ADDRESS_BITS + 1){1'b0}}) && (!out_valid || out_ready);

  assign in_ready = (held != DEPTH[ADDRESS_BITS:0]);

  ram_1r1w #(
    .DEPTH        (DEPTH),
    .WIDTH        (DATA_BITS + 1),
    .ADDRESS_BITS (ADDRESS_BITS)
  ) u_beats (
    .clk           (clk),
    .write_enable  (write),
    .write_address (write_address),
    .write_data    ({in_last, in_data}),
    .read_enable   (read),
    .read_address  (read_address),
    .read_data     ({out_last, out_data})
  );

  always @(posedge clk) begin
    if (!rst_n) begin
      held <= {(ADDRESS_BITS + 1){1'b0}};
      write_address <= {ADDRESS_BITS{1'b0}};
      read_address <= {ADDRESS_BITS{1'b0}};
      out_valid <= 1'b0;
    end else begin
      if (write && !read) held <= held + 1'b1;
      if (read && !write) held <= held - 1'b1;
      if (write) begin
        write_address <= (write_address == FINAL_ADDRESS[ADDRESS_BITS-1:0]) ? {ADDRESS_BITS{1'b0}}
                                                          : write_address + 1'b1;
      end
      if (read) begin
        read_address <= (read_address == FINAL_ADDRESS[ADDRESS_BITS-1:0]) ? {ADDRESS_BITS{1'b0}}
                                                        : read_address + 1'b1;
      end
      if (read) out_valid <= 1'b1;
      else if (out_ready) out_valid <= 1'b0;
    end
  end

endmodule

`default_nettype wire
