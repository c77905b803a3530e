// round_half_even with FLOAT_WINDOW rounds as float32 does, for every product.
//
// float32 rounds the exact product to 24 significant bits and then to an integer, half to even both
// times. round_significand does the first; round_half_even without a window the second; both are
// proved from their definitions. The window does the two in one:
//
// 1. For every product: one rounding with the window equals the two roundings.
`default_nettype none

module float32_rounding_properties #(
  parameter PRODUCT_BITS = 49,
  parameter FRACTION_BITS = 36,
  parameter integer OUT_LOW = -128,
  parameter integer OUT_HIGH = 127,
  parameter integer ZERO_POINT = 0
) (
  input wire                    clk,
  input wire [PRODUCT_BITS-1:0] product
);

  localparam WIDTH = PRODUCT_BITS + 1;       // the rounded number may be one bit longer

  wire [WIDTH-1:0] significand;
  wire [7:0]       in_two_steps;
  wire [7:0]       at_once;
  wire [7:0]       without_window;

  round_significand #(
    .LANES            (1),
    .WIDTH            (WIDTH),
    .SIGNIFICAND_BITS (24)
  ) u_significand (
    .number  ({product[PRODUCT_BITS-1], product}),
    .rounded (significand)
  );

  round_half_even #(
    .LANES         (1),
    .PRODUCT_BITS  (WIDTH),
    .FRACTION_BITS (FRACTION_BITS),
    .OUT_LOW       (OUT_LOW),
    .OUT_HIGH      (OUT_HIGH),
    .ZERO_POINT    (ZERO_POINT),
    .FLOAT_WINDOW  (0)
  ) u_second_step (
    .product (significand),
    .value   (in_two_steps)
  );

  round_half_even #(
    .LANES         (1),
    .PRODUCT_BITS  (PRODUCT_BITS),
    .FRACTION_BITS (FRACTION_BITS),
    .OUT_LOW       (OUT_LOW),
    .OUT_HIGH      (OUT_HIGH),
    .ZERO_POINT    (ZERO_POINT),
    .FLOAT_WINDOW  (1)
  ) u_cell (
    .product (product),
    .value   (at_once)
  );

  round_half_even #(
    .LANES         (1),
    .PRODUCT_BITS  (PRODUCT_BITS),
    .FRACTION_BITS (FRACTION_BITS),
    .OUT_LOW       (OUT_LOW),
    .OUT_HIGH      (OUT_HIGH),
    .ZERO_POINT    (ZERO_POINT),
    .FLOAT_WINDOW  (0)
  ) u_plain (
    .product (product),
    .value   (without_window)
  );

  always @(posedge clk) begin
    // 1.
    equal_to_float32: assert (at_once == in_two_steps);

    // There are products that the window is for.
    window_matters: cover (at_once != without_window);
  end

endmodule

`default_nettype wire
