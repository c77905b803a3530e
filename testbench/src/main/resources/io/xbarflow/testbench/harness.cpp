// Co-simulation harness: drives the chip, watches every link between blocks, writes what it saw.
//
// The same text serves every chip. What differs is in the generated table cosim_links.h:
//   COSIM_LINK(index, "name", tensor, lanes, channels, height, width, patch_height, patch_width)
//   COSIM_INPUT(index, link)    chip input `index` drives link `link`
//   COSIM_OUTPUT(index, link)   chip output `index` reads link `link`
//   COSIM_REACHES(input, output)   chip output `output` is computed from chip input `input`
// The stimulus comes from a file, so that other images need no new build. Little endian:
//   8 bytes "XBFSTIM1", u32 images, u32 tensors, per tensor u32 bytes of one image,
//   then per tensor, per image the bytes: pixel after pixel in raster order, channel after channel.
//
// Frames of another length than the link's, with --frames INPUT:IMAGE:BEATS,...: of a short one the
// first BEATS beats are sent, to a long one random beats are added; last stands on the final one.
// The images of the stimulus are what the chip is to make of them: filled up, or cut.
//
// One cycle: drive the inputs while clk is low, let everything settle, sample every link, raise clk.
// Cycle 0 is the first rising edge in which the chip works: RELEASE_CYCLES after rst_n is high, which
// its synchroniser needs. Without gaps its inputs are valid from then on.
// Simulation time of cycle k is 10 * (k + RESET_CYCLES), its rising edge comes 5 later.

#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "Vcosim_top.h"
#include "verilated.h"
#if VM_TRACE
#include "verilated_vcd_c.h"
#endif
#if VM_COVERAGE
#include "verilated_cov.h"
#endif

namespace {

constexpr uint64_t RESET_CYCLES = 10;
constexpr uint64_t RELEASE_CYCLES = 3;  // the last of them, with rst_n high
constexpr uint64_t DRAIN_CYCLES = 64;  // after the last beat: is any link talking on?

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "harness: %s\n", what.c_str());
  std::exit(2);
}

// splitmix64 (Steele, Lea, Flood 2014): small, and any seed will do.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

// When one end of a stream is willing.
class Pattern {
 public:
  Pattern(const std::string& kind, uint64_t seed) : random_(seed) {
    if (kind == "never") kind_ = NEVER;
    else if (kind == "half") kind_ = HALF;
    else if (kind == "bursts") kind_ = BURSTS;
    else if (kind == "mostly") kind_ = MOSTLY;
    else fail("unknown stall pattern " + kind);
  }
  bool willing() {
    switch (kind_) {
      case NEVER: return true;
      case HALF: return random_.next() & 1;
      case MOSTLY: return random_.next() % 16 == 0;
      case BURSTS: break;
    }
    if (left_ == 0) {
      on_ = !on_;
      left_ = 1 + random_.next() % 48;
    }
    --left_;
    return on_;
  }

 private:
  enum Kind { NEVER, HALF, BURSTS, MOSTLY } kind_ = NEVER;
  Random random_;
  bool on_ = false;
  uint64_t left_ = 0;
};

struct TensorImages {
  uint32_t bytes = 0;
  const uint8_t* images = nullptr;
};

struct Stimulus {
  std::vector<uint8_t> file;
  uint32_t images = 0;
  std::vector<TensorImages> tensors;

  explicit Stimulus(const std::string& path) {
    FILE* in = std::fopen(path.c_str(), "rb");
    if (!in) fail("cannot read " + path);
    std::fseek(in, 0, SEEK_END);
    file.resize(static_cast<size_t>(std::ftell(in)));
    std::fseek(in, 0, SEEK_SET);
    if (std::fread(file.data(), 1, file.size(), in) != file.size()) fail("cannot read " + path);
    std::fclose(in);
    if (file.size() < 16 || std::memcmp(file.data(), "XBFSTIM1", 8)) fail("not a stimulus " + path);
    images = word(8);
    tensors.resize(word(12));
    size_t at = 16 + 4 * tensors.size();
    for (size_t t = 0; t < tensors.size(); t++) {
      tensors[t].bytes = word(16 + 4 * t);
      tensors[t].images = file.data() + at;
      at += static_cast<size_t>(images) * tensors[t].bytes;
    }
    if (at != file.size()) fail("the stimulus has a wrong length: " + path);
  }

