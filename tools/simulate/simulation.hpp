// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "coinfer/session/deadline.hpp"
#include "simulate/connection.hpp"
#include "simulate/edge_peer.hpp"
#include "simulate/events.hpp"
#include "simulate/policy.hpp"
#include "simulate/result.hpp"

namespace coinfer::simulate {

// Whose job it is, as the edge peer knows it.
std::uint64_t job_owner(std::uint32_t device, std::uint64_t frame);

// All devices and their edge peer, from event to event.
class Simulation {
 public:
  Simulation(const Scenario& scenario, PolicyKind policy);
  Result run();

 private:
  enum class Phase { idle, head, link, edge, local };

  class Device : public Foresight {
   public:
    Device(Simulation& simulation, std::uint32_t index);
    void start();
    void handle(const Event& event);
    Outcome foresee(const Way& way) const override;
    bool waits_for(std::uint64_t frame) const { return phase == Phase::edge && frame == number; }

    Phase phase = Phase::idle;
    std::uint64_t number = 0;  // of the frame
    double arrived_us = 0.0;   // the feature, at the edge peer
    double tail_began_us = 0.0;
    void answer_comes(double now_us);  // the tail is done

   private:
    void begin_frame(double now_us);
    void end_head(double now_us);
    void step_link(double now_us);
    void begin_exchange(double now_us);
    void arrive(double now_us);
    void end_exchange(double now_us, bool answered);
    void go_local(double now_us, Cause cause);
    void give_up(double now_us, Cause cause);
    void finish(double now_us, Status status);
    void count(double now_us, Status status);
    void count_return(double now_us);
    void lose(double now_us);
    void measure(double now_us);
    Losses losses() const;
    double energy_uj(const Way& way, double begin_us, double exchange_us) const;
    double one_way_us(double now_us) const { return trace_.at(now_us).round_trip_us / 2; }

    Simulation& simulation_;
    const Scenario& scenario_;
    std::uint32_t index_;
    const Trace& trace_;
    Connection connection_;
    std::unique_ptr<Policy> policy_;
    Waiting waiting_;
    const Way* way_ = nullptr;
    int way_index_ = -2;
    double begin_us_ = 0.0;
    double head_end_us_ = 0.0;
    double exchange_us_ = 0.0;    // its begin
    double first_byte_us_ = 0.0;  // of the exchange is sent
    double give_up_us_ = 0.0;
    double sent_us_ = 0.0;  // its last byte was taken by the link
    double energy_uj_ = 0.0;
    double foreseen_us_ = 0.0;  // latency
    double measured_us_ = 0.0;
    std::vector<double> dropped_us_;                // when they came, during this inference
    std::vector<double> healed_us_;                 // ends of partitions
    std::vector<double>::const_iterator returned_;  // beyond the one that was counted last
    detail::Deadline deadline_;
    Losses losses_;
    Answer answer_;
  };

  void handle(const Event& event);
  void start_jobs(double now_us);

  const Scenario& scenario_;
  EventQueue events_;
  EdgePeer edge_;
  Result result_;
  PolicyKind kind_;
  Random others_;
  std::vector<std::unique_ptr<Device>> devices_;
};

}  // namespace coinfer::simulate
