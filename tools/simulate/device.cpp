// SPDX-License-Identifier: Apache-2.0
// One device: a frame from its arrival to its answer, as coinfer::Session goes through it.
#include <algorithm>
#include <cmath>
#include <limits>

#include "simulate/simulation.hpp"

namespace coinfer::simulate {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double measure_every_us = 1e6;

std::uint32_t microseconds(double us) { return static_cast<std::uint32_t>(std::clamp(us, 0.0, 4e9)); }

}  // namespace

Simulation::Device::Device(Simulation& simulation, std::uint32_t index)
    : simulation_(simulation),
      scenario_(simulation.scenario_),
      index_(index),
      trace_(scenario_.traces[index]),
      connection_(scenario_, trace_, index, simulation.events_, simulation.result_),
      policy_(make_policy(simulation.kind_, scenario_, *this)),
      waiting_(policy_->waiting()),
      losses_(losses()) {
  const std::vector<Segment>& segments = trace_.segments();
  for (std::size_t i = 1; i < segments.size(); ++i) {
    if (segments[i].up && !segments[i - 1].up) healed_us_.push_back(segments[i - 1].end_us);
  }
  returned_ = healed_us_.begin();
}

void Simulation::Device::start() {
  Random random = {scenario_.seed, index_, 5};
  connection_.open(0.0);
  simulation_.events_.push(random.uniform() * 1e6 / scenario_.frames_per_second, EventKind::frame, index_, 0);
  if (policy_->measures()) simulation_.events_.push(measure_every_us, EventKind::measure, index_, 0);
}

// The same segments of a frame get lost whatever the policy.
Losses Simulation::Device::losses() const {
  return {scenario_.loss, Random{scenario_.seed, index_, 6, number}};
}

void Simulation::Device::handle(const Event& event) {
  const double now_us = event.time_us;
  const bool of_frame = event.number == number;
  const bool of_connection = connection_.is(event.number);
  switch (event.kind) {
    case EventKind::frame:
      simulation_.events_.push(now_us + 1e6 / scenario_.frames_per_second, EventKind::frame, index_, 0);
      return begin_frame(now_us);
    case EventKind::head_done:
      return end_head(now_us);
    case EventKind::arrived:
      return of_frame && phase == Phase::edge ? arrive(now_us) : void();
    case EventKind::answered:
      return of_frame && phase == Phase::edge ? end_exchange(now_us, true) : void();
    case EventKind::refused:
      return of_frame && phase == Phase::edge ? give_up(now_us, Cause::refused) : void();
    case EventKind::give_up:
      if (!of_frame || (phase != Phase::edge && phase != Phase::link)) return;
      return give_up(now_us, phase == Phase::edge ? Cause::timed_out : Cause::connecting);
    case EventKind::finished:
      return finish(now_us, Status::ok);
    case EventKind::connected:
      if (!of_connection) return;
      connection_.opened(now_us);
      return phase == Phase::link ? step_link(now_us) : void();
    case EventKind::connect_failed:
    case EventKind::ping_timeout:
      return of_connection ? lose(now_us) : void();
    case EventKind::reconnect:
      return of_connection ? connection_.open(now_us) : void();
    case EventKind::pong:
      return of_connection ? connection_.pong(now_us) : void();
    case EventKind::idle:
      return of_connection ? connection_.look_after(now_us) : void();
    case EventKind::measure:
      return measure(now_us);
    case EventKind::measured:
      measured_us_ = now_us;
      return policy_->measured(event.value, now_us);
    case EventKind::tail_done:
    case EventKind::other_job:
      return;
  }
}