 private:
  uint32_t word(size_t at) const {
    if (at + 4 > file.size()) fail("the stimulus is cut short");
    return static_cast<uint32_t>(file[at]) | static_cast<uint32_t>(file[at + 1]) << 8 |
           static_cast<uint32_t>(file[at + 2]) << 16 | static_cast<uint32_t>(file[at + 3]) << 24;
  }
};

struct Mismatch {
  uint32_t image, row, column, channel;
  uint64_t cycle;
  uint8_t expected, got;
};

struct Violation {
  const char* kind;
  const char* link;
  uint64_t cycle;
  uint64_t image;
};

struct Run {
  uint64_t images = 0;
  size_t shown = 20;
  std::vector<Violation> violations;
  uint64_t violation_count = 0;

  void violation(const char* kind, const char* link, uint64_t cycle, uint64_t image) {
    violation_count++;
    if (violations.size() < shown) violations.push_back({kind, link, cycle, image});
  }
};

// Raster index of every pixel of a stream that comes patch by patch.
std::vector<uint32_t> stream_order(uint32_t height, uint32_t width, uint32_t patch_height,
                                   uint32_t patch_width) {
  std::vector<uint32_t> order;
  for (uint32_t top = 0; top < height; top += patch_height)
    for (uint32_t left = 0; left < width; left += patch_width)
      for (uint32_t y = top; y < top + patch_height && y < height; y++)
        for (uint32_t x = left; x < left + patch_width && x < width; x++)
          order.push_back(y * width + x);
  return order;
}

// Bits in which two beats differ.
uint64_t bits_changed(const uint8_t* one, const uint8_t* other, size_t bytes) {
  uint64_t changed = 0;
  size_t at = 0;
  for (; at + 8 <= bytes; at += 8) {
    uint64_t a, b;
    std::memcpy(&a, one + at, 8);
    std::memcpy(&b, other + at, 8);
    changed += static_cast<uint64_t>(__builtin_popcountll(a ^ b));
  }
  for (; at < bytes; at++) changed += static_cast<uint64_t>(__builtin_popcount(one[at] ^ other[at]));
  return changed;
}

// Watches one link. Verilator keeps a port of any width as little-endian words, so value 0 of a
// beat is byte 0 of the port and beats are compared with memcmp.
class Monitor {
 public:
  Monitor(const char* name, uint32_t tensor, uint32_t lanes, uint32_t channels, uint32_t height,
          uint32_t width, const std::vector<uint32_t>& order, const CData* valid,
          const CData* ready, const CData* last, const void* data)
      : name(name), lanes(lanes), channels(channels), height(height), width(width),
        tensor(tensor), order_(order), valid_(valid), ready_(ready), last_(last),
        data_(static_cast<const uint8_t*>(data)), held_data_(lanes), sent_data_(lanes) {}

  void expect(const Stimulus& stimulus, uint64_t images, bool keep) {
    if (tensor >= stimulus.tensors.size()) fail(std::string("no tensor for link ") + name);
    bytes_ = channels * height * width;
    if (stimulus.tensors[tensor].bytes != bytes_) fail(std::string("wrong size for link ") + name);
    expected_ = stimulus.tensors[tensor].images;
    images_ = images;
    if (keep) got_.assign(images * bytes_, 0);
  }

  bool valid() const { return *valid_; }
  bool ready() const { return *ready_; }
  bool done() const { return image_ == images_; }

  // Samples the settled link; whether a beat passed that was still missing.
  bool sample(uint64_t cycle, Run& run) {
    const bool valid = *valid_;
    if (held_) {
      if (!valid) run.violation("VALID_DROPPED", name, cycle, image_);
      else {
        if (std::memcmp(held_data_.data(), data_, lanes))
          run.violation("DATA_CHANGED", name, cycle, image_);
        if (held_last_ != *last_) run.violation("LAST_CHANGED", name, cycle, image_);
      }
    }
    held_ = valid && !*ready_;
    if (!valid) return false;
    if (held_) {
      std::memcpy(held_data_.data(), data_, lanes);
      held_last_ = *last_;
      return false;
    }
    return transfer(cycle, run);
  }

  const char* const name;
  const uint32_t lanes, channels, height, width, tensor;
  uint64_t first_beat = 0, beats = 0, values = 0, mismatch_count = 0;
  uint64_t bit_toggles = 0;  // data bits that change from beat to beat; before the first all are 0
  std::vector<Mismatch> mismatches;
  std::vector<uint64_t> image_ends;
  const std::vector<uint8_t>& got() const { return got_; }

