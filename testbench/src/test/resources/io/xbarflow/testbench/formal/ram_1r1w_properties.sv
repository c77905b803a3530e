// Properties of ram_1r1w, which ram_one_word takes for granted.
//
// 1. A read gives what was last written to its address.
// 2. What was read holds until the next read.
`default_nettype none

module ram_1r1w_properties #(
  parameter DEPTH = 5,
  parameter WIDTH = 3,
  parameter ADDRESS_BITS = 3
) (
  input wire                    clk,
  input wire                    write_enable,
  input wire [ADDRESS_BITS-1:0] write_address,
  input wire [WIDTH-1:0]        write_data,
  input wire                    read_enable,
  input wire [ADDRESS_BITS-1:0] read_address
);

  (* anyconst *) wire [ADDRESS_BITS-1:0] watched_address;

  wire [WIDTH-1:0] read_data;
  reg  [WIDTH-1:0] word;
  reg              written = 1'b0;
  reg              read_watched = 1'b0;   // the last read was of the watched word, once written
  reg  [WIDTH-1:0] read_word;
  reg              started = 1'b0;

  ram_1r1w #(
    .DEPTH        (DEPTH),
    .WIDTH        (WIDTH),
    .ADDRESS_BITS (ADDRESS_BITS)
  ) u_cell (
    .clk           (clk),
    .write_enable  (write_enable),
    .write_address (write_address),
    .write_data    (write_data),
    .read_enable   (read_enable),
    .read_address  (read_address),
    .read_data     (read_data)
  );

  always @(posedge clk) begin
    started <= 1'b1;
    if (write_enable && write_address == watched_address) begin
      word <= write_data;
      written <= 1'b1;
    end
    if (read_enable) begin
      read_watched <= written && read_address == watched_address;
      read_word <= word;
    end

    assume (watched_address < DEPTH);
    assume (!(read_enable && write_enable) || read_address != write_address);

    // 1.
    if (read_watched) reads_what_was_written: assert (read_data == read_word);
    // 2.
    if (started && $past(started) && !$past(read_enable)) begin
      read_data_hold: assert (read_data == $past(read_data));
    end

    read_after_write: cover (read_watched && read_data == {WIDTH{1'b1}});
  end

endmodule

`default_nettype wire
