// One coordinate of a walk over a map in patches: rows or columns. Combined in stream_walk.
//
// A step goes to the next position; behind the last one of a patch either back to the patch's first
// (go_back) or on to the next patch. The last patch may be cut off by the map's edge.
`default_nettype none

module walk_axis #(
  parameter SIZE = 5,             // rows or columns of the map
  parameter PATCH = 2,            // rows or columns of a patch
  parameter PERIOD = 2,           // of phase
  parameter COORDINATE_BITS = 5   // holds the parameters above
) (
  input  wire                       clk,
  input  wire                       rst_n,

  input  wire                       step,
  input  wire                       go_back,
  output wire                       patch_end,   // position is the last one of its patch
  output reg  [COORDINATE_BITS-1:0] position,
  output wire [COORDINATE_BITS-1:0] phase        // position modulo PERIOD
);

  localparam FINAL_POSITION = SIZE - 1;
  localparam FINAL_COUNT = PATCH - 1;
  localparam FINAL_PHASE = PERIOD - 1;
  localparam [COORDINATE_BITS-1:0] ORIGIN = 0;

  wire final_position = (position == FINAL_POSITION[COORDINATE_BITS-1:0]);
  wire [COORDINATE_BITS-1:0] position_next = final_position ? ORIGIN : position + 1'b1;
  wire rewind = step && patch_end && go_back;
  wire advance = step && !rewind;

  wire [COORDINATE_BITS-1:0] patch_position;   // the patch's first

  always @(posedge clk) begin
    if (!rst_n) position <= ORIGIN;
    else if (rewind) position <= patch_position;
    else if (advance) position <= position_next;
  end

  generate
    if (PATCH == 1) begin : g_single
      assign patch_end = 1'b1;
      assign patch_position = position;
    end else begin : g_patch
      reg [COORDINATE_BITS-1:0] count;           // within the patch
      reg [COORDINATE_BITS-1:0] first_position;

      assign patch_end = final_position || (count == FINAL_COUNT[COORDINATE_BITS-1:0]);
      assign patch_position = first_position;

      always @(posedge clk) begin
        if (!rst_n) begin
          count <= ORIGIN;
          first_position <= ORIGIN;
        end else if (step) begin
          count <= patch_end ? ORIGIN : count + 1'b1;
          if (patch_end && !go_back) first_position <= position_next;
        end
      end
    end

    if (PERIOD == 1) begin : g_no_phase
      assign phase = ORIGIN;
    end else begin : g_phase
      reg [COORDINATE_BITS-1:0] position_phase;
      wire [COORDINATE_BITS-1:0] phase_next =
          (final_position || position_phase == FINAL_PHASE[COORDINATE_BITS-1:0])
              ? ORIGIN : position_phase + 1'b1;
      wire [COORDINATE_BITS-1:0] patch_phase;    // the patch's first

      assign phase = position_phase;

      always @(posedge clk) begin
        if (!rst_n) position_phase <= ORIGIN;
        else if (rewind) position_phase <= patch_phase;
        else if (advance) position_phase <= phase_next;
      end

      if (PATCH == 1) begin : g_single_phase
        assign patch_phase = position_phase;
      end else begin : g_patch_phase
        reg [COORDINATE_BITS-1:0] first_phase;
        assign patch_phase = first_phase;
        always @(posedge clk) begin
          if (!rst_n) first_phase <= ORIGIN;
          else if (step && patch_end && !go_back) first_phase <= phase_next;
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
