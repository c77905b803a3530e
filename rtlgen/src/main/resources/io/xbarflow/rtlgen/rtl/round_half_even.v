// Rounds fixed-point numbers half to even and saturates them to eight bits, in LANES lanes.
//
//   number = product / 2^FRACTION_BITS, integer = floor(number), fraction = the rest
//   value  = saturate(round_half_even(number) + ZERO_POINT)
//
// A fraction within a window around one half counts as a tie and goes to the even neighbour. With
// FLOAT_WINDOW the window is half a unit in the last place of float32 at that magnitude, which
// makes the result equal to rounding in float32; otherwise it is the constant WINDOW.
//
// Combinational. value holds the low eight bits of a result in OUT_LOW to OUT_HIGH.

`default_nettype none

module round_half_even #(
  parameter LANES = 1,
  parameter PRODUCT_BITS = 40,              // signed bits of product
  parameter FRACTION_BITS = 30,             // bits after the binary point, 2 to 62
  parameter integer OUT_LOW = -128,         // least value
  parameter integer OUT_HIGH = 127,         // greatest value
  parameter integer ZERO_POINT = 0,         // added after rounding
  parameter FLOAT_WINDOW = 1,               // 1: float32 window, 0: WINDOW
  parameter [FRACTION_BITS-1:0] WINDOW = 0  // constant window, units of 2^-FRACTION_BITS
) (
  input  wire [LANES*PRODUCT_BITS-1:0] product,
  output reg  [LANES*8-1:0]            value
);

  // Room for the zero point and for the integer part's sign, however narrow the product is.
  localparam INTEGER_BITS =
      (PRODUCT_BITS - FRACTION_BITS > 11) ? PRODUCT_BITS - FRACTION_BITS + 1 : 12;
  localparam NUMBER_BITS = INTEGER_BITS + FRACTION_BITS;

  localparam [FRACTION_BITS-1:0] ONE = 1;
  localparam [FRACTION_BITS-1:0] HALF = ONE << (FRACTION_BITS - 1);

  // Half a float32 ulp of a number whose leading one has weight 2^exponent is 2^(exponent - 24).
  localparam [FRACTION_BITS-1:0] WINDOW_HALF =
      (FRACTION_BITS >= 25) ? ONE << (FRACTION_BITS - 25) : 0;
  localparam [FRACTION_BITS-1:0] WINDOW_1 =
      (FRACTION_BITS >= 24) ? ONE << (FRACTION_BITS - 24) : 0;
  localparam [FRACTION_BITS-1:0] WINDOW_2 =
      (FRACTION_BITS >= 23) ? ONE << (FRACTION_BITS - 23) : 0;
  localparam [FRACTION_BITS-1:0] WINDOW_4 =
      (FRACTION_BITS >= 22) ? ONE << (FRACTION_BITS - 22) : 0;
  localparam [FRACTION_BITS-1:0] WINDOW_8 =
      (FRACTION_BITS >= 21) ? ONE << (FRACTION_BITS - 21) : 0;
  localparam [FRACTION_BITS-1:0] WINDOW_16 =
      (FRACTION_BITS >= 20) ? ONE << (FRACTION_BITS - 20) : 0;
  localparam [FRACTION_BITS-1:0] WINDOW_32 =
      (FRACTION_BITS >= 19) ? ONE << (FRACTION_BITS - 19) : 0;
  localparam [FRACTION_BITS-1:0] WINDOW_64 =
      (FRACTION_BITS >= 18) ? ONE << (FRACTION_BITS - 18) : 0;
  localparam [FRACTION_BITS-1:0] WINDOW_128 =
      (FRACTION_BITS >= 17) ? ONE << (FRACTION_BITS - 17) : 0;
  localparam [FRACTION_BITS-1:0] WINDOW_256 =
      (FRACTION_BITS >= 16) ? ONE << (FRACTION_BITS - 16) : 0;

  localparam signed [INTEGER_BITS-1:0] OFFSET =
      {{(INTEGER_BITS - 10){ZERO_POINT[9]}}, ZERO_POINT[9:0]};
  localparam signed [INTEGER_BITS-1:0] LOW =
      {{(INTEGER_BITS - 10){OUT_LOW[9]}}, OUT_LOW[9:0]};
  localparam signed [INTEGER_BITS-1:0] HIGH =
      {{(INTEGER_BITS - 10){OUT_HIGH[9]}}, OUT_HIGH[9:0]};

  always @* begin : round
    integer                        lane;
    reg        [NUMBER_BITS-1:0]   number;
    reg signed [INTEGER_BITS-1:0]  integer_part;
    reg        [FRACTION_BITS-1:0] fraction;
    reg        [8:0]               magnitude;   // towards zero; from 512 on everything saturates
    reg        [FRACTION_BITS-1:0] window;
    reg                            above_half;
    reg        [FRACTION_BITS-1:0] distance;
    reg                            round_up;
    reg signed [INTEGER_BITS-1:0]  rounded;
    for (lane = 0; lane < LANES; lane = lane + 1) begin
      number = {
        {(NUMBER_BITS - PRODUCT_BITS){product[lane*PRODUCT_BITS + PRODUCT_BITS - 1]}},
        product[lane*PRODUCT_BITS +: PRODUCT_BITS]
      };
      integer_part = number[NUMBER_BITS-1:FRACTION_BITS];
      fraction = number[FRACTION_BITS-1:0];
      magnitude = integer_part[8:0] ^ {9{integer_part[INTEGER_BITS-1]}};
      window =
          (FLOAT_WINDOW == 0) ? WINDOW :
          magnitude[8] ? WINDOW_256 :
          magnitude[7] ? WINDOW_128 :
          magnitude[6] ? WINDOW_64 :
          magnitude[5] ? WINDOW_32 :
          magnitude[4] ? WINDOW_16 :
          magnitude[3] ? WINDOW_8 :
          magnitude[2] ? WINDOW_4 :
          magnitude[1] ? WINDOW_2 :
          magnitude[0] ? WINDOW_1 : WINDOW_HALF;
      above_half = fraction > HALF;
      distance = above_half ? fraction - HALF : HALF - fraction;
      round_up = (distance <= window) ? integer_part[0] : above_half;
      rounded = integer_part + OFFSET + $signed({{(INTEGER_BITS - 1){1'b0}}, round_up});
      value[lane*8 +: 8] =
          (rounded < LOW) ? LOW[7:0] : (rounded > HIGH) ? HIGH[7:0] : rounded[7:0];
    end
  end

endmodule

`default_nettype wire
