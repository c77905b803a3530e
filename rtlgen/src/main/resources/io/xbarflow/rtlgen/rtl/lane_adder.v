// Adds signed numbers lane by lane: sum = a + b, modulo 2^SUM_BITS. Combinational; without enable
// nobody looks at the sum.
`default_nettype none

module lane_adder #(
  parameter LANES = 2,
  parameter A_BITS = 20,     // at most SUM_BITS, as B_BITS
  parameter B_BITS = 20,
  parameter SUM_BITS = 24
) (
  input  wire                      enable,
  input  wire [LANES*A_BITS-1:0]   a,
  input  wire [LANES*B_BITS-1:0]   b,
  output reg  [LANES*SUM_BITS-1:0] sum
);

  always @* begin : add
    integer lane;
    lane = 0;
    sum = {(LANES*SUM_BITS){1'bx}};
    if (enable) begin
      for (lane = 0; lane < LANES; lane = lane + 1) begin
        sum[lane*SUM_BITS +: SUM_BITS] =
            {{(SUM_BITS - A_BITS + 1){a[lane*A_BITS + A_BITS - 1]}},
             a[lane*A_BITS +: A_BITS - 1]}
            + {{(SUM_BITS - B_BITS + 1){b[lane*B_BITS + B_BITS - 1]}},
               b[lane*B_BITS +: B_BITS - 1]};
      end
    end
  end

endmodule

`default_nettype wire
