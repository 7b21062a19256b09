// SPDX-License-Identifier: Apache-2.0
#include "simulate/edge_peer.hpp"

#include <algorithm>
#include <limits>

namespace coinfer::simulate {

bool EdgePeer::arrive(const Job& job) {
  if (queue_.size() >= static_cast<std::size_t>(options_.longest_queue)) return false;
  queue_.emplace(key(job, arrivals_), job);
  ++arrivals_;
  return true;
}

std::optional<Job> EdgePeer::start(double now_us) {
  while (!queue_.empty() && running_until_us_.size() < static_cast<std::size_t>(options_.workers)) {
    const Job job = queue_.begin()->second;
    queue_.erase(queue_.begin());
    if (job.worthless_when_due && now_us >= job.due_us) continue;
    running_until_us_.push_back(now_us + job.service_us);
    return job;
  }
  return std::nullopt;
}

void EdgePeer::finish(double now_us) {
  running_until_us_.erase(std::ranges::find(running_until_us_, now_us));
}

void EdgePeer::cancel(std::uint64_t owner) {
  std::erase_if(queue_, [owner](const auto& waiting) { return waiting.second.owner == owner; });
}

double EdgePeer::begin_us(const Job& job, double now_us) const {
  if (queue_.size() >= static_cast<std::size_t>(options_.longest_queue))
    return std::numeric_limits<double>::infinity();
  std::vector<double> free_us = running_until_us_;
  free_us.resize(static_cast<std::size_t>(options_.workers), now_us);
  const auto first_free = [&] { return std::ranges::min_element(free_us); };
  for (const auto& [key_of, waiting] : queue_) {
    const auto worker = first_free();
    // What has begun is not interrupted; what waits and is due later lets it pass.
    const bool before = *worker < job.arrived_us || !(key(job, arrivals_) < key_of);
    if (before) *worker += waiting.service_us;
  }
  return std::max(job.arrived_us, *first_free());
}

std::uint32_t EdgePeer::load_permille() const {
  const std::size_t jobs = queue_.size() + running_until_us_.size();
  return static_cast<std::uint32_t>(jobs * 1000 / static_cast<std::size_t>(options_.workers));
}

}  // namespace coinfer::simulate
