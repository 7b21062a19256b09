// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"

COINFER_CODE_BEGIN
namespace coinfer::detail {

// The longest time that each stage was seen to take, so that a local finish can be planned. Follows a rise at
// once and a fall slowly, so that one slow frame is forgotten after some hundred.
class StageTimes {
 public:
  void bind(uint32_t* stage_us) { stage_us_ = stage_us; }

  bool known(int stage) const { return stage_us_[stage] != 0; }
  uint32_t worst_us(int stage) const { return stage_us_[stage]; }

  void learn(int stage, uint64_t taken_us) {
    constexpr uint32_t decay = 64;
    uint32_t& worst = stage_us_[stage];
    const uint32_t sample = taken_us > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(taken_us);
    if (sample >= worst) {
      worst = sample;
    } else {
      worst -= (worst - sample) / decay;
    }
    if (worst == 0) worst = 1;
  }

 private:
  uint32_t* stage_us_ = nullptr;  // [stage], 0 = never measured
};

}  // namespace coinfer::detail
COINFER_CODE_END
