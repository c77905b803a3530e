// Requantisation in four register stages: y = saturate(round_half_even(acc * scale) + zero point),
// equal to float32 where the generator has proven it.
//
//   stage 1  accumulators and multipliers
//   stage 2  acc * lower half and acc * upper half of the multiplier; with ROUND_ACCUMULATOR acc is
//            first rounded to 24 significant bits
//   stage 3  product = acc * multiplier, FRACTION_BITS after the binary point
//   stage 4  rounded and saturated values
//
// Each stage moves on as soon as the next is free.
`default_nettype none

module requantise_pipe #(
  parameter LANES = 2,
  parameter ACCUMULATOR_BITS = 24,               // signed
  parameter ROUND_ACCUMULATOR = 0,
  parameter MULTIPLIER_BITS = 24,                // unsigned, at least 2
  parameter FRACTION_BITS = 30,
  parameter integer OUT_LOW = -128,
  parameter integer OUT_HIGH = 127,
  parameter integer ZERO_POINT = 0
) (
  input  wire                              clk,
  input  wire                              rst_n,

  input  wire                              in_valid,
  output wire                              in_ready,
  input  wire [LANES*ACCUMULATOR_BITS-1:0] in_accumulator,
  input  wire [LANES*MULTIPLIER_BITS-1:0]  in_multiplier,
  input  wire                              in_last,

  output reg                               out_valid,
  input  wire                              out_ready,
  output reg  [LANES*8-1:0]                out_data,
  output reg                               out_last
);

  localparam PRODUCT_BITS = ACCUMULATOR_BITS + MULTIPLIER_BITS + 1;
  localparam LOWER_BITS = MULTIPLIER_BITS / 2;
  localparam UPPER_BITS = MULTIPLIER_BITS - LOWER_BITS;
  localparam LOWER_PRODUCT_BITS = ACCUMULATOR_BITS + LOWER_BITS;
  localparam UPPER_PRODUCT_BITS = ACCUMULATOR_BITS + UPPER_BITS;

  reg                                sum_valid;
  reg [LANES*ACCUMULATOR_BITS-1:0]   sum;
  reg [LANES*MULTIPLIER_BITS-1:0]    multiplier;
  reg                                sum_last;
  reg                                halves_valid;
  reg [LANES*LOWER_PRODUCT_BITS-1:0] lower;
  reg [LANES*UPPER_PRODUCT_BITS-1:0] upper;
  reg                                halves_last;
  reg                                product_valid;
  reg [LANES*PRODUCT_BITS-1:0]       product;
  reg                                product_last;

  wire [LANES*ACCUMULATOR_BITS-1:0] operand;
  wire [LANES*8-1:0]                out_next;

  wire out_free = !out_valid || out_ready;
  wire product_free = !product_valid || out_free;
  wire halves_free = !halves_valid || product_free;
  wire sum_free = !sum_valid || halves_free;

  assign in_ready = sum_free;

  generate
    if (ROUND_ACCUMULATOR != 0) begin : g_round
      round_significand #(
        .LANES (LANES),
        .WIDTH (ACCUMULATOR_BITS)
      ) u_round (
        .number  (sum),
        .rounded (operand)
      );
    end else begin : g_exact
      assign operand = sum;
    end
  endgenerate

  round_half_even #(
    .LANES         (LANES),
    .PRODUCT_BITS  (PRODUCT_BITS),
    .FRACTION_BITS (FRACTION_BITS),
    .OUT_LOW       (OUT_LOW),
    .OUT_HIGH      (OUT_HIGH),
    .ZERO_POINT    (ZERO_POINT)
  ) u_round_half_even (
    .product (product),
    .value   (out_next)
  );

  always @(posedge clk) begin
    if (!rst_n) begin
      sum_valid <= 1'b0;
      halves_valid <= 1'b0;
      product_valid <= 1'b0;
      out_valid <= 1'b0;
    end else begin
      if (sum_free) sum_valid <= in_valid;
      if (halves_free) halves_valid <= sum_valid;
      if (product_free) product_valid <= halves_valid;
      if (out_free) out_valid <= product_valid;
    end
  end

  always @(posedge clk) begin : multiply
    integer                            lane;
    reg [ACCUMULATOR_BITS-1:0]         accumulator;
    reg [MULTIPLIER_BITS-1:0]          factor;
    reg [LANES*LOWER_PRODUCT_BITS-1:0] lowers;
    reg [LANES*UPPER_PRODUCT_BITS-1:0] uppers;
    if (halves_free && sum_valid) begin
      for (lane = 0; lane < LANES; lane = lane + 1) begin
        accumulator = operand[lane*ACCUMULATOR_BITS +: ACCUMULATOR_BITS];
        factor = multiplier[lane*MULTIPLIER_BITS +: MULTIPLIER_BITS];
        lowers[lane*LOWER_PRODUCT_BITS +: LOWER_PRODUCT_BITS] =
            {{LOWER_BITS{accumulator[ACCUMULATOR_BITS-1]}}, accumulator}
            * {{ACCUMULATOR_BITS{1'b0}}, factor[LOWER_BITS-1:0]};
        uppers[lane*UPPER_PRODUCT_BITS +: UPPER_PRODUCT_BITS] =
            {{UPPER_BITS{accumulator[ACCUMULATOR_BITS-1]}}, accumulator}
            * {{ACCUMULATOR_BITS{1'b0}}, factor[MULTIPLIER_BITS-1:LOWER_BITS]};
      end
      lower <= lowers;
      upper <= uppers;
    end
  end

  // The lower half's low bits are the product's; the rest of it is added to the upper half.
  always @(posedge clk) begin : add_halves
    integer                        lane;
    reg [LOWER_PRODUCT_BITS-1:0]   low;
    reg [UPPER_PRODUCT_BITS-1:0]   high;
    reg [LANES*PRODUCT_BITS-1:0]   products;
    if (product_free && halves_valid) begin
      for (lane = 0; lane < LANES; lane = lane + 1) begin
        low = lower[lane*LOWER_PRODUCT_BITS +: LOWER_PRODUCT_BITS];
        high = upper[lane*UPPER_PRODUCT_BITS +: UPPER_PRODUCT_BITS];
        products[lane*PRODUCT_BITS +: PRODUCT_BITS] = {
          {high[UPPER_PRODUCT_BITS-1], high}
          + {{(UPPER_BITS + 1){low[LOWER_PRODUCT_BITS-1]}},
             low[LOWER_PRODUCT_BITS-1:LOWER_BITS]},
          low[LOWER_BITS-1:0]
        };
      end
      product <= products;
    end
  end

  always @(posedge clk) begin
    if (sum_free) begin
      sum <= in_accumulator;
      multiplier <= in_multiplier;
      sum_last <= in_last;
    end
    if (halves_free) halves_last <= sum_last;
    if (product_free) product_last <= halves_last;
    if (out_free) begin
      out_data <= out_next;
      out_last <= product_last;
    end
  end

endmodule

`default_nettype wire
