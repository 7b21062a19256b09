// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/compiler.hpp>
#include <coinfer/session/answer.hpp>
#include <cstdint>

COINFER_CODE_BEGIN
namespace coinfer::detail {

// Time that a local finish takes; `known` is false while a part of it was never measured, and stays so where
// this build cannot finish at all.
struct FinishTime {
  bool possible;
  bool known;
  uint64_t us;
};

// How long one inference may wait: for the edge peer, and for the link. The rule: never late when the device
// could have been in time alone; and when it could not, the edge peer is given all the time there is.
class Deadline {
 public:
  // `deadline_us` from now on; 0 = none.
  void begin(uint64_t now_us, uint32_t deadline_us) {
    deadline_us_ = deadline_us == 0 ? 0 : now_us + deadline_us;
    only_chance_ = false;
  }

  // After the head: decides until when to wait. Any other cause than none: do not ask the edge peer at all.
  Cause plan(uint64_t now_us, const FinishTime& finish, uint32_t margin_us, uint32_t answer_timeout_us) {
    only_chance_ = !finish.possible;
    give_up_us_ = deadline_us_ == 0 ? now_us + answer_timeout_us : deadline_us_;
    if (deadline_us_ == 0 || !finish.possible) return Cause::none;
    if (!finish.known) return Cause::calibrating;
    only_chance_ = now_us + finish.us > deadline_us_;
    if (only_chance_) return Cause::none;
    give_up_us_ = latest_begin(now_us, finish.us + margin_us);
    return give_up_us_ > now_us ? Cause::none : Cause::no_time;
  }

  bool is_set() const { return deadline_us_ != 0; }
  bool only_chance() const { return only_chance_; }  // a local finish would be late or is not possible
  bool given_up(uint64_t now_us) const { return now_us >= give_up_us_; }
  bool missed(uint64_t now_us) const { return is_set() && now_us > deadline_us_; }
  bool fits(uint64_t now_us, uint32_t round_trip_us) const {
    return !is_set() || only_chance_ || now_us + round_trip_us < give_up_us_;
  }
  // When the edge peer must have answered; 0 = whenever.
  uint64_t answer_by_us() const { return is_set() ? give_up_us_ : 0; }

  // Time that the link may use up now without making a local finish late.
  uint64_t slack_us(uint64_t now_us, const FinishTime& finish, uint32_t margin_us) const {
    if (!is_set() || only_chance_ || !finish.possible) return UINT64_MAX;
    return finish.known ? latest_begin(now_us, finish.us + margin_us) - now_us : 0;
  }
  uint32_t capped_wait_us(uint32_t wait_us, uint64_t now_us) const {
    if (given_up(now_us)) return 0;
    const uint64_t left_us = give_up_us_ - now_us;
    return left_us < wait_us ? static_cast<uint32_t>(left_us) : wait_us;
  }

 private:
  // When something that takes `needed_us` has to begin; not in the past.
  uint64_t latest_begin(uint64_t now_us, uint64_t needed_us) const {
    return deadline_us_ > now_us + needed_us ? deadline_us_ - needed_us : now_us;
  }

  uint64_t deadline_us_ = 0;  // 0 = none
  uint64_t give_up_us_ = 0;   // end of waiting for the edge peer
  bool only_chance_ = false;
};

}  // namespace coinfer::detail
COINFER_CODE_END
