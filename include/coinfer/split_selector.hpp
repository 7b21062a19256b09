// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/link_estimate.hpp"
#include "coinfer/session/answer.hpp"
#include "coinfer/split_choice.hpp"
#include "coinfer/split_table.hpp"

// Follows a split table as the conditions change:
//
//   coinfer::SplitSelector<> selector;
//   selector.bind(kws::split_table, kws::split_start);
//   ...
//   session.infer(selector.next(session, /*deadline_us=*/50'000));
//   selector.learn(session);
COINFER_CODE_BEGIN
namespace coinfer {

struct SelectorOptions {
  // What is not used is not known: when the choice has told nothing of the bandwidth for this long, because
  // it does without the link or sends next to nothing, an inference tries another way for the same exit;
  // again after twice as long, until that takes no more than a 32nd of the time, in no case longer than
  // explore_most_us. A session that can fall back keeps its deadlines meanwhile. explore_us = 0: never.
  uint32_t explore_us = 500'000;
  uint32_t explore_most_us = 60'000'000;
  // Of the session: SessionOptions::margin_us.
  uint32_t margin_us = 2000;
};

inline constexpr SelectorOptions default_selector_options = {};

// Zero-initialized is ready for bind(). Detector: Cusum or BayesianChangePoint.
template <class Detector = Cusum>
class SplitSelector {
 public:
  // `table` and `options` must outlive it. `start`: the conditions until some are measured.
  void bind(const SplitTable& table, const Conditions& start,
            const SelectorOptions& options = default_selector_options) {
    *this = SplitSelector();
    table_ = &table;
    options_ = &options;
    estimate_.begin(start);
    present_ = chosen_ = no_candidate;
    explore_wait_us_ = options.explore_us;
  }
  void bind(const SplitTable&, const Conditions&, SelectorOptions&&) = delete;

  // Another table for the same network, between learn() and next(); what is known of the link stays.
  void use(const SplitTable& table) {
    table_ = &table;
    present_ = chosen_ = no_candidate;
  }

  // The way to answer the next inference, which begins now. `round_trip_us`: if it was
  // measured since the last call, else 0.
  // Without any way (the link is down, and each candidate needs it) the candidate is no_candidate.
  SplitChoice next(uint64_t now_us, uint32_t deadline_us, LinkState link, uint32_t round_trip_us) {
    const bool up = link != LinkState::down;
    if (up && !was_up_) link_opened(now_us);
    was_up_ = up;
    if (round_trip_us != 0) {
      // What came only now was under way while the link was dead; a slow link's would have come soon.
      const bool healed = silent_ && round_trip_us / 4 > estimate_.conditions().round_trip_us;
      estimate_.round_trip(round_trip_us);
      if (healed) link_opened(now_us);
      silent_ = false;
    }

    Conditions conditions = estimate_.conditions();
    conditions.link = link;
    Preference preference = {present_, false, no_candidate, options_->margin_us};
    SplitChoice choice = choose_split(*table_, conditions, deadline_us, preference);
    present_ = choice.candidate;
    exploring_ =
        up && choice.candidate != no_candidate && !tells_bandwidth(choice.candidate) && explore_due(now_us);
    if (exploring_) {
      preference = {no_candidate, !uses_link(choice.candidate), table_->candidates[choice.candidate].exit,
                    options_->margin_us};
      if (uses_link(choice.candidate)) conditions.byte_time_q8 /= hope;
      const SplitChoice other = choose_split(*table_, conditions, deadline_us, preference);
      exploring_ = other.candidate != no_candidate && other.candidate != choice.candidate;
      if (exploring_) {
        choice = other;
        estimate_.know_nothing();
      } else {
        told_at_us_ = now_us;  // nothing to gain
      }
    }
    chosen_ = choice.candidate;
    patience_us_ = deadline_us == 0 ? patience_us(conditions) : 0;
    return choice;
  }

  // What became of the inference that next() was asked for last.
  void learn(const Answer& answer, uint64_t now_us) {
    if (chosen_ == no_candidate || !uses_link(chosen_)) return;
    const SplitCandidate& way = table_->candidates[chosen_];
    const AnswerTimes& times = answer.times;
    silent_ = answer.place == Place::device && answer.cause == Cause::timed_out;
    if (answer.place == Place::edge) {
      // What the edge peer says of itself is at most what was waited for.
      const uint32_t queue_us = times.queue_us < times.wait_us ? times.queue_us : times.wait_us;
      const uint32_t rest_us = times.wait_us - queue_us;
      const uint32_t tail_us = times.tail_us < rest_us ? times.tail_us : rest_us;
      const uint32_t taken_us = times.send_us + (rest_us - tail_us);
      if (estimate_.exchange(taken_us != 0 ? taken_us : 1, way.bytes)) present_ = no_candidate;
      estimate_.edge(queue_us, tail_us, profiled_us(way));
    } else if (silent_) {
      const uint32_t other_us = times.head_us + times.link_us + times.local_us;
      if (times.total_us > other_us && estimate_.gave_up(times.total_us - other_us, way.bytes))
        present_ = no_candidate;
    } else {
      return;  // it was not even asked
    }
    if (!exploring_ && !tells_bandwidth(chosen_)) return;
    told_at_us_ = now_us;
    explore_wait_us_ = exploring_ ? longer_wait_us(times.total_us) : options_->explore_us;
  }

