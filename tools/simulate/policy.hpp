// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "coinfer/session/answer.hpp"
#include "coinfer/split_table.hpp"
#include "simulate/scenario.hpp"

// How a device decides where to cut.
namespace coinfer::simulate {

enum class PolicyKind {
  ours,
  device_only,
  edge_raw,
  edge_compressed,
  shao,
  neurosurgeon,
  edgent_static,
  edgent_dynamic,
  oracle,
};
inline constexpr std::array<PolicyKind, 9> all_policies = {
    PolicyKind::oracle,          PolicyKind::ours, PolicyKind::device_only,  PolicyKind::edge_raw,
    PolicyKind::edge_compressed, PolicyKind::shao, PolicyKind::neurosurgeon, PolicyKind::edgent_static,
    PolicyKind::edgent_dynamic};

const char* to_string(PolicyKind kind);

// What a device knows when a frame arrives.
struct Now {
  double time_us = 0.0;
  LinkState link = LinkState::warm;
  std::uint32_t round_trip_us = 0;  // as Session::round_trip_us()
  std::uint32_t connections = 0;    // as Session::connections()
};

// How long to wait for the edge peer.
enum class Waiting {
  as_session,  // as a Session: a local finish is in time
  for_answer,  // until the answer timeout, then there is none
  foreseen,    // as a Session, but never gives up what will be in time
};

// compressed_input as a way.
inline constexpr int compressed_way = -1;

class Policy {
 public:
  virtual ~Policy() = default;

  // Index of a way, or compressed_way.
  virtual int choose(const Now& now) = 0;

  // What became of the inference that was chosen last; `way` as chosen.
  virtual void learn(const Answer& /*answer*/, const Way& /*way*/, double /*now_us*/) {}

  // After learn(): whether the round trip is to be measured now.
  virtual bool wants_ping() const { return false; }

  // Bandwidth as a transfer of its own has measured it, bit/s. Only those that measure get some.
  virtual void measured(double /*bits_per_second*/, double /*now_us*/) {}
  virtual bool measures() const { return false; }

  // Longest wait for the answer to what was chosen last, without a deadline; 0: the answer timeout.
  virtual std::uint32_t patience_us() const { return 0; }
  virtual Waiting waiting() const { return Waiting::for_answer; }
};

// What will happen. Only the oracle is given it.
class Foresight {
 public:
  struct Outcome {
    double latency_us = 0.0;  // infinity: no answer
    double energy_uj = 0.0;
  };
  virtual ~Foresight() = default;
  // Of a frame that arrives now and is answered that way.
  virtual Outcome foresee(const Way& way) const = 0;
};

// `scenario` and `foresight` must outlive it.
std::unique_ptr<Policy> make_policy(PolicyKind kind, const Scenario& scenario, const Foresight& foresight);

// Each makes its part of them.
std::unique_ptr<Policy> make_ours(const Scenario& scenario);
std::unique_ptr<Policy> make_edgent_dynamic(const Scenario& scenario);

}  // namespace coinfer::simulate
