// Inputs of a memory or a macro as timing analysis sees them: a cell of boundary.lib for each bit.
`default_nettype none

module boundary_inputs #(
  parameter WIDTH = 1,
  parameter MACRO = 0          // 0: a memory's
) (
  input wire             clk,
  input wire [WIDTH-1:0] d
);

  generate
    genvar i;
    for (i = 0; i < WIDTH; i = i + 1) begin : g_bit
      if (MACRO != 0) begin : g_macro
        (* keep *) macro_input u_pin (.clk(clk), .d(d[i]));
      end else begin : g_memory
        (* keep *) memory_input u_pin (.clk(clk), .d(d[i]));
      end
    end
  endgenerate

endmodule

`default_nettype wire
