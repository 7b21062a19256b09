// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "serve/loaded_model.hpp"

namespace coinfer::serve {

std::uint64_t steady_now_us();

// Computes jobs on a fixed number of threads, earliest deadline first. An inference holds a place from its
// admission until its result is delivered or it is given up; there are max_in_flight of them.
class ComputePool {
 public:
  using Deliver = std::function<void(JobResult)>;  // called on a thread of the pool
  using Ticket = std::uint64_t;

  ComputePool(unsigned threads, std::size_t max_in_flight);
  ~ComputePool();  // waits for what is being computed; queued jobs are dropped
  ComputePool(const ComputePool&) = delete;
  ComputePool& operator=(const ComputePool&) = delete;

  // What an admitted inference is expected to take; goes with it until it ends.
  struct Place {
    Admission admission;
    std::uint32_t expected_us = 0;
  };
  // Takes a place, or says why not: no place left, or not ready within remaining_us (0: no deadline) by the
  // measured times of this cut and of everything that holds a place.
  Place admit(const LoadedModel& model, int split, int exit, std::uint32_t remaining_us);
  void give_up(const Place& place);  // without a job

  Ticket submit(const Place& place, LoadedModel& model, Job job, Deliver deliver);
  // A job that has not begun is dropped; the result of another one is still delivered.
  void cancel(Ticket ticket);

  std::uint16_t load_permille() const;

 private:
  struct Entry {
    Ticket ticket;
    LoadedModel* model;
    Job job;
    Deliver deliver;
    std::uint64_t submitted_us;
    std::uint32_t expected_us;
  };

  void work();
  JobResult compute(const Entry& entry) const;
  void free_place(std::uint32_t expected_us);

  const std::size_t max_in_flight_;
  const unsigned thread_count_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::multimap<std::uint64_t, Entry> queue_;  // by deadline
  std::size_t in_flight_ = 0;
  std::uint64_t backlog_us_ = 0;  // expected computing time of all places
  Ticket next_ticket_ = 1;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace coinfer::serve
