// Brings the chip's reset into the clock's time: rst_in_n may change at any moment. Two flip-flops
// in a row, the first of which may take long to settle; a shift register made of memory would not
// do.
//
// rst_n follows rst_in_n with the second rising edge after it changed, or with the third.
`default_nettype none

module reset_synchroniser (
  input  wire clk,

  input  wire rst_in_n,
  output wire rst_n
);

  (* ASYNC_REG = "TRUE", SHREG_EXTRACT = "NO" *) reg first;
  (* ASYNC_REG = "TRUE", SHREG_EXTRACT = "NO" *) reg second;

  assign rst_n = second;

  always @(posedge clk) begin
    first <= rst_in_n;
    second <= first;
  end

endmodule

`default_nettype wire
