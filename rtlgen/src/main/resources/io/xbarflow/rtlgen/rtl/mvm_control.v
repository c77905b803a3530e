// Starts the MVMs of COPIES equal arrays, which take the windows of an image in turn: a window as
// soon as its copy has handed the last result over, results in the order of the windows.
//
// 1. start may fall into the cycle of the same copy's capture: no array idles while windows wait.
// 2. A result that finds no room stays in its copy, which holds it until its next start.
// 3. At most one start and one capture a cycle.
`default_nettype none

module mvm_control #(
  parameter COPIES = 1,
  parameter MACROS = 1,        // of one copy
  parameter WINDOWS = 4,       // of an image
  parameter WINDOW_BITS = 2    // at least 1 and at least log2(WINDOWS)
) (
  input  wire                     clk,
  input  wire                     rst_n,

  input  wire                     window_valid,
  output wire                     window_taken,

  output wire [COPIES-1:0]        start,         // the copy samples the window
  input  wire [COPIES*MACROS-1:0] macro_done,    // the macro holds the result of its last start
  input  wire                     result_free,
  output wire [COPIES-1:0]        capture        // the result leaves the copy
);

  reg  [COPIES-1:0] busy;
  wire [COPIES-1:0] done;
  wire [COPIES-1:0] start_turn;
  wire [COPIES-1:0] capture_turn;

  assign capture = capture_turn & busy & done & {COPIES{result_free}};
  assign start = start_turn & (~busy | capture) & {COPIES{window_valid}};
  assign window_taken = |start;

  generate
    genvar copy;
    for (copy = 0; copy < COPIES; copy = copy + 1) begin : g_copy
      assign done[copy] = &macro_done[copy*MACROS +: MACROS];
    end
    if (COPIES == 1) begin : g_single
      assign start_turn = 1'b1;
      assign capture_turn = 1'b1;
    end else begin : g_turns
      copy_turn #(
        .COPIES      (COPIES),
        .WINDOWS     (WINDOWS),
        .WINDOW_BITS (WINDOW_BITS)
      ) u_start_turn (
        .clk     (clk),
        .rst_n   (rst_n),
        .advance (window_taken),
        .turn    (start_turn)
      );
      copy_turn #(
        .COPIES      (COPIES),
        .WINDOWS     (WINDOWS),
        .WINDOW_BITS (WINDOW_BITS)
      ) u_capture_turn (
        .clk     (clk),
        .rst_n   (rst_n),
        .advance (|capture),
        .turn    (capture_turn)
      );
    end
  endgenerate

  always @(posedge clk) begin
    if (!rst_n) busy <= {COPIES{1'b0}};
    else busy <= start | (busy & ~capture);
  end

endmodule

`default_nettype wire
