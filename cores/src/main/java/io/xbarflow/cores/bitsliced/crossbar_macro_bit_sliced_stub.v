// The crossbar macro as synthesis sees it: a black box. Ports and timing stand in the behavioural
// model, crossbar_macro_bit_sliced.v.
`default_nettype none

(* blackbox *)
module crossbar_macro_bit_sliced #(
  parameter ROWS = 4,
  parameter COLUMNS = 4,
  parameter COLUMN_BITS = 20,
  parameter INPUTS_SIGNED = 1,
  parameter MVM_CYCLES = 8,
  parameter COUNT_BITS = 3,
  parameter BITS_PER_CELL = 2,
  parameter INPUT_BITS_PER_CYCLE = 1,
  parameter ADC_BITS = 10,
  parameter ADC_STEP = 1
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
