// SPDX-License-Identifier: Apache-2.0
#include "simulate/connection.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace coinfer::simulate {
namespace {

constexpr double greeting_bytes = 250;  // Hello and Welcome, records included
constexpr double ping_bytes = 45;       // or pong
constexpr double own_round_trips = 2;   // of TCP, and of the greeting

// At least 1: 0 is no round trip.
std::uint64_t integer(double us) { return static_cast<std::uint64_t>(std::max(us, 1.0)); }

}  // namespace

void Connection::open(double now_us) {
  const plan::Handshake& cost = connections_ != 0 ? scenario_.setting.resumed : scenario_.setting.full;
  state_ = State::opening;
  ++number_;
  ++(connections_ != 0 ? result_.resumptions : result_.full_handshakes);
  const double bytes = cost.bytes + greeting_bytes;
  result_.bytes += bytes;
  result_.energy_uj += bytes * trace_.at(now_us).us_per_byte * scenario_.setting.send_mw / 1000 +
                       cost.compute_us * scenario_.active_mw / 1000;
  const double sent_us = trace_.sent_us(now_us, bytes);
  const double done_us =
      sent_us + (own_round_trips + cost.round_trips) * trace_.at(sent_us).round_trip_us + cost.compute_us;
  const double latest_us = now_us + scenario_.session.connect_timeout_us;
  const bool works = done_us <= latest_us;
  opening_until_us_ = works ? done_us : std::numeric_limits<double>::infinity();
  events_.push(works ? done_us : latest_us, works ? EventKind::connected : EventKind::connect_failed, device_,
               number_);
}

void Connection::opened(double now_us) {
  state_ = State::open;
  ++connections_;
  failures_ = 0;
  free_us_ = now_us;
  heard(now_us);
  heartbeat_.reset(integer(now_us), 0, 0);
  heartbeat_.add_round_trip(integer(trace_.at(now_us).round_trip_us));
  if (scenario_.session.ping_idle_us != 0)
    events_.push(now_us + scenario_.session.ping_idle_us, EventKind::idle, device_, number_);
}

void Connection::close() {
  state_ = State::closed;
  ++number_;
  pinged_ = false;
}

void Connection::lose(double now_us) {
  close();
  const double limit_us = std::min(std::ldexp(double{1} * scenario_.session.backoff_min_us, failures_),
                                   double{1} * scenario_.session.backoff_max_us);
  failures_ = std::min(failures_ + 1, 31);
  events_.push(now_us + random_.uniform() * limit_us, EventKind::reconnect, device_, number_);
}

void Connection::ping(double now_us) {
  if (state_ != State::open || pinged_) return;
  result_.bytes += 2 * ping_bytes;
  pinged_ = true;
  heartbeat_.ping_sent(integer(now_us));
  const double sent_us = trace_.sent_us(next_send_us(now_us), 2 * ping_bytes);
  const double pong_us = sent_us + trace_.at(sent_us).round_trip_us;
  const double latest_us = now_us + scenario_.session.ping_timeout_us;
  const bool comes = pong_us <= latest_us;
  events_.push(comes ? pong_us : latest_us, comes ? EventKind::pong : EventKind::ping_timeout, device_,
               number_);
}

void Connection::pong(double now_us) {
  heard(now_us);
  pinged_ = false;
  heartbeat_.pong(heartbeat_.next_token() - 1, integer(now_us));
}

void Connection::look_after(double now_us) {
  const double idle_us = scenario_.session.ping_idle_us;
  if (now_us - heard_us_ >= idle_us) ping(now_us);
  events_.push(std::max(heard_us_, now_us - idle_us / 2) + idle_us, EventKind::idle, device_, number_);
}

// As Session::link_state().
LinkState Connection::link_state() const {
  if (state_ == State::open) return LinkState::warm;
  if (failing()) return LinkState::down;
  return connections_ != 0 ? LinkState::resumable : LinkState::cold;
}

double Connection::send(double now_us, double bytes, Losses& losses) {
  free_us_ = transfer_end_us(trace_, next_send_us(now_us), bytes, losses);
  return free_us_;
}

double Connection::stop_sending(double begun_us, double now_us, double bytes) {
  if (free_us_ <= now_us) return bytes;
  const double taken = begun_us >= now_us ? 0.0 : trace_.sent_bytes(begun_us, now_us);
  bytes = std::min(bytes, taken + scenario_.socket_bytes);
  // A lost segment may hold it up for longer, never for as long as the whole.
  free_us_ = std::min(free_us_, trace_.sent_us(begun_us, bytes));
  return bytes;
}

}  // namespace coinfer::simulate
