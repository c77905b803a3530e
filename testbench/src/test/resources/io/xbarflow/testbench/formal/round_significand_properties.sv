// Properties of round_significand; combinational, so one cycle is a proof for every number.
//
// With the magnitude's leading one at bit L, and unit = 2^(L - SIGNIFICAND_BITS + 1), at least 1:
//
// 1. The result is a multiple of unit.
// 2. It is nearest: at most half a unit away.
// 3. From the middle it goes to the even multiple.
// 4. Signs are kept; shorter numbers pass unchanged.
`default_nettype none

module round_significand_properties #(
  parameter WIDTH = 16,
  parameter SIGNIFICAND_BITS = 6
) (
  input wire             clk,
  input wire [WIDTH-1:0] number
);

  localparam [WIDTH:0] ONE = 1;

  wire [WIDTH-1:0] rounded;

  wire           negative = number[WIDTH-1];
  wire [WIDTH:0] magnitude = negative ? -{1'b1, number} : {1'b0, number};
  wire [WIDTH:0] result = negative ? -{1'b1, rounded} : {1'b0, rounded};
  wire [WIDTH:0] error = result > magnitude ? result - magnitude : magnitude - result;
  reg  [WIDTH:0] unit;

  always @* begin : leading
    integer bits;
    unit = ONE;
    for (bits = SIGNIFICAND_BITS; bits < WIDTH; bits = bits + 1) begin
      if (magnitude[bits]) unit = ONE << (bits - SIGNIFICAND_BITS + 1);
    end
  end

  round_significand #(
    .LANES            (1),
    .WIDTH            (WIDTH),
    .SIGNIFICAND_BITS (SIGNIFICAND_BITS)
  ) u_cell (
    .number  (number),
    .rounded (rounded)
  );

  always @(posedge clk) begin
    // WIDTH has room for the rounded number.
    assume (magnitude < ONE << (WIDTH - 2));
    // 1.
    multiple_of_the_unit: assert ((result & (unit - ONE)) == 0);
    // 2.
    nearest: assert ((error << 1) <= unit);
    // 3.
    if (unit > ONE && (error << 1) == unit) middle_to_even: assert ((result & unit) == 0);
    // 4.
    sign_kept: assert (number == 0 || rounded[WIDTH-1] == negative);
    if (magnitude < ONE << SIGNIFICAND_BITS) short_unchanged: assert (rounded == number);

    carries_over: cover (unit > ONE && result > magnitude && magnitude[SIGNIFICAND_BITS + 1]
        && result == unit << SIGNIFICAND_BITS);
    middle: cover (unit > ONE && (error << 1) == unit && negative);
  end

endmodule

`default_nettype wire
