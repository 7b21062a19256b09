// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/clock.hpp>
#include <coinfer/compiler.hpp>
#include <cstdint>
#include <cstring>

COINFER_CODE_BEGIN
namespace coinfer::detail {

// When to try again: exponential with full jitter, so that a thousand devices that lost the same edge peer do
// not come back together. Source: AWS Architecture Blog, "Exponential Backoff And Jitter", 2015.
class Backoff {
 public:
  bool due(uint64_t now_us) const { return now_us >= attempt_at_us_; }
  bool failing() const { return failures_ != 0; }
  void success() { failures_ = 0; }

  // After a failure: the next attempt is due in a random time of 0 to min_us * 2^(failures so far), at most
  // max_us, and not before `at_least_us`. Without entropy the longest of these times.
  void failure(uint64_t now_us, uint32_t min_us, uint32_t max_us, uint64_t at_least_us,
               const Entropy& entropy) {
    uint64_t delay_us = jitter(uint64_t{min_us} << failures_, max_us, entropy);
    if (delay_us < at_least_us) delay_us = at_least_us;
    attempt_at_us_ = now_us + delay_us;
    if (failures_ < most_doublings) ++failures_;
  }

  // After an end that was nobody's fault.
  void pause(uint64_t now_us, uint32_t min_us, const Entropy& entropy) {
    attempt_at_us_ = now_us + jitter(min_us, min_us, entropy);
  }

 private:
  static constexpr uint8_t most_doublings = 31;

  static uint64_t jitter(uint64_t limit_us, uint64_t max_us, const Entropy& entropy) {
    if (limit_us > max_us) limit_us = max_us;
    uint8_t bytes[4];
    if (entropy.fill(entropy.context, bytes, sizeof bytes) != Status::ok) return limit_us;
    uint32_t random;
    std::memcpy(&random, bytes, sizeof random);
    return (limit_us * random) >> 32;
  }

  uint64_t attempt_at_us_ = 0;
  uint8_t failures_ = 0;
};

}  // namespace coinfer::detail
COINFER_CODE_END
