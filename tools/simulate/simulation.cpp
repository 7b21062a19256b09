// SPDX-License-Identifier: Apache-2.0
#include "simulate/simulation.hpp"

#include <ctime>
#include <limits>

namespace coinfer::simulate {
namespace {

constexpr std::uint64_t nobody = std::numeric_limits<std::uint64_t>::max();
constexpr int frame_bits = 40;

}  // namespace

std::uint64_t job_owner(std::uint32_t device, std::uint64_t frame) {
  return (std::uint64_t{device} << frame_bits) | frame;
}

Simulation::Simulation(const Scenario& scenario, PolicyKind policy)
    : scenario_(scenario), edge_(scenario.edge), kind_(policy), others_({scenario.seed, 4}) {
  result_.policy = policy;
  for (std::uint32_t i = 0; i < scenario.traces.size(); ++i)
    devices_.push_back(std::make_unique<Device>(*this, i));
}

Result Simulation::run() {
  const std::clock_t begin = std::clock();
  for (const std::unique_ptr<Device>& device : devices_) device->start();
  if (scenario_.edge.others_per_second > 0.0)
    events_.push(others_.exponential(1e6 / scenario_.edge.others_per_second), EventKind::other_job, 0, 0);
  while (!events_.empty()) {
    const Event event = events_.pop();
    if (event.time_us > scenario_.duration_us) break;
    ++result_.events;
    handle(event);
  }
  for (const std::unique_ptr<Device>& device : devices_) {
    if (device->phase != Phase::idle) ++result_.unfinished;
  }
  result_.cpu_seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  return std::move(result_);
}

void Simulation::handle(const Event& event) {
  if (event.kind == EventKind::tail_done) {
    edge_.finish(event.time_us);
    if (event.number != nobody && devices_[event.device]->waits_for(event.number))
      devices_[event.device]->answer_comes(event.time_us);
    start_jobs(event.time_us);
  } else if (event.kind == EventKind::other_job) {
    const double service_us = others_.exponential(scenario_.edge.others_us);
    // Its device is like ours: it waits as long.
    const double due_us = scenario_.setting.deadline_us > 0.0
                              ? event.time_us + others_.uniform() * scenario_.setting.deadline_us
                              : std::numeric_limits<double>::infinity();
    static_cast<void>(edge_.arrive({nobody, due_us, service_us, event.time_us, true}));
    start_jobs(event.time_us);
    events_.push(event.time_us + others_.exponential(1e6 / scenario_.edge.others_per_second),
                 EventKind::other_job, 0, 0);
  } else {
    devices_[event.device]->handle(event);
  }
}

void Simulation::start_jobs(double now_us) {
  while (const std::optional<Job> job = edge_.start(now_us)) {
    const bool own = job->owner != nobody;
    const auto device = static_cast<std::uint32_t>(own ? job->owner >> frame_bits : 0);
    const std::uint64_t frame = own ? job->owner & ((std::uint64_t{1} << frame_bits) - 1) : nobody;
    if (own && devices_[device]->waits_for(frame)) devices_[device]->tail_began_us = now_us;
    events_.push(now_us + job->service_us, EventKind::tail_done, device, frame);
  }
}

Result simulate(const Scenario& scenario, PolicyKind policy) { return Simulation(scenario, policy).run(); }

}  // namespace coinfer::simulate
