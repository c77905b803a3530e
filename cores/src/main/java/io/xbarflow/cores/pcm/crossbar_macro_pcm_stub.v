// The crossbar macro as synthesis sees it: a black box. Ports and timing stand in the behavioural
// model, crossbar_macro_pcm.v.
`default_nettype none

(* blackbox *)
module crossbar_macro_pcm #(
  parameter ROWS = 4,
  parameter COLUMNS = 4,
  parameter COLUMN_BITS = 8,
  parameter INPUTS_SIGNED = 1,
  parameter MVM_CYCLES = 8,
  parameter COUNT_BITS = 3,
  parameter ZERO_POINT = 0,
  parameter INPUT_BITS = 8
) (
  input  wire                           clk,
  input  wire                           rst_n,
  input  wire [23:0]                    weights_id,

  input  wire                           start,
  input  wire [ROWS*8-1:0]              row_data,

  output wire                           done,
  output wire [COLUMNS*COLUMN_BITS-1:0] column_data
);
endmodule

`default_nettype wire
