// Plays a stimulus into the bench of a macro and writes down what comes out.
//
//   Vcosim_top STIMULUS RESULT
//
// STIMULUS: records of a 32-bit little-endian count of cycles, a byte of flags (1: rst_n, 2: start),
// a byte that chooses the instance, and row_data. RESULT: a record for the first cycle and for
// every one in which done or column_data differ from the cycle before: its 64-bit number, a byte
// with done, and column_data. Outputs are those just before the rising edge that ends the cycle.
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "Vcosim_top.h"
#include "cosim_links.h"
#include "verilated.h"

double sc_time_stamp() { return 0; }

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s STIMULUS RESULT\n", argv[0]);
    return 2;
  }
  std::FILE* stimulus = std::fopen(argv[1], "rb");
  std::FILE* result = std::fopen(argv[2], "wb");
  if (!stimulus || !result) {
    std::fprintf(stderr, "cannot open %s or %s\n", argv[1], argv[2]);
    return 2;
  }
  VerilatedContext context;
  // Registers start at random, and so does what stands for X.
  context.randReset(2);
  context.randSeed(1);
  Vcosim_top top(&context);
  static_assert(sizeof(top.row_data) >= ROW_BYTES, "row_data");
  static_assert(sizeof(top.column_data) >= RESULT_BYTES, "column_data");

  std::uint8_t record[6 + ROW_BYTES];
  std::uint8_t seen[1 + RESULT_BYTES];
  std::uint8_t now[1 + RESULT_BYTES];
  std::uint64_t cycle = 0;
  std::memset(&top.row_data, 0, sizeof(top.row_data));
  while (std::fread(record, sizeof(record), 1, stimulus) == 1) {
    std::uint32_t count;
    std::memcpy(&count, record, sizeof(count));
    top.rst_n = record[4] & 1;
    top.start = record[4] >> 1 & 1;
    top.chosen = record[5];
    std::memcpy(&top.row_data, record + 6, ROW_BYTES);
    for (; count > 0 && !context.gotFinish(); count--, cycle++) {
      top.clk = 0;
      top.eval();
      now[0] = top.done;
      std::memcpy(now + 1, &top.column_data, RESULT_BYTES);
      if (cycle == 0 || std::memcmp(now, seen, sizeof(now)) != 0) {
        std::memcpy(seen, now, sizeof(now));
        std::fwrite(&cycle, sizeof(cycle), 1, result);
        std::fwrite(now, sizeof(now), 1, result);
      }
      top.clk = 1;
      top.eval();
    }
  }
  top.final();
  const bool written = std::fclose(result) == 0;
  std::fclose(stimulus);
  if (context.gotFinish()) {
    std::fprintf(stderr, "the module ended the simulation in cycle %llu\n",
                 static_cast<unsigned long long>(cycle));
    return 1;
  }
  return written ? 0 : 2;
}
