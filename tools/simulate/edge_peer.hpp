// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

// The edge peer's queue and workers. Times in microseconds.
namespace coinfer::simulate {

struct EdgeOptions {
  int workers = 1;
  bool earliest_deadline_first = true;  // false: first in, first out
  int longest_queue = 256;              // beyond it a job is refused
  double others_per_second = 0.0;       // jobs of devices that are not simulated, a Poisson process
  double others_us = 0.0;               // mean of what each of them takes, exponentially distributed
};

// A tail to run.
struct Job {
  std::uint64_t owner = 0;  // whose it is, and which
  double due_us = 0.0;      // when its device needs the answer; infinity: whenever
  double service_us = 0.0;
  double arrived_us = 0.0;
  bool worthless_when_due = false;  // then it is not begun any more
};

class EdgePeer {
 public:
  explicit EdgePeer(const EdgeOptions& options) : options_(options) {}

  // False: the queue is full.
  bool arrive(const Job& job);

  // The next job, when a worker is free; call finish() `service_us` later, at exactly that time.
  std::optional<Job> start(double now_us);
  void finish(double now_us);

  void cancel(std::uint64_t owner);

  // When a job that arrives then would be begun, were no other to come; infinity: it would be refused.
  double begin_us(const Job& job, double now_us) const;

  std::uint32_t load_permille() const;

 private:
  using Key = std::pair<double, std::uint64_t>;
  Key key(const Job& job, std::uint64_t number) const {
    return {options_.earliest_deadline_first ? job.due_us : 0.0, number};
  }

  EdgeOptions options_;
  std::map<Key, Job> queue_;
  std::vector<double> running_until_us_;
  std::uint64_t arrivals_ = 0;
};

}  // namespace coinfer::simulate
