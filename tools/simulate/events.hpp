// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <queue>
#include <vector>

namespace coinfer::simulate {

enum class EventKind : std::uint8_t {
  frame,           // arrives at the device
  head_done,       // the device has computed the head
  arrived,         // the feature is at the edge peer
  tail_done,       // a worker of the edge peer is free again
  answered,        // the answer is at the device
  refused,         // the refusal is
  give_up,         // the device stops waiting
  finished,        // the local finish is done
  connected,       // the link is open
  connect_failed,  // it could not be opened in time
  reconnect,       // the next attempt is due
  pong,            // a sign of life
  ping_timeout,    // there was none
  idle,            // time for a look whether a sign of life is due
  measure,         // of policies that measure the bandwidth
  measured,
  other_job,  // of a device that is not simulated
};

struct Event {
  double time_us = 0.0;
  std::uint64_t order = 0;   // of equal times
  std::uint64_t number = 0;  // of the frame, the connection or the job that it belongs to
  double value = 0.0;
  std::uint32_t device = 0;
  EventKind kind = EventKind::frame;

  bool operator>(const Event& other) const {
    return time_us != other.time_us ? time_us > other.time_us : order > other.order;
  }
};

class EventQueue {
 public:
  void push(double time_us, EventKind kind, std::uint32_t device, std::uint64_t number, double value = 0.0) {
    events_.push({time_us, pushed_++, number, value, device, kind});
  }
  bool empty() const { return events_.empty(); }
  Event pop() {
    const Event event = events_.top();
    events_.pop();
    return event;
  }

 private:
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t pushed_ = 0;
};

}  // namespace coinfer::simulate
