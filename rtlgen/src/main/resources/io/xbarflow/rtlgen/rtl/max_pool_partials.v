// Partial results of a max pool along one axis: the greatest values so far of the windows that are
// open between two steps, SLOTS of them in a word, the oldest first.
//
// 1. read fetches a word in the cycle before the data that belong to it, or earlier; merge takes
//    the data in and writes the word back. A merge and the next read may share a cycle.
// 2. first: no window has begun before. begins: the one in slot NEWEST begins; with NEWEST equal to
//    SLOTS the window that begins takes the slot which shift makes free.
// 3. shift: the oldest window ends, and the others move up.
// 4. Slots of windows that do not exist hold values that nobody looks at.
`default_nettype none

module max_pool_partials #(
  parameter LANES = 2,
  parameter SLOTS = 1,
  parameter NEWEST = 1,        // 0 to SLOTS
  parameter WORDS = 4,
  parameter WORD_BITS = 2,     // at least 1 and at least log2(WORDS)
  parameter VALUES_SIGNED = 1
) (
  input  wire                 clk,

  input  wire                 read,
  input  wire [WORD_BITS-1:0] read_word,

  input  wire                 merge,
  input  wire [WORD_BITS-1:0] word,     // read last
  input  wire                 first,
  input  wire                 begins,
  input  wire                 shift,
  input  wire [LANES*8-1:0]   data,
  output wire [LANES*8-1:0]   oldest    // data included
);

  localparam SLOT_BITS = LANES * 8;
  localparam WIDTH = SLOTS * SLOT_BITS;
  // Flipping the sign bit of int8 values orders them as unsigned ones.
  localparam [7:0] ORDER = (VALUES_SIGNED != 0) ? 8'h80 : 8'h00;

  wire [WIDTH-1:0] stored;
  reg              forward;        // the word was written while it was read
  reg  [WIDTH-1:0] forward_data;
  wire [WIDTH-1:0] partial = forward ? forward_data : stored;
  reg  [WIDTH-1:0] merged;
  wire [WIDTH+SLOT_BITS-1:0] open = {data, merged};
  wire [WIDTH-1:0] kept = shift ? open[WIDTH+SLOT_BITS-1:SLOT_BITS] : open[WIDTH-1:0];
  wire             same_word = merge && (word == read_word);

  assign oldest = merged[SLOT_BITS-1:0];

  ram_1r1w #(
    .DEPTH        (WORDS),
    .WIDTH        (WIDTH),
    .ADDRESS_BITS (WORD_BITS)
  ) u_words (
    .clk           (clk),
    .write_enable  (merge),
    .write_address (word),
    .write_data    (kept),
    .read_enable   (read && !same_word),
    .read_address  (read_word),
    .read_data     (stored)
  );

  always @* begin : take_greater
    integer slot;
    integer lane;
    reg [7:0] value;
    reg [7:0] greatest;
    for (slot = 0; slot < SLOTS; slot = slot + 1) begin
      for (lane = 0; lane < LANES; lane = lane + 1) begin
        value = data[lane*8 +: 8];
        greatest = partial[(slot * LANES + lane) * 8 +: 8];
        if (first || (begins && slot == NEWEST) || (value ^ ORDER) > (greatest ^ ORDER)) begin
          greatest = value;
        end
        merged[(slot * LANES + lane) * 8 +: 8] = greatest;
      end
    end
  end

  always @(posedge clk) begin
    if (read) begin
      forward <= same_word;
      forward_data <= kept;
    end
  end

endmodule

`default_nettype wire