  // The same with a Session.
  template <class Session>
  Request next(const Session& session, uint32_t deadline_us) {
    if (session.connections() != connections_) link_opened(session.now_us());
    connections_ = session.connections();
    const bool measured = session.round_trips() != round_trips_;
    round_trips_ = session.round_trips();
    const SplitChoice choice =
        next(session.now_us(), deadline_us, session.link_state(), measured ? session.round_trip_us() : 0);
    const SplitCandidate& way = table_->candidates[choice.candidate == no_candidate ? 0 : choice.candidate];
    return {way.split, way.exit, deadline_us, patience_us_};
  }
  template <class Session>
  void learn(Session& session) {
    learn(session.answer(), session.now_us());
    if (estimate_.wants_round_trip()) session.ping();
  }

  // Perhaps on another path: what was measured before is no longer so. The next inference tries it.
  void link_opened(uint64_t now_us) {
    estimate_.know_nothing();
    explore_wait_us_ = options_->explore_us;
    told_at_us_ = now_us - explore_wait_us_;
    silent_ = false;
  }

  // By the last next().
  uint8_t chosen() const { return chosen_; }
  // As estimated.
  const Conditions& conditions() const { return estimate_.conditions(); }
  // A round trip, measured while the session is idle, would tell more.
  bool wants_ping() const { return estimate_.wants_round_trip(); }

 private:
  bool uses_link(uint8_t candidate) const { return table_->candidates[candidate].offload != 0; }

  // Twice as long, until exploring takes no more than a 32nd of the time.
  uint32_t longer_wait_us(uint32_t taken_us) const {
    const uint64_t least = uint64_t{options_->explore_us} * 16;
    const uint64_t enough_us = uint64_t{taken_us} * 32 > least ? uint64_t{taken_us} * 32 : least;
    const uint32_t most = options_->explore_most_us;
    const uint32_t enough = enough_us < most ? static_cast<uint32_t>(enough_us) : most;
    return explore_wait_us_ < enough / 2 ? explore_wait_us_ * 2 : enough;
  }

  // With a bandwidth that may have risen, this many times as high.
  static constexpr uint32_t hope = 16;

  // How long to wait without a deadline: twice what is expected, and as long as finishing here takes; for an
  // exploration only that. So a link that broke down costs at most about twice what the device alone does. 0:
  // as long as the session waits.
  uint32_t patience_us(const Conditions& now) const {
    if (chosen_ == no_candidate || !uses_link(chosen_)) return 0;
    const SplitCandidate& way = table_->candidates[chosen_];
    const uint32_t finish = detail::FinishReserve(*table_, 1, UINT32_MAX).of(way);
    if (finish == 0) return 0;
    const uint32_t exchange = ScaledConditions(*table_, now).worst(way) - way.compute;
    const uint64_t units = (exploring_ ? 0 : 2 * uint64_t{exchange}) + finish;
    const uint64_t us = (units << table_->time_shift) / 1000 + options_->margin_us;
    return us > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(us);
  }

  bool tells_bandwidth(uint8_t candidate) const {
    return uses_link(candidate) && estimate_.tells_bandwidth(table_->candidates[candidate].bytes);
  }

  bool explore_due(uint64_t now_us) const {
    return options_->explore_us != 0 && now_us - told_at_us_ >= explore_wait_us_;
  }

  uint32_t profiled_us(const SplitCandidate& way) const {
    return static_cast<uint32_t>((uint64_t{way.tail} << table_->time_shift >> table_->tail_bits) / 1000);
  }

  const SplitTable* table_ = nullptr;
  const SelectorOptions* options_ = nullptr;
  LinkEstimate<Detector> estimate_;
  uint64_t told_at_us_ = 0;  // when an exchange last told something of the bandwidth
  uint32_t explore_wait_us_ = 0;
  uint32_t patience_us_ = 0;
  uint32_t connections_ = 0;
  uint8_t present_ = 0;  // kept unless another one is clearly better
  uint8_t chosen_ = 0;
  uint8_t round_trips_ = 0;
  bool exploring_ = false;
  bool silent_ = false;  // the last exchange ended without an answer
  bool was_up_ = false;
};

}  // namespace coinfer
COINFER_CODE_END
