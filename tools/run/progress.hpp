// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>

namespace coinfer::run {

// Progress on stderr: one line that is rewritten on a terminal, a new line every ten seconds elsewhere.
class Progress {
 public:
  // `what`: plural of what is counted.
  Progress(std::size_t total, const char* what);
  ~Progress();  // clears the line of a terminal

  // From any thread.
  void step();

 private:
  using Clock = std::chrono::steady_clock;

  void print(Clock::time_point now);

  std::mutex mutex_;
  std::size_t total_;
  const char* what_;
  std::size_t done_ = 0;
  bool terminal_;
  Clock::time_point start_;
  Clock::time_point next_;
};

}  // namespace coinfer::run