 private:
  bool transfer(uint64_t cycle, Run& run) {
    if (done()) {
      run.violation("EXTRA_BEAT", name, cycle, image_);
      return false;
    }
    if (beats++ == 0) first_beat = cycle;
    bit_toggles += bits_changed(sent_data_.data(), data_, lanes);
    std::memcpy(sent_data_.data(), data_, lanes);
    const uint32_t filled = channels - channel_ < lanes ? channels - channel_ : lanes;
    const size_t place = image_ * bytes_ + static_cast<size_t>(order_[pixel_]) * channels + channel_;
    if (std::memcmp(data_, expected_ + place, filled)) compare(cycle, place, filled, run);
    for (uint32_t lane = filled; lane < lanes; lane++) {
      if (data_[lane]) {
        run.violation("UNUSED_LANE_NOT_ZERO", name, cycle, image_);
        break;
      }
    }
    if (!got_.empty()) std::memcpy(got_.data() + place, data_, filled);
    values += filled;
    channel_ += filled;
    if (channel_ == channels) {
      channel_ = 0;
      pixel_++;
    }
    const bool end = pixel_ == height * width;
    if (end && !*last_) run.violation("LAST_MISSING", name, cycle, image_);
    if (!end && *last_) run.violation("LAST_TOO_EARLY", name, cycle, image_);
    if (end) {
      pixel_ = 0;
      image_++;
      image_ends.push_back(cycle);
    }
    return true;
  }

  void compare(uint64_t cycle, size_t place, uint32_t filled, const Run& run) {
    for (uint32_t lane = 0; lane < filled; lane++) {
      const uint8_t expected = expected_[place + lane];
      if (expected == data_[lane]) continue;
      mismatch_count++;
      if (mismatches.size() < run.shown) {
        mismatches.push_back({static_cast<uint32_t>(image_), order_[pixel_] / width,
                              order_[pixel_] % width, channel_ + lane, cycle, expected, data_[lane]});
      }
    }
  }

  const std::vector<uint32_t> order_;
  const CData* valid_;
  const CData* ready_;
  const CData* last_;
  const uint8_t* data_;
  const uint8_t* expected_ = nullptr;
  size_t bytes_ = 0;
  uint64_t images_ = 0, image_ = 0;
  uint32_t pixel_ = 0, channel_ = 0;
  bool held_ = false;
  CData held_last_ = 0;
  std::vector<uint8_t> held_data_, sent_data_, got_;
};

// What the chip says of the frames at one of its inputs.
struct FrameStatus {
  const CData* error;
  const IData* index;
  const IData* count;
};

// Offers the beats of one chip input, and knows which of its frames are bad.
class Driver {
 public:
  Driver(const Monitor& link, CData* valid, const CData* ready, CData* last, void* data,
         const FrameStatus& status, const Pattern& pattern, uint64_t seed)
      : link_(link), valid_(valid), ready_(ready), last_(last), data_(static_cast<uint8_t*>(data)),
        status_(status), pattern_(pattern), more_(seed),
        pixel_beats_((link.channels + link.lanes - 1) / link.lanes),
        frame_beats_(static_cast<uint64_t>(link.height) * link.width * pixel_beats_) {}

  void feed(const Stimulus& stimulus, uint64_t images) {
    bytes_ = stimulus.tensors[link_.tensor].images;
    lengths_.assign(images, frame_beats_);
    found_.assign(images, NEVER);
  }

  void resize(uint64_t image, uint64_t beats) {
    if (image >= lengths_.size() || beats == 0) fail("--frames names a frame that is not there");
    lengths_[image] = beats;
  }

  // Before the edge: a beat on offer stays; otherwise the pattern says whether the next one comes.
  void drive() {
    if (*valid_) return;
    if (done() || !pattern_.willing()) return;
    if (beat_ < frame_beats_) {
      const uint64_t channel = beat_ % pixel_beats_ * link_.lanes;
      const uint64_t left = link_.channels - channel;
      const uint64_t filled = left < link_.lanes ? left : link_.lanes;
      const uint64_t pixel = frame_ * link_.height * link_.width + beat_ / pixel_beats_;
      std::memcpy(data_, bytes_ + pixel * link_.channels + channel, filled);
      std::memset(data_ + filled, 0, link_.lanes - filled);
    } else {
      for (uint32_t lane = 0; lane < link_.lanes; lane++) {
        data_[lane] = static_cast<uint8_t>(more_.next());
      }
    }
    *last_ = beat_ + 1 == lengths_[frame_];
    *valid_ = 1;
  }

