// SPDX-License-Identifier: Apache-2.0
#include "run/progress.hpp"

#include <unistd.h>

#include <cstdio>

namespace coinfer::run {
namespace {

constexpr auto terminal_interval = std::chrono::milliseconds(200);
constexpr auto line_interval = std::chrono::seconds(10);

}  // namespace

Progress::Progress(std::size_t total, const char* what)
    : total_(total),
      what_(what),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      next_(start_ + (terminal_ ? Clock::duration(terminal_interval) : Clock::duration(line_interval))) {}

Progress::~Progress() {
  if (terminal_) std::fputs("\r\033[K", stderr);
}

void Progress::step() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++done_;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + (terminal_ ? Clock::duration(terminal_interval) : Clock::duration(line_interval));
  print(now);
}

void Progress::print(Clock::time_point now) {
  const double elapsed_s = std::chrono::duration<double>(now - start_).count();
  const double left_s = elapsed_s / static_cast<double>(done_) * static_cast<double>(total_ - done_);
  std::fprintf(stderr, "%s%zu of %zu %s, %.0f s left%s", terminal_ ? "\r\033[K" : "", done_, total_, what_,
               left_s, terminal_ ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace coinfer::run
