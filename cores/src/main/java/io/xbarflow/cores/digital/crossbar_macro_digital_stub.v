// The SRAM macro as synthesis sees it: a black box. Ports and timing stand in the model that is
// simulated, crossbar_macro_digital.v.
`default_nettype none

(* blackbox *)
module crossbar_macro_digital #(
  parameter ROWS = 4,
  parameter COLUMNS = 4,
  parameter COLUMN_BITS = 20,
  parameter INPUTS_SIGNED = 1,
  parameter MVM_CYCLES = 8,
  parameter COUNT_BITS = 3
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
