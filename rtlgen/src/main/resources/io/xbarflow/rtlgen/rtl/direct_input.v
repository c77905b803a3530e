// Input register of a core whose windows neither overlap nor reach beyond the map: a 1 x 1 kernel,
// or a kernel as large as the map. Beats go straight into the register; pixels between the strides
// are dropped.
//
// 1. window_valid rises the cycle after the window's last beat was taken and holds until
//    window_taken.
// 2. in_ready is low only while a complete window waits; in the cycle of window_taken it is high.
`default_nettype none

module direct_input #(
  parameter CHANNELS = 4,
  parameter LANES = 2,
  parameter BEATS = 2,            // beats of a pixel
  parameter BEAT_BITS = 1,        // at least 1 and at least log2(BEATS)
  parameter WINDOW_PIXELS = 1,    // 1, or all pixels of the map
  parameter PIXEL_BITS = 1,       // at least 1 and at least log2(WINDOW_PIXELS)
  parameter MAP_HEIGHT = 4,
  parameter MAP_WIDTH = 4,
  parameter OUT_HEIGHT = 2,
  parameter OUT_WIDTH = 2,
  parameter STRIDE_HEIGHT = 2,
  parameter STRIDE_WIDTH = 2
) (
  input  wire                                clk,
  input  wire                                rst_n,

  input  wire                                in_valid,
  output wire                                in_ready,
  input  wire [LANES*8-1:0]                  in_data,

  output reg                                 window_valid,
  input  wire                                window_taken,
  output wire [WINDOW_PIXELS*CHANNELS*8-1:0] window_data
);

  localparam STORE_BITS = BEATS * LANES * 8;
  localparam FINAL_BEAT = BEATS - 1;
  localparam FINAL_PIXEL = WINDOW_PIXELS - 1;

  reg [BEAT_BITS-1:0]                  beat;
  reg [PIXEL_BITS-1:0]                 pixel;
  reg [WINDOW_PIXELS*STORE_BITS-1:0]   store;

  wire keep;
  wire transfer = in_valid && in_ready;
  wire pixel_done = transfer && (beat == FINAL_BEAT[BEAT_BITS-1:0]);
  wire window_done = pixel_done && keep && (pixel == FINAL_PIXEL[PIXEL_BITS-1:0]);

  assign in_ready = !window_valid || window_taken;

  generate
    if (WINDOW_PIXELS == 1 && MAP_HEIGHT * MAP_WIDTH > 1) begin : g_strides
      stride_filter #(
        .MAP_HEIGHT    (MAP_HEIGHT),
        .MAP_WIDTH     (MAP_WIDTH),
        .OUT_HEIGHT    (OUT_HEIGHT),
        .OUT_WIDTH     (OUT_WIDTH),
        .STRIDE_HEIGHT (STRIDE_HEIGHT),
        .STRIDE_WIDTH  (STRIDE_WIDTH)
      ) u_strides (
        .clk        (clk),
        .rst_n      (rst_n),
        .pixel_done (pixel_done),
        .keep       (keep)
      );
    end else begin : g_every_pixel
      assign keep = 1'b1;
    end
  endgenerate

  always @(posedge clk) begin
    if (!rst_n) begin
      beat <= {BEAT_BITS{1'b0}};
      pixel <= {PIXEL_BITS{1'b0}};
      window_valid <= 1'b0;
    end else begin
      if (transfer) beat <= (beat == FINAL_BEAT[BEAT_BITS-1:0]) ? {BEAT_BITS{1'b0}} : beat + 1'b1;
      if (pixel_done && keep) begin
        pixel <= (pixel == FINAL_PIXEL[PIXEL_BITS-1:0]) ? {PIXEL_BITS{1'b0}} : pixel + 1'b1;
      end
      if (window_done) window_valid <= 1'b1;
      else if (window_taken) window_valid <= 1'b0;
    end
  end

  generate
    genvar place;
    for (place = 0; place < WINDOW_PIXELS * BEATS; place = place + 1) begin : g_place
      localparam PLACE_BEAT = place % BEATS;
      localparam PLACE_PIXEL = place / BEATS;
      always @(posedge clk) begin
        if (transfer && keep && beat == PLACE_BEAT[BEAT_BITS-1:0]
            && pixel == PLACE_PIXEL[PIXEL_BITS-1:0]) begin
          store[place*LANES*8 +: LANES*8] <= in_data;
        end
      end
    end
    for (place = 0; place < WINDOW_PIXELS; place = place + 1) begin : g_pixel
      assign window_data[place*CHANNELS*8 +: CHANNELS*8] = store[place*STORE_BITS +: CHANNELS*8];
    end
  endgenerate

endmodule

`default_nettype wire