  // At the edge: whether the beat is taken.
  bool taken() const { return *valid_ && *ready_; }

  // At the edge: what the chip says must be what was found in earlier cycles.
  void sample(uint64_t cycle, Run& run) const {
    if (*status_.error != (count_ != 0) || *status_.index != first_ || *status_.count != count_) {
      run.violation("FRAME_STATUS_WRONG", link_.name, cycle, frame_);
    }
  }

  // After the edge.
  void advance(uint64_t cycle) {
    beat_++;
    const uint64_t length = lengths_[frame_];
    if (length != frame_beats_ && beat_ == (length < frame_beats_ ? length : frame_beats_)) {
      found_[frame_] = cycle;
      if (count_++ == 0) first_ = frame_;
    }
    if (beat_ == length) {
      beat_ = 0;
      frame_++;
    }
    *valid_ = 0;
  }

  bool done() const { return frame_ == lengths_.size(); }
  bool found(uint64_t frame) const { return frame < found_.size() && found_[frame] != NEVER; }
  const char* name() const { return link_.name; }
  uint64_t bad() const { return *status_.count; }
  uint64_t first_bad() const { return *status_.index; }

 private:
  static constexpr uint64_t NEVER = ~uint64_t{0};

  const Monitor& link_;
  CData* valid_;
  const CData* ready_;
  CData* last_;
  uint8_t* data_;
  const FrameStatus status_;
  Pattern pattern_;
  Random more_;
  const uint64_t pixel_beats_, frame_beats_;
  const uint8_t* bytes_ = nullptr;
  std::vector<uint64_t> lengths_, found_;  // of every frame: beats sent; cycle that shows it is bad
  uint64_t frame_ = 0, beat_ = 0, count_ = 0, first_ = 0;
};

// Watches the marks of bad frames at one chip output.
class Marks {
 public:
  Marks(const Monitor& link, const CData* user, const CData* last)
      : link_(link), user_(user), last_(last) {}

  void reached_by(const Driver* input) { inputs_.push_back(input); }

  // Before the monitor's sample and the drivers' advance of the same cycle.
  void sample(uint64_t cycle, Run& run) {
    if (!link_.valid()) {
      held_ = false;
      return;
    }
    if (!held_) {
      expected_ = false;
      for (const Driver* input : inputs_) expected_ |= *last_ && input->found(frame_);
    }
    if (*user_ != expected_) run.violation("FRAME_MARK_WRONG", link_.name, cycle, frame_);
    held_ = !link_.ready();
    if (!held_ && *last_) {
      if (*user_) marked_.push_back(frame_);
      frame_++;
    }
  }

  const char* name() const { return link_.name; }
  const std::vector<uint64_t>& marked() const { return marked_; }

 private:
  const Monitor& link_;
  const CData* user_;
  const CData* last_;
  std::vector<const Driver*> inputs_;
  std::vector<uint64_t> marked_;
  uint64_t frame_ = 0;
  bool held_ = false, expected_ = false;
};

// GCC has compiled int8 dot products wrongly under some options. Tells whether this build is sound.
bool sound() {
  int8_t a[67], b[67];
  int32_t expected = 0;
  for (int i = 0; i < 67; i++) {
    a[i] = static_cast<int8_t>(i * 37 - 128);
    b[i] = static_cast<int8_t>(127 - i * 53);
    volatile int32_t product = a[i];  // volatile keeps the reference loop scalar
    product = product * b[i];
    expected += product;
  }
  int32_t sum = 0;
  for (int i = 0; i < 67; i++) sum += static_cast<int32_t>(a[i]) * b[i];
  const uint32_t word = 0x04030201;
  const uint8_t bytes[4] = {1, 2, 3, 4};
  return sum == expected && std::memcmp(&word, bytes, 4) == 0;
}

struct Options {
  std::string stimulus, result, outputs, frames, trace, coverage, idle = "never", back_pressure = "never";
  uint64_t seed = 1, watchdog = 100000, trace_from = 0, trace_to = 0, shown = 20;

