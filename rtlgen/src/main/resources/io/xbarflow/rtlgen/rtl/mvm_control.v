// Starts the MVMs of an array: one window after the other, a window as soon as the array has handed
// its result over and the next result has room.
//
// 1. start may fall into the cycle of capture: the array never idles while windows wait.
// 2. A result that finds no room stays in the array, which holds it until the next start.
`default_nettype none

module mvm_control (
  input  wire clk,
  input  wire rst_n,

  input  wire window_valid,
  output wire start,         // the array samples the window

  input  wire array_done,    // the array's outputs are the result of the last start
  input  wire result_free,
  output wire capture        // the result leaves the array
);

  reg busy;

  assign capture = busy && array_done && result_free;
  assign start = window_valid && (!busy || capture);

  always @(posedge clk) begin
    if (!rst_n) busy <= 1'b0;
    else if (start) busy <= 1'b1;
    else if (capture) busy <= 1'b0;
  end

endmodule

`default_nettype wire
