// SPDX-License-Identifier: Apache-2.0
#include "serve/compute_pool.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace coinfer::serve {

namespace {

// A job without a deadline is in no hurry, but is not overtaken for ever either.
constexpr std::uint64_t patience_us = 1'000'000;

std::uint32_t clamped(std::uint64_t us) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(us, UINT32_MAX));
}

}  // namespace

std::uint64_t steady_now_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

ComputePool::ComputePool(unsigned threads, std::size_t max_in_flight)
    : max_in_flight_(max_in_flight), thread_count_(threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

ComputePool::~ComputePool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

ComputePool::Place ComputePool::admit(const LoadedModel& model, int split, int exit,
                                      std::uint32_t remaining_us) {
  const std::uint32_t expected_us = model.expected_us(split, exit);
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::uint64_t wait_us = backlog_us_ / thread_count_;
  const auto retry_after_ms = static_cast<std::uint32_t>(std::min<std::uint64_t>(wait_us / 1000 + 1, 60'000));
  if (in_flight_ >= max_in_flight_) return {{false, wire::RefusalReason::overloaded, retry_after_ms}, 0};
  if (remaining_us != 0 && wait_us + expected_us > remaining_us) {
    return {{false, wire::RefusalReason::late, retry_after_ms}, 0};
  }
  ++in_flight_;
  backlog_us_ += expected_us;
  return {{}, expected_us};
}

void ComputePool::give_up(const Place& place) {
  const std::lock_guard<std::mutex> lock(mutex_);
  free_place(place.expected_us);
}

void ComputePool::free_place(std::uint32_t expected_us) {
  --in_flight_;
  backlog_us_ -= expected_us;
}

ComputePool::Ticket ComputePool::submit(const Place& place, LoadedModel& model, Job job, Deliver deliver) {
  const std::uint64_t now_us = steady_now_us();
  const std::uint64_t due_us = job.deadline_us == 0 ? now_us + patience_us : job.deadline_us;
  const std::lock_guard<std::mutex> lock(mutex_);
  const Ticket ticket = next_ticket_++;
  queue_.emplace(due_us,
                 Entry{ticket, &model, std::move(job), std::move(deliver), now_us, place.expected_us});
  ready_.notify_one();
  return ticket;
}

void ComputePool::cancel(Ticket ticket) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = std::find_if(queue_.begin(), queue_.end(),
                                  [&](const auto& queued) { return queued.second.ticket == ticket; });
  if (found == queue_.end()) return;
  free_place(found->second.expected_us);
  queue_.erase(found);
}

std::uint16_t ComputePool::load_permille() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<std::uint16_t>(std::min<std::size_t>(in_flight_ * 1000 / thread_count_, UINT16_MAX));
}

void ComputePool::work() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    const Entry entry = std::move(queue_.extract(queue_.begin()).mapped());
    lock.unlock();
    JobResult result = compute(entry);
    lock.lock();
    free_place(entry.expected_us);
    lock.unlock();
    entry.deliver(std::move(result));
    lock.lock();
  }
}

JobResult ComputePool::compute(const Entry& entry) const {
  JobResult result;
  const std::uint64_t begin_us = steady_now_us();
  result.queue_us = clamped(begin_us - entry.submitted_us);
  if (entry.job.deadline_us != 0 && begin_us >= entry.job.deadline_us) {
    result.outcome = JobResult::Outcome::late;
    return result;
  }
  try {
    result.outputs = entry.model->run(entry.job);
  } catch (const std::exception&) {
    return result;  // failed: told to the device and counted
  }
  result.compute_us = clamped(steady_now_us() - begin_us);
  entry.model->measured(entry.job.split, entry.job.exit, result.compute_us);
  result.outcome = JobResult::Outcome::computed;
  return result;
}

}  // namespace coinfer::serve