void Simulation::Device::begin_frame(double now_us) {
  if (phase != Phase::idle) {
    ++simulation_.result_.dropped;
    dropped_us_.push_back(now_us);
    return;
  }
  ++number;
  begin_us_ = now_us;
  losses_ = losses();
  const int chosen = policy_->choose(
      {now_us, connection_.link_state(), connection_.round_trip_us(), connection_.connections()});
  if (way_ != nullptr && chosen != way_index_) ++simulation_.result_.switches;
  way_index_ = chosen;
  way_ = chosen == compressed_way ? &*scenario_.compressed_input
                                  : &scenario_.ways[static_cast<std::size_t>(chosen)];
  answer_ = {};
  answer_.split = way_->cost.split;
  answer_.exit = way_->cost.exit;
  energy_uj_ = way_->head_us * scenario_.active_mw / 1000;
  if (waiting_ == Waiting::foreseen) foreseen_us_ = foresee(*way_).latency_us;
  deadline_.begin(static_cast<std::uint64_t>(now_us),
                  static_cast<std::uint32_t>(scenario_.setting.deadline_us));
  connection_.set_busy(true);
  phase = Phase::head;
  simulation_.events_.push(now_us + way_->head_us, EventKind::head_done, index_, number);
}

void Simulation::Device::end_head(double now_us) {
  head_end_us_ = now_us;
  answer_.times.head_us = microseconds(now_us - begin_us_);
  if (!way_->cost.uses_link()) {
    answer_.cause = Cause::asked;
    return finish(now_us, Status::ok);
  }
  const std::uint32_t patience_us = policy_->patience_us();
  const std::uint32_t most_us = scenario_.session.answer_timeout_us;
  const std::uint32_t timeout_us = patience_us == 0 ? most_us : std::min(patience_us, most_us);
  double give_up_us = now_us + timeout_us;
  if (waiting_ != Waiting::for_answer) {
    const auto now = static_cast<std::uint64_t>(now_us);
    const detail::FinishTime local = {way_->can_finish, true,
                                      static_cast<std::uint64_t>(std::ceil(way_->finish_us))};
    const Cause cause = deadline_.plan(now, local, scenario_.session.margin_us, timeout_us);
    const bool foreseen = waiting_ == Waiting::foreseen;
    if (cause != Cause::none && !foreseen) return go_local(now_us, cause);
    give_up_us = now_us + deadline_.capped_wait_us(UINT32_MAX, now);
    // What the oracle waits for comes, in time or at least before a local finish.
    if (foreseen && deadline_.is_set())
      give_up_us = begin_us_ +
                   std::max(scenario_.setting.deadline_us, foreseen_us_ < infinity ? foreseen_us_ : 0.0) + 1;
  }
  simulation_.events_.push(give_up_us, EventKind::give_up, index_, number, give_up_us);
  give_up_us_ = give_up_us;
  phase = Phase::link;
  step_link(now_us);
}

void Simulation::Device::step_link(double now_us) {
  if (connection_.state() == Connection::State::open) {
    if (waiting_ == Waiting::as_session &&
        !deadline_.fits(static_cast<std::uint64_t>(now_us), connection_.round_trip_us()))
      return go_local(now_us, Cause::no_time);
    return begin_exchange(now_us);
  }
  const bool promising = !connection_.failing();
  if (waiting_ == Waiting::as_session && !deadline_.only_chance() && !promising)
    go_local(now_us, Cause::link_down);
}

void Simulation::Device::begin_exchange(double now_us) {
  phase = Phase::edge;
  answer_.times.link_us = microseconds(now_us - head_end_us_);
  exchange_us_ = now_us;
  first_byte_us_ = connection_.next_send_us(now_us);
  const double end_us = connection_.send(now_us, way_->up_bytes, losses_);
  const double in_socket = std::min(way_->up_bytes, scenario_.socket_bytes);
  sent_us_ = std::max(first_byte_us_, end_us - in_socket * trace_.at(end_us).us_per_byte);
  simulation_.events_.push(end_us + one_way_us(end_us), EventKind::arrived, index_, number);
}

void Simulation::Device::arrive(double now_us) {
  arrived_us = now_us;
  tail_began_us = now_us;
  const bool gives_up = waiting_ == Waiting::as_session;
  double due_us = scenario_.setting.deadline_us > 0.0 ? begin_us_ + scenario_.setting.deadline_us : infinity;
  if (gives_up && deadline_.is_set()) due_us = give_up_us_;
  due_us -= one_way_us(now_us);
  const Job job = {job_owner(index_, number), due_us, way_->cost.tail_us, now_us, gives_up};
  if (simulation_.edge_.arrive(job)) return simulation_.start_jobs(now_us);
  simulation_.events_.push(now_us + one_way_us(now_us), EventKind::refused, index_, number);
}

