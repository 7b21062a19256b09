// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>

#include "coinfer/session/answer.hpp"
#include "coinfer/split_selector.hpp"
#include "simulate/policy.hpp"

namespace coinfer::simulate {
namespace {

// What a SplitSelector sees of its Session.
class SessionView {
 public:
  void show(const Now& now) {
    round_trips_ = static_cast<std::uint8_t>(round_trips_ + (now.round_trip_us != now_.round_trip_us));
    now_ = now;
  }
  std::uint8_t round_trips() const { return round_trips_; }
  void show(const Answer& answer, double now_us) {
    answer_ = answer;
    now_.time_us = now_us;
    asked_ = false;
  }
  bool asked() const { return asked_; }

  std::uint64_t now_us() const { return static_cast<std::uint64_t>(now_.time_us); }
  LinkState link_state() const { return now_.link; }
  std::uint32_t round_trip_us() const { return now_.round_trip_us; }
  std::uint32_t connections() const { return now_.connections; }
  const Answer& answer() const { return answer_; }
  void ping() { asked_ = true; }

 private:
  Now now_;
  Answer answer_;
  std::uint8_t round_trips_ = 0;
  bool asked_ = false;
};

// The device's own code.
template <class Detector>
class Ours : public Policy {
 public:
  explicit Ours(const Scenario& scenario) : scenario_(scenario), table_(scenario.table.view()) {
    selector_.bind(table_, plan::to_device({plan::us_per_byte(scenario.nominal_bits_per_second),
                                            scenario.nominal_round_trip_us, 0.0, 1.0},
                                           LinkState::warm));
  }
  Ours(const Ours&) = delete;
  Ours& operator=(const Ours&) = delete;

  int choose(const Now& now) override {
    session_.show(now);
    const auto deadline_us = static_cast<std::uint32_t>(scenario_.setting.deadline_us);
    const Request request = selector_.next(session_, deadline_us);
    patience_us_ = request.patience_us;
    const auto way = std::ranges::find_if(scenario_.ways, [&request](const Way& possible) {
      return possible.cost.split == request.split && possible.cost.exit == request.exit;
    });
    return static_cast<int>(way - scenario_.ways.begin());
  }
  void learn(const Answer& answer, const Way& /*way*/, double now_us) override {
    session_.show(answer, now_us);
    selector_.learn(session_);
  }
  bool wants_ping() const override { return session_.asked(); }
  std::uint32_t patience_us() const override { return patience_us_; }
  Waiting waiting() const override { return Waiting::as_session; }

 private:
  const Scenario& scenario_;
  SplitTable table_;
  SessionView session_;
  std::uint32_t patience_us_ = 0;
  SplitSelector<Detector> selector_;
};

}  // namespace

std::unique_ptr<Policy> make_ours(const Scenario& scenario) {
  switch (scenario.detector) {
    case Detector::cusum:
      return std::make_unique<Ours<Cusum>>(scenario);
    case Detector::bayes:
      return std::make_unique<Ours<BayesianChangePoint<>>>(scenario);
  }
  throw std::invalid_argument("invalid detector");
}

}  // namespace coinfer::simulate