  Options(int count, char** words) {
    for (int i = 1; i + 1 < count; i += 2) {
      const std::string key = words[i], value = words[i + 1];
      if (key == "--stimulus") stimulus = value;
      else if (key == "--result") result = value;
      else if (key == "--outputs") outputs = value;
      else if (key == "--frames") frames = value;
      else if (key == "--idle") idle = value;
      else if (key == "--back-pressure") back_pressure = value;
      else if (key == "--seed") seed = number(value);
      else if (key == "--watchdog") watchdog = number(value);
      else if (key == "--shown") shown = number(value);
      else if (key == "--trace") trace = value;
      else if (key == "--coverage") coverage = value;
      else if (key == "--trace-from") trace_from = number(value);
      else if (key == "--trace-to") trace_to = number(value);
      else fail("unknown option " + key);
    }
    if (stimulus.empty() || result.empty()) fail("--stimulus FILE and --result FILE are needed");
  }

 private:
  static uint64_t number(const std::string& text) {
    return std::strtoull(text.c_str(), nullptr, 10);
  }
};

// INPUT:IMAGE:BEATS,...
void resize_frames(const std::string& frames, std::vector<Driver>& drivers) {
  const char* at = frames.c_str();
  while (*at) {
    uint64_t input, image, beats;
    int length;
    if (std::sscanf(at, "%" SCNu64 ":%" SCNu64 ":%" SCNu64 "%n", &input, &image, &beats,
                    &length) != 3 || input >= drivers.size()) {
      fail("--frames " + frames);
    }
    drivers[input].resize(image, beats);
    at += length;
    if (*at == ',') at++;
  }
}

void write_result(const Options& options, const char* verdict, const Run& run,
                  const std::vector<Monitor>& links, const std::vector<Driver>& drivers,
                  const std::vector<Marks>& marks, uint64_t cycles, uint64_t last_progress,
                  double seconds) {
  FILE* out = std::fopen(options.result.c_str(), "w");
  if (!out) fail("cannot write " + options.result);
  std::fprintf(out, "{\"verdict\": \"%s\", \"cycles\": %" PRIu64 ", \"lastProgress\": %" PRIu64
                    ", \"seconds\": %.6f,\n\"violationCount\": %" PRIu64 ", \"violations\": [",
               verdict, cycles, last_progress, seconds, run.violation_count);
  const char* comma = "";
  for (const Violation& v : run.violations) {
    std::fprintf(out, "%s\n  {\"kind\": \"%s\", \"link\": \"%s\", \"cycle\": %" PRIu64
                      ", \"image\": %" PRIu64 "}", comma, v.kind, v.link, v.cycle, v.image);
    comma = ",";
  }
  std::fprintf(out, "],\n\"inputs\": [");
  comma = "";
  for (const Driver& driver : drivers) {
    std::fprintf(out, "%s\n  {\"link\": \"%s\", \"badFrames\": %" PRIu64
                      ", \"firstBadFrame\": %" PRIu64 "}",
                 comma, driver.name(), driver.bad(), driver.first_bad());
    comma = ",";
  }
  std::fprintf(out, "],\n\"outputs\": [");
  comma = "";
  for (const Marks& output : marks) {
    std::fprintf(out, "%s\n  {\"link\": \"%s\", \"markedFrames\": [", comma, output.name());
    const char* inner = "";
    for (uint64_t frame : output.marked()) {
      std::fprintf(out, "%s%" PRIu64, inner, frame);
      inner = ", ";
    }
    std::fprintf(out, "]}");
    comma = ",";
  }
  std::fprintf(out, "],\n\"links\": [");
  comma = "";
  for (const Monitor& link : links) {
    std::fprintf(out, "%s\n  {\"link\": \"%s\", \"beats\": %" PRIu64 ", \"firstBeat\": %" PRIu64
                      ", \"bitToggles\": %" PRIu64 ", \"values\": %" PRIu64
                      ", \"mismatches\": %" PRIu64
                      ", \"done\": %s, \"valid\": %s, \"ready\": %s, \"imageEnds\": [",
                 comma, link.name, link.beats, link.first_beat, link.bit_toggles, link.values, link.mismatch_count,
                 link.done() ? "true" : "false", link.valid() ? "true" : "false",
                 link.ready() ? "true" : "false");
    const char* inner = "";
    for (uint64_t end : link.image_ends) {
      std::fprintf(out, "%s%" PRIu64, inner, end);
      inner = ", ";
    }
    std::fprintf(out, "], \"first\": [");
    inner = "";
    for (const Mismatch& m : link.mismatches) {
      std::fprintf(out, "%s\n    {\"image\": %" PRIu32 ", \"row\": %" PRIu32 ", \"column\": %" PRIu32
                        ", \"channel\": %" PRIu32 ", \"cycle\": %" PRIu64
                        ", \"expected\": %d, \"got\": %d}",
                   inner, m.image, m.row, m.column, m.channel, m.cycle, m.expected, m.got);
      inner = ",";
    }
    std::fprintf(out, "]}");
    comma = ",";
  }
  std::fprintf(out, "]}\n");
  if (std::fclose(out)) fail("cannot write " + options.result);
}

}  // namespace

