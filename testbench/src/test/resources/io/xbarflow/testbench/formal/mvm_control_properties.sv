// Properties of mvm_control and the copy_turns in it. The macros may be done at any time.
//
// 1. Windows go to the copies in turn, anew in every image: window n of it to n modulo COPIES.
// 2. Results leave in the order of the windows, each from the copy that its window went to
//    (watched_beat); a copy has one window at most.
// 3. At most one start and one capture a cycle; a window is taken exactly with a start.
// 4. A result leaves only when all macros of its copy are done and it has room, and at once then.
// 5. A waiting window starts at once if its copy is free or becomes so in this cycle.
`default_nettype none

module mvm_control_properties #(
  parameter COPIES = 2,
  parameter MACROS = 2,
  parameter WINDOWS = 5,
  parameter WINDOW_BITS = 3
) (
  input wire                     clk,
  input wire                     window_valid,
  input wire [COPIES*MACROS-1:0] macro_done,
  input wire                     result_free
);

  (* anyseq *) wire pick;

  wire              window_taken;
  wire [COPIES-1:0] start;
  wire [COPIES-1:0] capture;
  wire [3:0]        inside;
  wire              picked;
  wire [3:0]        ahead;
  wire [COPIES-1:0] payload;

  // State of the cell that the invariants speak of; turns with several copies only.
  (* hierconn *) wire [COPIES-1:0]      \u_cell.busy ;
  (* hierconn *) wire [COPIES-1:0]      \u_cell.g_turns.u_start_turn.turn ;
  (* hierconn *) wire [COPIES-1:0]      \u_cell.g_turns.u_capture_turn.turn ;
  (* hierconn *) wire [WINDOW_BITS-1:0] \u_cell.g_turns.u_start_turn.g_counted.window ;
  (* hierconn *) wire [WINDOW_BITS-1:0] \u_cell.g_turns.u_capture_turn.g_counted.window ;

  // The copy of window n, which may belong to the next image.
  function [COPIES-1:0] copy_of(input [7:0] n);
    copy_of = one << ((n >= WINDOWS ? n - WINDOWS : n) % COPIES);
  endfunction

  reg              started = 1'b0;
  reg [7:0]        window;         // of the image, the next to start
  reg [7:0]        result;         // of the image, the next to leave
  reg [COPIES-1:0] occupied;       // the copy has a window

  wire [COPIES-1:0] one = {{(COPIES - 1){1'b0}}, 1'b1};
  wire [COPIES-1:0] start_turn = one << (window % COPIES);
  wire [COPIES-1:0] result_turn = one << (result % COPIES);
  reg  [COPIES-1:0] done;
  reg  [COPIES-1:0] of_inside;       // the copies of the windows from result to window
  reg  [3:0]        count;           // of the occupied copies

  mvm_control #(
    .COPIES      (COPIES),
    .MACROS      (MACROS),
    .WINDOWS     (WINDOWS),
    .WINDOW_BITS (WINDOW_BITS)
  ) u_cell (
    .clk          (clk),
    .rst_n        (started),
    .window_valid (window_valid),
    .window_taken (window_taken),
    .start        (start),
    .macro_done   (macro_done),
    .result_free  (result_free),
    .capture      (capture)
  );

  watched_beat #(
    .PAYLOAD_BITS (COPIES),
    .CAPACITY     (COPIES),
    .COUNT_BITS   (4),
    .COVERS       (0)
  ) u_watch (
    .clk         (clk),
    .rst_n       (started),
    .pick        (pick),
    .in_transfer (|start),
    .in_payload  (start),
    .out_valid   (|capture),
    .out_ready   (1'b1),
    .out_payload (capture),
    .inside      (inside),
    .picked      (picked),
    .ahead       (ahead),
    .payload     (payload)
  );

  always @* begin : all_macros
    integer copy;
    for (copy = 0; copy < COPIES; copy = copy + 1) begin
      done[copy] = &macro_done[copy*MACROS +: MACROS];
    end
  end

  always @* begin : all_copies
    integer copy;
    of_inside = {COPIES{1'b0}};
    count = 4'd0;
    for (copy = 0; copy < COPIES; copy = copy + 1) begin
      if (copy < inside) of_inside = of_inside | copy_of(result + copy);
      count = count + occupied[copy];
    end
  end

  always @(posedge clk) begin
    started <= 1'b1;
    if (!started) begin
      window <= 8'd0;
      result <= 8'd0;
      occupied <= {COPIES{1'b0}};
    end else begin
      if (|start) window <= (window == WINDOWS - 1) ? 8'd0 : window + 8'd1;
      if (|capture) result <= (result == WINDOWS - 1) ? 8'd0 : result + 8'd1;
      occupied <= (occupied & ~capture) | start;
    end

    if (started) begin
      // 1.
      windows_in_turn: assert ((start & ~start_turn) == {COPIES{1'b0}});
      results_in_turn: assert ((capture & ~result_turn) == {COPIES{1'b0}});
      // 2.
      one_window_a_copy: assert ((start & occupied & ~capture) == {COPIES{1'b0}});
      captures_what_is_there: assert ((capture & ~occupied) == {COPIES{1'b0}});
      // 3.
      one_start: assert ((start & (start - one)) == {COPIES{1'b0}});
      one_capture: assert ((capture & (capture - one)) == {COPIES{1'b0}});
      taken_with_a_start: assert (window_taken == |start);
      // 4.
      leaves_when_it_can: assert (
          capture == (result_turn & occupied & done & {COPIES{result_free}}));
      // 5.
      starts_when_it_can: assert (
          start == (start_turn & (~occupied | capture) & {COPIES{window_valid}}));

      // The invariants that close the induction.
      windows_in_range: assert (
          window < WINDOWS && result < WINDOWS
              && (result + inside == window || result + inside == window + WINDOWS));
      occupied_by_the_windows: assert (
          occupied == \u_cell.busy && occupied == of_inside && count == inside);
      if (picked) picked_in_its_copy: assert (payload == copy_of(result + ahead));
      if (COPIES > 1) begin
        turns_agree: assert (
            \u_cell.g_turns.u_start_turn.turn == start_turn
                && \u_cell.g_turns.u_capture_turn.turn == result_turn);
      end
      if (COPIES > 1 && WINDOWS % COPIES != 0) begin
        counts_agree: assert (
            \u_cell.g_turns.u_start_turn.g_counted.window == window
                && \u_cell.g_turns.u_capture_turn.g_counted.window == result);
      end

      start_with_capture: cover ((start & capture) != {COPIES{1'b0}});
      second_image: cover ($past(started) && $past(|capture) && result == 8'd0);
    end
  end

endmodule

`default_nettype wire
