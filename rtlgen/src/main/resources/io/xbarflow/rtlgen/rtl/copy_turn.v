// Says which copy of the array the next window of an image belongs to: window n to copy n modulo
// COPIES, counted anew in every image.
`default_nettype none

module copy_turn #(
  parameter COPIES = 2,
  parameter WINDOWS = 5,       // of an image
  parameter WINDOW_BITS = 3    // at least 1 and at least log2(WINDOWS)
) (
  input  wire              clk,
  input  wire              rst_n,

  input  wire              advance,
  output reg  [COPIES-1:0] turn       // one bit set
);

  localparam FINAL_WINDOW = WINDOWS - 1;

  wire final_window;

  generate
    if (WINDOWS % COPIES == 0) begin : g_even
      assign final_window = turn[COPIES-1];
    end else begin : g_counted
      reg [WINDOW_BITS-1:0] window;
      assign final_window = (window == FINAL_WINDOW[WINDOW_BITS-1:0]);
      always @(posedge clk) begin
        if (!rst_n) window <= {WINDOW_BITS{1'b0}};
        else if (advance) window <= final_window ? {WINDOW_BITS{1'b0}} : window + 1'b1;
      end
    end
  endgenerate

  always @(posedge clk) begin
    if (!rst_n) turn <= {{(COPIES - 1){1'b0}}, 1'b1};
    else if (advance) begin
      turn <= final_window ? {{(COPIES - 1){1'b0}}, 1'b1} : {turn[COPIES-2:0], turn[COPIES-1]};
    end
  end

endmodule

`default_nettype wire
