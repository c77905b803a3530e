// Class of the top row of a step of windows: the phase by which the rows of a window are rotated
// among the classes.
`default_nettype none

module row_phase #(
  parameter CLASSES = 2,      // row y is in class y modulo CLASSES
  parameter CLASS_BITS = 1,   // at least 1 and at least log2(CLASSES)
  parameter FIRST_PHASE = 1,  // of the first step
  parameter REST = 1          // rows from step to step, modulo CLASSES; not 0
) (
  input  wire                  clk,
  input  wire                  rst_n,

  input  wire                  row_done,    // on to the next step
  input  wire                  final_row,   // the step is the last one of its image

  output reg  [CLASS_BITS-1:0] phase
);

  localparam LIMIT = CLASSES - REST;

  wire wrap = ({1'b0, phase} >= LIMIT[CLASS_BITS:0]);
  wire [CLASS_BITS-1:0] phase_below = wrap ? phase - LIMIT[CLASS_BITS-1:0]
                                           : phase + REST[CLASS_BITS-1:0];

  always @(posedge clk) begin
    if (!rst_n) phase <= FIRST_PHASE[CLASS_BITS-1:0];
    else if (row_done) phase <= final_row ? FIRST_PHASE[CLASS_BITS-1:0] : phase_below;
  end

endmodule

`default_nettype wire
