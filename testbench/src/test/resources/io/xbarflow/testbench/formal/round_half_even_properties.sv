// Properties of round_half_even; combinational, so one cycle is a proof for every product.
//
// With number = product / 2^FRACTION_BITS, and n = value - ZERO_POINT where value is inside its
// bounds:
//
// 1. n is an integer nearest to number, or within WINDOW beyond one half of it.
// 2. A number within WINDOW of the middle between two integers goes to the even one.
// 3. value is never outside OUT_LOW to OUT_HIGH, and on a bound only when n is there or beyond.
`default_nettype none

module round_half_even_properties #(
  parameter PRODUCT_BITS = 16,
  parameter FRACTION_BITS = 6,
  parameter integer OUT_LOW = -128,
  parameter integer OUT_HIGH = 127,
  parameter integer ZERO_POINT = 3,
  parameter WINDOW = 0
) (
  input wire                           clk,
  input wire signed [PRODUCT_BITS-1:0] product
);

  localparam BITS = (PRODUCT_BITS > FRACTION_BITS + 12) ? PRODUCT_BITS + 3 : FRACTION_BITS + 15;
  localparam signed [BITS-1:0] ONE = 1 <<< FRACTION_BITS;
  localparam signed [BITS-1:0] HALF = ONE >>> 1;
  localparam signed [BITS-1:0] WIDE_WINDOW = WINDOW;

  wire [7:0] value;

  // value as the number that its eight bits stand for.
  wire signed [9:0] result =
      (OUT_LOW < 0) ? $signed({{2{value[7]}}, value}) : $signed({2'b00, value});

  wire signed [BITS-1:0] zero_point = ZERO_POINT;
  wire signed [BITS-1:0] low = OUT_LOW;
  wire signed [BITS-1:0] high = OUT_HIGH;
  wire signed [BITS-1:0] rounded = result - zero_point;
  wire signed [BITS-1:0] wide = product;
  wire signed [BITS-1:0] error = wide - (rounded <<< FRACTION_BITS);   // number - n, scaled

  // The part of number between two integers, as distance from their middle.
  wire        [FRACTION_BITS-1:0] fraction = product[FRACTION_BITS-1:0];
  wire signed [BITS-1:0] from_middle = $signed({{(BITS - FRACTION_BITS){1'b0}}, fraction}) - HALF;
  wire tie = from_middle <= WIDE_WINDOW && from_middle >= -WIDE_WINDOW;

  wire inside = result > low && result < high;

  round_half_even #(
    .LANES         (1),
    .PRODUCT_BITS  (PRODUCT_BITS),
    .FRACTION_BITS (FRACTION_BITS),
    .OUT_LOW       (OUT_LOW),
    .OUT_HIGH      (OUT_HIGH),
    .ZERO_POINT    (ZERO_POINT),
    .FLOAT_WINDOW  (0),
    .WINDOW        (WINDOW)
  ) u_cell (
    .product (product),
    .value   (value)
  );

  always @(posedge clk) begin
    // 1.
    if (inside) nearest: assert (error <= HALF + WIDE_WINDOW && error >= -HALF - WIDE_WINDOW);
    if (inside && !tie) nearest_outside_the_window: assert (error < HALF && error > -HALF);
    // 2.
    if (inside && tie) tie_to_even: assert (!rounded[0]);
    // 3.
    in_bounds: assert (result >= low && result <= high);
    if (result == low) low_bound: assert (error <= HALF + WIDE_WINDOW);
    if (result == high) high_bound: assert (error >= -HALF - WIDE_WINDOW);

    tie_down: cover (inside && tie && error > 0);
    tie_up: cover (inside && tie && error < 0);
    saturates: cover (result == high && error > ONE);
  end

endmodule

`default_nettype wire
