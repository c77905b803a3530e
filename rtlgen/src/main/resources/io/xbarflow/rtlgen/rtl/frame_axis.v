// One coordinate of a walk over the smallest frame that holds two maps: the one that a stream
// brings and the one that it becomes. Combined in stream_reframe.
//
//   given      positions IN_FIRST .. IN_FIRST + IN_SIZE - 1
//   wanted     positions OUT_FIRST + n * STEP, n = 0 .. OUT_SIZE - 1
//
// A step goes to the next position; behind the last one back to the first.
`default_nettype none

module frame_axis #(
  parameter SIZE = 6,             // rows or columns of the frame
  parameter IN_FIRST = 1,
  parameter IN_SIZE = 4,
  parameter OUT_FIRST = 0,
  parameter OUT_SIZE = 3,
  parameter STEP = 2,
  parameter COORDINATE_BITS = 3   // holds SIZE and STEP
) (
  input  wire clk,
  input  wire rst_n,

  input  wire step,
  output wire at_start,           // the first position of the frame
  output wire at_end,             // the last position of the frame
  output wire given,
  output wire wanted,
  output wire final_wanted        // the last wanted position
);

  localparam [COORDINATE_BITS-1:0] ORIGIN = 0;
  localparam FINAL_POSITION = SIZE - 1;
  localparam IN_FINAL = IN_FIRST + IN_SIZE - 1;
  localparam OUT_FINAL = OUT_FIRST + (OUT_SIZE - 1) * STEP;
  localparam FINAL_PHASE = STEP - 1;

  reg [COORDINATE_BITS-1:0] position;

  wire [COORDINATE_BITS-1:0] position_next = at_end ? ORIGIN : position + 1'b1;
  wire after_in_start;
  wire after_out_start;
  wire on_grid;

  assign at_start = (position == ORIGIN);
  assign at_end = (position == FINAL_POSITION[COORDINATE_BITS-1:0]);
  assign given = after_in_start && (position <= IN_FINAL[COORDINATE_BITS-1:0]);
  assign wanted = after_out_start && on_grid && (position <= OUT_FINAL[COORDINATE_BITS-1:0]);
  assign final_wanted = (position == OUT_FINAL[COORDINATE_BITS-1:0]);

  always @(posedge clk) begin
    if (!rst_n) position <= ORIGIN;
    else if (step) position <= position_next;
  end

  generate
    if (IN_FIRST == 0) begin : g_in_at_start
      assign after_in_start = 1'b1;
    end else begin : g_in_later
      assign after_in_start = (position >= IN_FIRST[COORDINATE_BITS-1:0]);
    end

    if (OUT_FIRST == 0) begin : g_out_at_start
      assign after_out_start = 1'b1;
    end else begin : g_out_later
      assign after_out_start = (position >= OUT_FIRST[COORDINATE_BITS-1:0]);
    end

    if (STEP == 1) begin : g_every
      assign on_grid = 1'b1;
    end else begin : g_grid
      // Positions since the last wanted one; 0 at OUT_FIRST.
      reg [COORDINATE_BITS-1:0] phase;
      assign on_grid = (phase == ORIGIN);

      always @(posedge clk) begin
        if (!rst_n) phase <= ORIGIN;
        else if (step) begin
          phase <= (position_next == OUT_FIRST[COORDINATE_BITS-1:0]
              || phase == FINAL_PHASE[COORDINATE_BITS-1:0]) ? ORIGIN : phase + 1'b1;
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