void Simulation::Device::answer_comes(double now_us) {
  const double end_us = transfer_end_us(trace_, now_us, way_->down_bytes, losses_);
  simulation_.events_.push(end_us + one_way_us(end_us), EventKind::answered, index_, number);
}

// What it cost, whatever became of it.
void Simulation::Device::end_exchange(double now_us, bool answered) {
  AnswerTimes& times = answer_.times;
  const double sent_us = std::min(sent_us_, now_us);
  times.send_us = microseconds(sent_us - exchange_us_);
  answer_.load = simulation_.edge_.load_permille();
  energy_uj_ += energy_uj(*way_, exchange_us_, now_us - exchange_us_);
  if (!answered) {
    simulation_.result_.bytes += connection_.stop_sending(first_byte_us_, now_us, way_->up_bytes);
    return;
  }
  simulation_.result_.bytes += way_->up_bytes + way_->down_bytes;
  answer_.place = Place::edge;
  times.wait_us = microseconds(now_us - sent_us);
  times.queue_us = microseconds(tail_began_us - arrived_us);
  times.tail_us = microseconds(way_->cost.tail_us);
  connection_.heard(now_us);
  finish(now_us, Status::ok);
}

void Simulation::Device::give_up(double now_us, Cause cause) {
  const bool exchanging = phase == Phase::edge;
  if (exchanging) {
    end_exchange(now_us, false);
    if (trace_.at(now_us).up) simulation_.edge_.cancel(job_owner(index_, number));
  }
  if (waiting_ != Waiting::for_answer) {
    if (exchanging && cause == Cause::timed_out) connection_.ping(now_us);
    return go_local(now_us, connection_.failing() && !exchanging ? Cause::link_down : cause);
  }
  answer_.cause = cause;
  finish(now_us, Status::no_answer);
  if (exchanging && cause == Cause::timed_out) connection_.lose(now_us);
}

void Simulation::Device::go_local(double now_us, Cause cause) {
  answer_.cause = cause;
  if (!way_->can_finish) return finish(now_us, Status::no_answer);
  phase = Phase::local;
  answer_.times.local_us = microseconds(way_->finish_us);
  energy_uj_ += way_->finish_us * scenario_.active_mw / 1000;
  simulation_.events_.push(now_us + way_->finish_us, EventKind::finished, index_, number);
}

void Simulation::Device::finish(double now_us, Status status) {
  answer_.status = status;
  answer_.times.total_us = microseconds(now_us - begin_us_);
  const double deadline_us = scenario_.setting.deadline_us;
  answer_.late = deadline_us > 0.0 && now_us - begin_us_ > deadline_us;
  phase = Phase::idle;
  count(now_us, status);
  if (answer_.place == Place::edge) measured_us_ = now_us;
  connection_.set_busy(false);
  policy_->learn(answer_, *way_, now_us);
  if (policy_->wants_ping()) connection_.ping(now_us);
}

void Simulation::Device::count(double now_us, Status status) {
  Result& result = simulation_.result_;
  const bool at_edge = answer_.place == Place::edge;
  const auto latency_us = static_cast<float>(now_us - begin_us_);
  result.energy_uj += energy_uj_;
  for (const double came_us : dropped_us_) result.dropped_us.push_back(static_cast<float>(now_us - came_us));
  dropped_us_.clear();
  if (status != Status::ok) {
    ++result.unanswered;
    result.given_up_us.push_back(latency_us);
    return;
  }
  result.latencies_us.push_back(latency_us);
  ++(at_edge ? result.at_edge : result.on_device);
  if (!at_edge) ++result.causes[static_cast<std::size_t>(answer_.cause)];
  if (at_edge) count_return(now_us);
  if (!answer_.late) {
    const bool as_asked = at_edge || answer_.cause == Cause::asked;
    ++result.on_time;
    result.on_time_accuracy_sum += as_asked ? way_->cost.accuracy : way_->finish_accuracy;
  } else if (way_->can_finish &&
             way_->head_us + way_->finish_us + scenario_.session.margin_us <= scenario_.setting.deadline_us) {
    ++result.late_though_feasible;
  }
}