int main(int count, char** words) {
  const Options options(count, words);
  if (!sound()) fail("SELF_CHECK: the compiler made wrong code for this processor");
  const Stimulus stimulus(options.stimulus);
  Run run;
  run.images = stimulus.images;
  run.shown = options.shown;

  const auto context = std::make_unique<VerilatedContext>();
  // Registers and memories without reset start with random bits, so that a chip that reads them
  // before writing them is found out.
  context->randReset(2);
  context->randSeed(static_cast<int>(options.seed % 0x7fffffff) + 1);
  context->fatalOnError(false);
#if VM_TRACE
  context->traceEverOn(true);
#endif
  const auto top = std::make_unique<Vcosim_top>(context.get());

  std::vector<Monitor> links;
#define COSIM_INPUT(index, link)
#define COSIM_OUTPUT(index, link)
#define COSIM_REACHES(input, output)
#define COSIM_LINK(index, name, tensor, lanes, channels, height, width, patch_height, patch_width) \
  links.emplace_back(name, tensor, lanes, channels, height, width,                               \
                     stream_order(height, width, patch_height, patch_width),                     \
                     &top->link##index##_valid, &top->link##index##_ready,                       \
                     &top->link##index##_last, &top->link##index##_data);
#include "cosim_links.h"
#undef COSIM_LINK
#undef COSIM_INPUT
#undef COSIM_OUTPUT
#undef COSIM_REACHES

  Random seeds(options.seed);
  std::vector<Driver> drivers;
  std::vector<CData*> sinks;
  std::vector<Pattern> sink_patterns;
  std::vector<size_t> output_links;
  std::vector<Marks> marks;
#define COSIM_LINK(index, name, tensor, lanes, channels, height, width, patch_height, patch_width)
#define COSIM_INPUT(index, link)                                                     \
  top->in##index##_valid = 0;                                                        \
  drivers.emplace_back(links[link], &top->in##index##_valid, &top->in##index##_ready, \
                       &top->in##index##_last, &top->in##index##_data,               \
                       FrameStatus{&top->in##index##_error, &top->in##index##_error_index, \
                                   &top->in##index##_error_count},                   \
                       Pattern(options.idle, seeds.next()), options.seed + index);
#define COSIM_OUTPUT(index, link)                                  \
  top->out##index##_ready = 0;                                     \
  sinks.push_back(&top->out##index##_ready);                       \
  sink_patterns.emplace_back(options.back_pressure, seeds.next()); \
  output_links.push_back(link);                                    \
  marks.emplace_back(links[link], &top->out##index##_user, &top->out##index##_last);
#define COSIM_REACHES(input, output)
#include "cosim_links.h"
#undef COSIM_INPUT
#undef COSIM_OUTPUT
#undef COSIM_REACHES
#define COSIM_INPUT(index, link)
#define COSIM_OUTPUT(index, link)
#define COSIM_REACHES(input, output) marks[output].reached_by(&drivers[input]);
#include "cosim_links.h"

  std::vector<bool> is_output(links.size());
  for (size_t link : output_links) is_output[link] = true;
  for (size_t i = 0; i < links.size(); i++) {
    links[i].expect(stimulus, run.images, is_output[i] && !options.outputs.empty());
  }
  for (Driver& driver : drivers) driver.feed(stimulus, run.images);
  resize_frames(options.frames, drivers);

#if VM_TRACE
  VerilatedVcdC waves;
  const bool tracing = !options.trace.empty();
  if (tracing) top->trace(&waves, 99);
#endif

  const auto started = std::chrono::steady_clock::now();
  for (uint64_t cycle = 0; cycle < RESET_CYCLES; cycle++) {
#if VM_COVERAGE
    // What registers that start at random execute proves nothing; from here on they are reset.
    if (cycle == RESET_CYCLES - RELEASE_CYCLES) context->coveragep()->zero();
#endif
    context->time(10 * cycle);
    top->rst_n = cycle >= RESET_CYCLES - RELEASE_CYCLES;
    top->clk = 0;
    top->eval();
    context->time(10 * cycle + 5);
    top->clk = 1;
    top->eval();
  }
  // What started at random may have broken any assertion before the reset took hold.
  context->gotFinish(false);
  context->gotError(false);
  std::printf("reset done\n");

  const char* verdict = "DONE";
  uint64_t cycle = 0, last_progress = 0, cycles = 0, images_out = 0;
  size_t open_links = links.size();
  std::vector<char> taken(drivers.size());
  for (;; cycle++) {
    const uint64_t time = 10 * (cycle + RESET_CYCLES);
    context->time(time);
    for (Driver& driver : drivers) driver.drive();
    for (size_t i = 0; i < sinks.size(); i++) *sinks[i] = sink_patterns[i].willing();
    top->clk = 0;
    top->eval();
#if VM_TRACE
    if (tracing && cycle >= options.trace_from) {
      if (!waves.isOpen()) waves.open(options.trace.c_str());
      waves.dump(time);
    }
#endif
    bool progress = false;
    bool driven = true;
    for (Marks& output : marks) output.sample(cycle, run);
    bool error = false;
    for (size_t i = 0; i < drivers.size(); i++) {
      drivers[i].sample(cycle, run);
      error |= drivers[i].bad() != 0;
      driven &= drivers[i].done();
      taken[i] = drivers[i].taken();
      progress |= taken[i] != 0;
    }
    if (top->frame_error != error) {
      run.violation("FRAME_STATUS_WRONG", drivers[0].name(), cycle, 0);
    }
    for (Monitor& link : links) {
      if (link.sample(cycle, run)) {
        progress = true;
        if (link.done()) open_links--;
      }
    }
    if (progress) {
      last_progress = cycle;
      uint64_t out = run.images;
      for (size_t link : output_links) {
        if (links[link].image_ends.size() < out) out = links[link].image_ends.size();
      }
      if (out > images_out) {
        images_out = out;
        std::printf("progress %" PRIu64 " %" PRIu64 "\n", images_out, run.images);
        std::fflush(stdout);
      }
    }
    if (context->gotFinish()) {
      verdict = context->gotError() ? "ASSERTION" : "FINISHED_ITSELF";
      break;
    }
    const bool finished = open_links == 0 && driven;
    if (finished && cycle >= last_progress + DRAIN_CYCLES) break;
    if (!finished && cycle >= last_progress + options.watchdog) {
      verdict = "DEADLOCK";
      break;
    }
    context->time(time + 5);
    top->clk = 1;
    top->eval();
#if VM_TRACE
    if (tracing && cycle >= options.trace_from) {
      waves.dump(time + 5);
      if (cycle >= options.trace_to) break;
    }
#endif
    for (size_t i = 0; i < drivers.size(); i++) {
      if (taken[i]) drivers[i].advance(cycle);
    }
  }
  cycles = open_links == 0 ? last_progress + 1 : cycle + 1;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
#if VM_TRACE
  if (tracing && waves.isOpen()) waves.close();
#endif
  if (!options.outputs.empty()) {
    FILE* out = std::fopen(options.outputs.c_str(), "wb");
    if (!out) fail("cannot write " + options.outputs);
    for (size_t link : output_links) {
      const std::vector<uint8_t>& got = links[link].got();
      if (std::fwrite(got.data(), 1, got.size(), out) != got.size()) {
        fail("cannot write " + options.outputs);
      }
    }
    if (std::fclose(out)) fail("cannot write " + options.outputs);
  }
  write_result(options, verdict, run, links, drivers, marks, cycles, last_progress,
               seconds.count());
#if VM_COVERAGE
  if (!options.coverage.empty()) context->coveragep()->write(options.coverage.c_str());
#endif
  std::fflush(stdout);
  // Destructors of a large model take long and change nothing.
  std::_Exit(0);
}
