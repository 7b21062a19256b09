// SPDX-License-Identifier: Apache-2.0
// Random schedules of faults, each reproducible by its number. COINFER_RANDOM_CASES sets how many,
// COINFER_RANDOM_FIRST the first one.
#include <cstdlib>

#include "bench.hpp"

namespace coinfer::tests {
namespace {

uint32_t setting(const char* name, uint32_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : static_cast<uint32_t>(std::strtoul(value, nullptr, 10));
}

class Dice {
 public:
  explicit Dice(uint32_t seed) : random_(seed) {}
  uint32_t below(uint32_t end) { return static_cast<uint32_t>(random_() % end); }
  uint32_t between(uint32_t low, uint32_t high) { return low + below(high - low + 1); }
  bool one_in(uint32_t n) { return below(n) == 0; }

 private:
  std::mt19937 random_;
};

Faults random_faults(Dice& dice, size_t up_bytes, size_t down_bytes) {
  Faults faults;
  if (dice.one_in(3)) faults.most_up = dice.between(1, 40);
  if (dice.one_in(3)) faults.most_down = dice.between(1, 40);
  if (dice.one_in(3)) faults.cut_up_at = up_bytes + dice.below(600);
  if (dice.one_in(3)) faults.cut_down_at = down_bytes + dice.below(300);
  if (dice.one_in(3)) faults.pending_every = static_cast<int>(dice.between(2, 5));
  faults.silent = dice.one_in(2);
  faults.latency_us = dice.one_in(4) ? dice.between(0, 30'000) : dice.between(0, 1000);
  faults.open_steps = static_cast<int>(dice.between(1, 8));
  faults.open_step_us = dice.between(0, 15'000);
  if (dice.one_in(6)) faults.open_status = dice.one_in(2) ? Status::link_down : Status::not_trusted;
  return faults;
}

// Drops, repeats and alters frames; never the bytes of an output: TLS is there to notice that.
ByteVector tampered(Dice& dice, Frame frame) {
  if (dice.one_in(12)) return {};
  const ByteVector bytes = encoded(frame);
  if (dice.one_in(12)) {
    ByteVector twice = bytes;
    twice.insert(twice.end(), bytes.begin(), bytes.end());
    return frame.type == wire::MessageType::chunk ? bytes : twice;
  }
  if (dice.one_in(20)) {
    ByteVector garbage(dice.between(1, 30));
    for (uint8_t& byte : garbage) byte = static_cast<uint8_t>(0xF0 | dice.below(8));
    garbage[0] = 0x7F;  // no frame begins so: not taken for output bytes
    garbage.insert(garbage.begin(), bytes.begin(), bytes.end());
    return garbage;
  }
  if (dice.one_in(20) && frame.type == wire::MessageType::answer) {
    frame.message.answer.output_bytes = dice.below(40);
    frame.message.answer.sequence += dice.below(3) - 1;
  }
  return encoded(frame);
}

template <class Toy>
void play(uint32_t number, int highest_split, bool always_answers) {
  Dice dice(number);
  SessionOptions options;
  options.answer_timeout_us = dice.between(20'000, 200'000);
  options.ping_idle_us = dice.one_in(2) ? 0 : dice.between(20'000, 300'000);
  options.ping_timeout_us = dice.between(10'000, 200'000);
  options.connect_timeout_us = dice.between(50'000, 500'000);
  options.backoff_min_us = dice.between(1, 50'000);
  options.backoff_max_us = dice.between(50'000, 300'000);
  serve::ConnectionLimits limits;
  limits.window_bytes = dice.between(8, 300);
  limits.max_payload_bytes = static_cast<uint16_t>(dice.between(1, 300));
  Toy bench(options, limits, number);
  bool tampering = false;
  bench.network.tamper = [&](const Frame& frame) {
    return tampering ? tampered(dice, frame) : encoded(frame);
  };
  if (dice.one_in(2)) bench.session.calibrate();

  constexpr uint32_t whole_us =
      2 * SlowKernels::conv_us + 2 * SlowKernels::dense_us + SlowKernels::add_us + SlowKernels::softmax_us;
  const uint32_t feasible_us = whole_us + 2000 + options.margin_us;
  for (int frame = 0; frame < 12; ++frame) {
    SCOPED_TRACE("frame " + std::to_string(frame));
    bench.network.faults =
        dice.one_in(3) ? Faults{} : random_faults(dice, bench.network.up_bytes, bench.network.down_bytes);
    tampering = dice.one_in(3);
    bench.edge.compute_us = dice.between(0, 1 << dice.between(0, 17));
    bench.edge.refuse_with.reset();
    if (dice.one_in(6)) bench.edge.refuse_with = static_cast<wire::RefusalReason>(dice.between(1, 9));
    bench.edge.retry_after_ms = dice.one_in(2) ? 0 : dice.below(50);
    if (dice.one_in(12)) bench.network.hang_up();
    if (dice.one_in(2)) bench.idle(dice.below(100'000));
    const int exit = static_cast<int>(dice.below(2));
    const int split = static_cast<int>(dice.below(static_cast<uint32_t>(highest_split) + 1));
    const uint32_t deadline = dice.one_in(3) ? 0 : dice.between(1000, 80'000);
    const Answer answer = bench.run({split, exit, deadline}, number * 100 + static_cast<uint32_t>(frame));
    if (always_answers && deadline > feasible_us) {
      EXPECT_FALSE(answer.late) << "deadline " << deadline << " us, taken " << answer.times.total_us
                                << " us, " << to_string(answer.cause);
    }
    if (testing::Test::HasFailure()) return;
  }
  // Whatever happened: it comes back.
  tampering = false;
  bench.network.faults = {};
  bench.edge.refuse_with.reset();
  bench.edge.compute_us = 100;
  bench.idle(1'200'000);
  ASSERT_TRUE(bench.connect(1'500'000)) << to_string(bench.session.link_cause());
  Answer answer;
  for (int i = 0; i < 4 && answer.place != Place::edge; ++i) {
    answer = bench.run({0});
    bench.idle(400'000);
  }
  EXPECT_EQ(answer.place, Place::edge) << to_string(answer.cause);
}

TEST(Random, SchedulesOfFaults) {
  const uint32_t first = setting("COINFER_RANDOM_FIRST", 1);
  const uint32_t count = setting("COINFER_RANDOM_CASES", 300);
  for (uint32_t number = first; number < first + count; ++number) {
    SCOPED_TRACE("COINFER_RANDOM_FIRST=" + std::to_string(number));
    switch (number % 4) {
      case 0:
        play<Bench<Head<4>>>(number, 4, true);
        break;
      case 1:
        play<Bench<WholeNetwork, Fallback::exit>>(number, 8, true);
        break;
      case 2:
        play<Bench<Head<2>>>(number, 2, false);
        break;
      default:
        play<Bench<>>(number, 8, true);
        break;
    }
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace coinfer::tests