// The first answer of the edge peer to a frame that came after a partition.
void Simulation::Device::count_return(double now_us) {
  const auto healed = std::ranges::upper_bound(healed_us_, begin_us_);
  if (healed == healed_us_.begin() || healed == returned_) return;
  returned_ = healed;
  Result& result = simulation_.result_;
  ++result.returns;
  result.longest_return_us = std::max(result.longest_return_us, now_us - *std::prev(healed));
}

void Simulation::Device::lose(double now_us) {
  connection_.lose(now_us);
  const bool waits_for_link =
      phase == Phase::link && waiting_ == Waiting::as_session && !deadline_.only_chance();
  if (phase == Phase::edge || waits_for_link) give_up(now_us, Cause::link_down);
}

// A short transfer, in between: what others call a bandwidth monitor.
void Simulation::Device::measure(double now_us) {
  simulation_.events_.push(now_us + measure_every_us, EventKind::measure, index_, 0);
  if (phase == Phase::idle) connection_.ping(now_us);  // their round trip is measured as often
  if (now_us - measured_us_ < measure_every_us) return;
  const double bytes = std::clamp(scenario_.nominal_bits_per_second / 8 * 0.05, 64.0, 8192.0);
  double sent = 0.0;
  double end_us = now_us + measure_every_us;
  if (connection_.state() == Connection::State::open) {
    end_us = std::min(end_us, trace_.sent_us(now_us, bytes));
    sent = trace_.sent_bytes(now_us, end_us);
  }
  simulation_.result_.bytes += sent;
  simulation_.result_.energy_uj += sent * trace_.at(now_us).us_per_byte * scenario_.setting.send_mw / 1000;
  simulation_.events_.push(end_us, EventKind::measured, index_, 0, sent * 8e6 / (end_us - now_us));
}

// Of an exchange that took so long; sending at the bandwidth of its beginning, waiting otherwise.
double Simulation::Device::energy_uj(const Way& way, double begin_us, double exchange_us) const {
  const double bytes = way.up_bytes + way.down_bytes;
  const double sending_us = std::min(exchange_us, bytes * trace_.at(begin_us).us_per_byte);
  return (sending_us * scenario_.setting.send_mw + (exchange_us - sending_us) * scenario_.setting.wait_mw) /
         1000;
}

Foresight::Outcome Simulation::Device::foresee(const Way& way) const {
  const double compute_uj = way.head_us * scenario_.active_mw / 1000;
  if (!way.cost.uses_link()) return {way.head_us, compute_uj};
  double begin_us = begin_us_ + way.head_us;
  if (connection_.state() == Connection::State::closed) return {infinity, infinity};
  if (connection_.state() == Connection::State::opening)
    begin_us = std::max(begin_us, connection_.opening_until_us());
  if (begin_us == infinity) return {infinity, infinity};
  Losses lost = losses_;
  const double sent_us = transfer_end_us(trace_, connection_.next_send_us(begin_us), way.up_bytes, lost);
  const double there_us = sent_us + one_way_us(sent_us);
  const double due_us = scenario_.setting.deadline_us > 0.0
                            ? begin_us_ + scenario_.setting.deadline_us - one_way_us(there_us)
                            : infinity;
  const Job job = {job_owner(index_, number), due_us, way.cost.tail_us, there_us, false};
  const double done_us = simulation_.edge_.begin_us(job, begin_us_) + way.cost.tail_us;
  if (done_us == infinity) return {infinity, infinity};
  const double answered_us = transfer_end_us(trace_, done_us, way.down_bytes, lost);
  const double end_us = answered_us + one_way_us(answered_us);
  return {end_us - begin_us_, compute_uj + energy_uj(way, begin_us, end_us - begin_us)};
}

}  // namespace coinfer::simulate
