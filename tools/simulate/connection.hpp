// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coinfer/session/heartbeat.hpp"
#include "coinfer/split_table.hpp"
#include "simulate/events.hpp"
#include "simulate/result.hpp"
#include "simulate/scenario.hpp"

namespace coinfer::simulate {

// One device's connection to the edge peer, opened and kept alive as a Session does it, for every policy.
class Connection {
 public:
  enum class State { closed, opening, open };

  Connection(const Scenario& scenario, const Trace& trace, std::uint32_t device, EventQueue& events,
             Result& result)
      : scenario_(scenario),
        trace_(trace),
        device_(device),
        events_(events),
        result_(result),
        random_({scenario.seed, device, 3}) {}

  void open(double now_us);
  void opened(double now_us);
  // Another attempt is made later.
  void lose(double now_us);

  // Asks for a sign of life, unless one is being waited for.
  void ping(double now_us);
  void pong(double now_us);
  void look_after(double now_us);  // EventKind::idle

  void heard(double now_us) { heard_us_ = now_us; }  // something came from the edge peer
  // While an inference is under way no round trip is measured.
  void set_busy(bool busy) { heartbeat_.set_busy(busy); }

  // The bytes of an exchange, behind what is being sent. Gives when the last one is.
  double send(double now_us, double bytes, Losses& losses);
  double next_send_us(double now_us) const { return std::max(now_us, free_us_); }
  // Sends no more than what the link has taken already; gives how much that was.
  double stop_sending(double begun_us, double now_us, double bytes);

  State state() const { return state_; }
  bool is(std::uint64_t number) const { return number == number_; }  // events of earlier ones are stale
  bool failing() const { return failures_ != 0; }
  double opening_until_us() const { return opening_until_us_; }  // infinity: this attempt fails
  std::uint32_t round_trip_us() const { return heartbeat_.round_trip_us(); }
  std::uint32_t connections() const { return connections_; }  // opened so far
  LinkState link_state() const;

 private:
  void close();

  const Scenario& scenario_;
  const Trace& trace_;
  std::uint32_t device_;
  EventQueue& events_;
  Result& result_;
  Random random_;
  State state_ = State::closed;
  std::uint64_t number_ = 0;
  int failures_ = 0;
  std::uint32_t connections_ = 0;
  double opening_until_us_ = 0.0;
  double free_us_ = 0.0;  // when all bytes so far are sent
  double heard_us_ = 0.0;
  bool pinged_ = false;  // and no pong yet
  detail::Heartbeat heartbeat_;
};

}  // namespace coinfer::simulate
