// Averages LANES windows of TAPS values in TAPS + 2 register stages, equal to float32 bit for bit.
//
//   stages 1 to TAPS  sum = round_significand(sum + term) of one tap after the other: the float32
//                     sum in fixed point, in units of the input scale's last significant bit.
//                     Stage k also rounds the term of tap k + 1; later taps travel along.
//                     With COLUMN_TAPS above 1 so many taps, a column of the window, are added by
//                     themselves; when the next column begins, the sum of the finished ones takes
//                     it in.
//   stage TAPS + 1    index = floor(sum * multiplier + OFFSET), limited to 0 .. FINAL_INDEX: the
//                     output is OUT_LOW + index or one more
//   stage TAPS + 2    value = OUT_LOW + index + (sum >= threshold(index))
//
// The multiplier depends on the number of values averaged, the threshold on that and on the index;
// both come from tables outside. The threshold is where dividing by the count and by the output
// scale and adding the zero point in float32 reaches the next value.
//
// Each stage moves on as soon as the next is free.
`default_nettype none

module average_pool_pipe #(
  parameter TAPS = 4,
  parameter LANES = 2,
  parameter VALUES_SIGNED = 1,
  parameter integer ZERO_POINT = 0,                 // of the values
  parameter SUM_BITS = 36,                          // signed, at least 11
  parameter [SUM_BITS-1:0] FACTOR = 1,
  parameter ROUND = 1,                              // 0 where no sum has more than 24 bits
  parameter COLUMN_TAPS = 1,                        // 1: one tap after the other
  parameter COUNT_BITS = 1,                         // number of a count in the tables
  parameter WORK_BITS = 60,                         // signed, above SUM_BITS, holds the product
  parameter MULTIPLIER_BITS = 12,                   // unsigned
  parameter ESTIMATE_SHIFT = 20,                    // bits of the sum that the product ignores
  parameter FRACTION_BITS = 15,
  // (output zero point - OUT_LOW) << FRACTION_BITS
  parameter signed [WORK_BITS-1:0] OFFSET = 0,
  parameter INDEX_BITS = 8,
  parameter FINAL_INDEX = 254,
  parameter integer OUT_LOW = -128,
  parameter THRESHOLD_BITS = 36,                    // signed
  parameter THRESHOLD_SHIFT = 0                     // bits of the sum that no threshold needs
) (
  input  wire                                   clk,
  input  wire                                   rst_n,

  input  wire                                   in_valid,
  output wire                                   in_ready,
  input  wire [TAPS*LANES*8-1:0]                in_values,
  input  wire [COUNT_BITS-1:0]                  in_count,
  input  wire                                   in_last,

  output wire [COUNT_BITS-1:0]                  multiplier_select,
  input  wire [MULTIPLIER_BITS-1:0]             multiplier,
  output wire [LANES*(COUNT_BITS+INDEX_BITS)-1:0] threshold_select,
  input  wire [LANES*THRESHOLD_BITS-1:0]        threshold,

  output wire                                   out_valid,
  input  wire                                   out_ready,
  output reg  [LANES*8-1:0]                     out_data,
  output wire                                   out_last
);

  localparam STAGES = TAPS + 2;
  localparam SUMS = LANES * SUM_BITS;
  localparam SELECT_BITS = COUNT_BITS + INDEX_BITS;
  localparam signed [WORK_BITS-1:0] GREATEST = FINAL_INDEX;

  reg [STAGES-1:0]                valid;
  reg [STAGES-1:0]                last;
  reg [(TAPS+1)*COUNT_BITS-1:0]   count;
  reg [TAPS*SUMS-1:0]             sum;
  reg [LANES*INDEX_BITS-1:0]      index;
  reg [SUMS-1:0]                  total;
  reg [(TAPS+1)*COUNT_BITS-1:0]   count_next;
  integer                         stage;

  wire [TAPS*SUMS-1:0]            term;
  wire [TAPS*SUMS-1:0]            sum_next;
  wire [SUMS-1:0]                 exact_sum;        // before its last rounding
  wire [SUMS-1:0]                 whole_sum;
  wire [LANES*INDEX_BITS-1:0]     index_next;
  wire [LANES*8-1:0]              out_next;

  // A stage is free when a beat leaves at the end or any stage from it on is empty.
  wire [STAGES-1:0] gap = ~valid;
  wire [STAGES-1:0] free;
  wire [STAGES-1:0] valid_before = {valid[STAGES-2:0], in_valid};
  wire [STAGES-1:0] last_before = {last[STAGES-2:0], in_last};
  wire [(TAPS+1)*COUNT_BITS-1:0] count_before = {count[TAPS*COUNT_BITS-1:0], in_count};

  assign in_ready = free[0];
  assign out_valid = valid[STAGES-1];
  assign out_last = last[STAGES-1];
  assign multiplier_select = count[(TAPS-1)*COUNT_BITS +: COUNT_BITS];

  generate
    genvar tap;
    genvar lane;

    for (tap = 0; tap < STAGES; tap = tap + 1) begin : g_free
      assign free[tap] = out_ready || ((gap >> tap) != {STAGES{1'b0}});
    end

    for (tap = 0; tap < TAPS; tap = tap + 1) begin : g_tap
      wire [LANES*8-1:0] value;
      wire [SUMS-1:0]    product;

      // Tap 2 reaches its term register in stage 1, so tap t waits t - 2 stages before it.
      if (tap < 2) begin : g_early
        assign value = in_values[tap*LANES*8 +: LANES*8];
      end else begin : g_late
        reg [(tap-1)*LANES*8-1:0] line;
        wire [tap*LANES*8-1:0] line_before = {line, in_values[tap*LANES*8 +: LANES*8]};
        integer place;

        assign value = line[(tap-2)*LANES*8 +: LANES*8];

        always @(posedge clk) begin
          for (place = 0; place < tap - 1; place = place + 1) begin
            if (free[place]) begin
              line[place*LANES*8 +: LANES*8] <= line_before[place*LANES*8 +: LANES*8];
            end
          end
        end
      end

      for (lane = 0; lane < LANES; lane = lane + 1) begin : g_lane
        tap_term #(
          .VALUES_SIGNED (VALUES_SIGNED),
          .ZERO_POINT    (ZERO_POINT),
          .SUM_BITS      (SUM_BITS),
          .FACTOR        (FACTOR),
          .ROUND         (ROUND)
        ) u_term (
          .value (value[lane*8 +: 8]),
          .term  (product[lane*SUM_BITS +: SUM_BITS])
        );
      end

      if (tap == 0) begin : g_first
        assign term[SUMS-1:0] = product;
        assign sum_next[SUMS-1:0] = term[SUMS-1:0];
      end else begin : g_next
        reg [SUMS-1:0] product_register;

        assign term[tap*SUMS +: SUMS] = product_register;

        always @(posedge clk) begin
          if (free[tap-1]) product_register <= product;
        end

        if (COLUMN_TAPS > 1 && tap % COLUMN_TAPS == 0) begin : g_begin
          assign sum_next[tap*SUMS +: SUMS] = term[tap*SUMS +: SUMS];
        end else begin : g_add
          for (lane = 0; lane < LANES; lane = lane + 1) begin : g_lane
            wire signed [SUM_BITS-1:0] exact =
                $signed(sum[(tap-1)*SUMS + lane*SUM_BITS +: SUM_BITS])
                + $signed(term[tap*SUMS + lane*SUM_BITS +: SUM_BITS]);

            if (ROUND != 0) begin : g_round
              round_significand #(
                .WIDTH (SUM_BITS)
              ) u_round (
                .number  (exact),
                .rounded (sum_next[tap*SUMS + lane*SUM_BITS +: SUM_BITS])
              );
            end else begin : g_exact
              assign sum_next[tap*SUMS + lane*SUM_BITS +: SUM_BITS] = exact;
            end
          end
        end
      end
    end

    if (COLUMN_TAPS == 1) begin : g_whole
      assign exact_sum = sum[(TAPS-1)*SUMS +: SUMS];
      assign whole_sum = exact_sum;
    end else begin : g_columns
      // Of the columns before the one that a stage's tap belongs to, from the second column on.
      localparam FURTHER = TAPS - COLUMN_TAPS;

      reg [FURTHER*SUMS-1:0] finished;
      wire [FURTHER*SUMS-1:0] finished_next;
      integer place;

      always @(posedge clk) begin
        for (place = 0; place < FURTHER; place = place + 1) begin
          if (free[COLUMN_TAPS+place]) begin
            finished[place*SUMS +: SUMS] <= finished_next[place*SUMS +: SUMS];
          end
        end
      end

      assign finished_next[SUMS-1:0] = sum[(COLUMN_TAPS-1)*SUMS +: SUMS];

      for (tap = 1; tap < FURTHER; tap = tap + 1) begin : g_finish
        if (tap % COLUMN_TAPS != 0) begin : g_same
          assign finished_next[tap*SUMS +: SUMS] = finished[(tap-1)*SUMS +: SUMS];
        end else begin : g_add
          for (lane = 0; lane < LANES; lane = lane + 1) begin : g_lane
            wire signed [SUM_BITS-1:0] exact =
                $signed(finished[(tap-1)*SUMS + lane*SUM_BITS +: SUM_BITS])
                + $signed(sum[(COLUMN_TAPS+tap-1)*SUMS + lane*SUM_BITS +: SUM_BITS]);

            if (ROUND != 0) begin : g_round
              round_significand #(
                .WIDTH (SUM_BITS)
              ) u_round (
                .number  (exact),
                .rounded (finished_next[tap*SUMS + lane*SUM_BITS +: SUM_BITS])
              );
            end else begin : g_exact
              assign finished_next[tap*SUMS + lane*SUM_BITS +: SUM_BITS] = exact;
            end
          end
        end
      end

      for (lane = 0; lane < LANES; lane = lane + 1) begin : g_lane
        wire signed [SUM_BITS-1:0] exact =
            $signed(finished[(FURTHER-1)*SUMS + lane*SUM_BITS +: SUM_BITS])
            + $signed(sum[(TAPS-1)*SUMS + lane*SUM_BITS +: SUM_BITS]);

        assign exact_sum[lane*SUM_BITS +: SUM_BITS] = exact;
        if (ROUND != 0) begin : g_round
          round_significand #(
            .WIDTH (SUM_BITS)
          ) u_round (
            .number  (exact),
            .rounded (whole_sum[lane*SUM_BITS +: SUM_BITS])
          );
        end else begin : g_exact
          assign whole_sum[lane*SUM_BITS +: SUM_BITS] = exact;
        end
      end
    end

    for (lane = 0; lane < LANES; lane = lane + 1) begin : g_output
      wire [SUM_BITS-1:0] whole = exact_sum[lane*SUM_BITS +: SUM_BITS];
      wire signed [WORK_BITS-1:0] wide_sum =
          {{(WORK_BITS - SUM_BITS){whole[SUM_BITS-1]}}, whole};
      wire signed [WORK_BITS-1:0] wide_multiplier =
          {{(WORK_BITS - MULTIPLIER_BITS){1'b0}}, multiplier};
      wire signed [WORK_BITS-1:0] product =
          (wide_sum >>> ESTIMATE_SHIFT) * wide_multiplier + OFFSET;
      wire signed [WORK_BITS-1:0] estimate = product >>> FRACTION_BITS;

      assign index_next[lane*INDEX_BITS +: INDEX_BITS] =
          estimate[WORK_BITS-1] ? {INDEX_BITS{1'b0}} :
          (estimate > GREATEST) ? GREATEST[INDEX_BITS-1:0] : estimate[INDEX_BITS-1:0];

      wire [INDEX_BITS-1:0] place = index[lane*INDEX_BITS +: INDEX_BITS];
      wire [SUM_BITS-1:0] held = total[lane*SUM_BITS +: SUM_BITS];
      wire [THRESHOLD_BITS-1:0] limit = threshold[lane*THRESHOLD_BITS +: THRESHOLD_BITS];
      wire signed [WORK_BITS-1:0] wide_held = {{(WORK_BITS - SUM_BITS){held[SUM_BITS-1]}}, held};
      wire signed [WORK_BITS-1:0] wide_limit =
          {{(WORK_BITS - THRESHOLD_BITS){limit[THRESHOLD_BITS-1]}}, limit};
      wire reached = (wide_held >>> THRESHOLD_SHIFT) >= wide_limit;

      assign threshold_select[lane*SELECT_BITS +: SELECT_BITS] =
          {count[TAPS*COUNT_BITS +: COUNT_BITS], place};
      assign out_next[lane*8 +: 8] =
          OUT_LOW[7:0] + {{(8 - INDEX_BITS){1'b0}}, place} + {7'd0, reached};
    end
  endgenerate

  always @* begin
    count_next = count;
    for (stage = 0; stage <= TAPS; stage = stage + 1) begin
      if (free[stage]) begin
        count_next[stage*COUNT_BITS +: COUNT_BITS] = count_before[stage*COUNT_BITS +: COUNT_BITS];
      end
    end
  end

  always @(posedge clk) begin
    if (!rst_n) valid <= {STAGES{1'b0}};
    else valid <= (free & valid_before) | (~free & valid);
  end

  always @(posedge clk) begin
    last <= (free & last_before) | (~free & last);
    count <= count_next;
    for (stage = 0; stage < TAPS; stage = stage + 1) begin
      if (free[stage]) sum[stage*SUMS +: SUMS] <= sum_next[stage*SUMS +: SUMS];
    end
    if (free[TAPS]) begin
      index <= index_next;
      total <= whole_sum;
    end
    if (free[TAPS+1]) out_data <= out_next;
  end

endmodule

`default_nettype wire
