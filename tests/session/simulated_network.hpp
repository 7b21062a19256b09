// SPDX-License-Identifier: Apache-2.0
// A stream to an edge peer in this process, with latency and with faults; time is simulated.
#pragma once

#include <algorithm>
#include <coinfer/link.hpp>
#include <coinfer/wire/frame_reader.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "exact_edge.hpp"

namespace coinfer::tests {

using ByteVector = std::vector<uint8_t>;

// One frame that the edge peer sends, as a tampering test sees it.
struct Frame {
  wire::MessageType type;
  wire::AnyMessage message;
  ByteVector payload;
};

template <class Message>
ByteVector frame_of(const Message& message, const ByteVector& payload = {}) {
  ByteVector bytes(wire::frame_header_capacity<Message>);
  bytes.resize(wire::encode(message, bytes.data(), bytes.size(), static_cast<uint16_t>(payload.size())));
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

inline ByteVector encoded(const Frame& frame) {
  switch (frame.type) {
    case wire::MessageType::welcome:
      return frame_of(frame.message.welcome);
    case wire::MessageType::credit:
      return frame_of(frame.message.credit);
    case wire::MessageType::refusal:
      return frame_of(frame.message.refusal);
    case wire::MessageType::answer:
      return frame_of(frame.message.answer);
    case wire::MessageType::chunk:
      return frame_of(frame.message.chunk, frame.payload);
    case wire::MessageType::ping:
      return frame_of(frame.message.ping);
    case wire::MessageType::pong:
      return frame_of(frame.message.pong);
    case wire::MessageType::bye:
      return frame_of(frame.message.bye);
    case wire::MessageType::table:
      return frame_of(frame.message.table, frame.payload);
    default:
      std::abort();  // an edge peer sends no other
  }
}

struct Faults {
  size_t most_up = SIZE_MAX, most_down = SIZE_MAX;   // bytes per transfer
  std::optional<size_t> split_up_at, split_down_at;  // a transfer ends at this offset
  std::optional<size_t> cut_up_at, cut_down_at;      // the stream breaks after that many bytes
  std::optional<size_t> flip_down_at;                // this byte arrives wrong
  uint8_t flip_mask = 1;
  bool silent = false;        // broken streams say nothing, they just stand still
  int pending_every = 0;      // every n-th transfer takes nothing
  uint64_t latency_us = 200;  // each way
  uint64_t up_byte_us = 0;    // to send a byte; the device's socket takes all at once, and sends it meanwhile
  int open_steps = 3;
  uint64_t open_step_us = 1000;
  Status open_status = Status::ok;  // how opening ends
};

template <class Model>
class SimulatedNetwork {
 public:
  explicit SimulatedNetwork(ExactEdge<Model>& edge) : edge_(edge) {}

  Faults faults;
  // What becomes of each frame of the edge peer; empty: nothing special.
  std::function<ByteVector(const Frame&)> tamper;
  std::function<void(const Frame&)> see_up;  // each frame of the device
  size_t up_bytes = 0, down_bytes = 0;       // since the stream was opened
  int opened = 0;
  bool is_open() const { return open_; }

  Connector connector() {
    return {this,
            [](void* self, uint32_t) { return static_cast<SimulatedNetwork*>(self)->open(); },
            [](void* self) { static_cast<SimulatedNetwork*>(self)->close(); },
            {this,
             [](void* self, const uint8_t* bytes, size_t count, uint32_t timeout_us) {
               return static_cast<SimulatedNetwork*>(self)->send(bytes, count, timeout_us);
             },
             [](void* self, uint8_t* bytes, size_t count, uint32_t timeout_us) {
               return static_cast<SimulatedNetwork*>(self)->receive(bytes, count, timeout_us);
             }}};
  }

  void inject(const ByteVector& bytes) { down_.push_back({simulated_now_us, bytes}); }
  void hang_up() { hung_up_ = true; }

 private:
  struct Parcel {
    uint64_t due_us;
    ByteVector bytes;
  };

  Status open() {
    if (open_) return Status::ok;
    simulated_now_us += faults.open_step_us;
    if (++steps_ < faults.open_steps) return Status::pending;
    steps_ = 0;
    if (faults.open_status != Status::ok) return faults.open_status;
    edge_.time_us = simulated_now_us;
    edge_.connect();
    from_edge_.reset(UINT16_MAX);
    from_device_.reset(UINT16_MAX);
    up_.clear();
    down_.clear();
    arrived_.clear();
    up_bytes = down_bytes = 0;
    up_free_us_ = 0;
    hung_up_ = false;
    open_ = true;
    ++opened;
    return Status::ok;
  }

  void close() {
    steps_ = 0;
    if (!open_) return;
    for (const Parcel& parcel : up_) deliver(parcel.bytes);  // what was sent still arrives
    up_.clear();
    open_ = false;
    if (edge_.connection) edge_.connection->peer_closed();
  }

  Transfer broken(uint32_t timeout_us) {
    if (!faults.silent) return {Status::link_down, 0};
    simulated_now_us += timeout_us;
    return {Status::pending, 0};
  }
  bool stumbles() { return faults.pending_every != 0 && ++transfers_ % faults.pending_every == 0; }
  static size_t limit(size_t count, size_t most, size_t at, std::optional<size_t> split,
                      std::optional<size_t> cut) {
    count = std::min(count, most);
    if (split && *split > at) count = std::min(count, *split - at);
    if (cut) count = std::min(count, *cut - at);
    return count;
  }

  Transfer send(const uint8_t* bytes, size_t count, uint32_t timeout_us) {
    simulated_now_us += 2;
    pump();
    if (!open_ || hung_up_) return {Status::link_down, 0};
    if (faults.cut_up_at && up_bytes >= *faults.cut_up_at) return broken(timeout_us);
    if (stumbles()) return {Status::pending, 0};
    count = limit(count, faults.most_up, up_bytes, faults.split_up_at, faults.cut_up_at);
    up_free_us_ = std::max(up_free_us_, simulated_now_us) + count * faults.up_byte_us;
    up_.push_back({up_free_us_ + faults.latency_us, ByteVector(bytes, bytes + count)});
    up_bytes += count;
    return {Status::ok, count};
  }

  Transfer receive(uint8_t* bytes, size_t count, uint32_t timeout_us) {
    simulated_now_us += 2;
    const uint64_t end_us = simulated_now_us + timeout_us;
    std::optional<uint64_t> next = pump();
    while (arrived().empty() && next && *next <= end_us) {  // wait as long as it may for the next event
      simulated_now_us = std::max(simulated_now_us, *next);
      next = pump();
    }
    if (!open_) return {Status::link_down, 0};
    if (faults.cut_down_at && down_bytes >= *faults.cut_down_at) return broken(timeout_us);
    if (arrived().empty()) {
      if (hung_up_) return {Status::link_down, 0};
      simulated_now_us = std::max(simulated_now_us, end_us);
      return {Status::pending, 0};
    }
    if (stumbles()) return {Status::pending, 0};
    count = limit(std::min(count, arrived().size()), faults.most_down, down_bytes, faults.split_down_at,
                  faults.cut_down_at);
    std::copy_n(arrived_.begin(), count, bytes);
    arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<std::ptrdiff_t>(count));
    if (faults.flip_down_at && *faults.flip_down_at >= down_bytes &&
        *faults.flip_down_at < down_bytes + count)
      bytes[*faults.flip_down_at - down_bytes] ^= faults.flip_mask;
    down_bytes += count;
    return {Status::ok, count};
  }

  // Lets everything happen that is due by now, in order; returns when the next thing happens.
  std::optional<uint64_t> pump() {
    if (!open_) return std::nullopt;
    for (;;) {
      const std::optional<uint64_t> job = edge_.next_due_us();
      const uint64_t parcel = up_.empty() ? UINT64_MAX : up_.front().due_us;
      const uint64_t next = std::min(parcel, job.value_or(UINT64_MAX));
      if (next > simulated_now_us) {
        if (edge_.connection->closing() && down_.empty() && arrived_.empty()) hung_up_ = true;
        const uint64_t event = std::min(next, down_.empty() ? UINT64_MAX : down_.front().due_us);
        return event == UINT64_MAX ? std::nullopt : std::optional(event);
      }
      edge_.time_us = next;
      if (next == parcel) {
        const ByteVector bytes = std::move(up_.front().bytes);
        up_.pop_front();
        deliver(bytes);
      } else {
        edge_.finish_next();
      }
      collect();
    }
  }

  void deliver(const ByteVector& bytes) {
    watch(
        from_device_, bytes, see_up ? see_up : [](const Frame&) {}, device_frame_);
    size_t taken = 0;
    while (taken < bytes.size()) {
      const size_t step = edge_.connection->receive(bytes.data() + taken, bytes.size() - taken);
      taken += step;
      collect();
      if (step == 0) return;  // closing
    }
  }

  // What the edge peer has to send goes on its way.
  void collect() {
    const serve::Bytes& pending = edge_.connection->pending();
    if (pending.empty()) return;
    ByteVector bytes(pending.begin(), pending.end());
    edge_.connection->sent(bytes.size());
    if (tamper) {
      ByteVector changed;
      watch(
          from_edge_, bytes,
          [&](const Frame& frame) {
            const ByteVector result = tamper(frame);
            changed.insert(changed.end(), result.begin(), result.end());
          },
          edge_frame_);
      bytes = changed;
    }
    down_.push_back({edge_.time_us + faults.latency_us, bytes});
  }

  // Calls `seen` with each complete frame.
  static void watch(wire::FrameReader& reader, const ByteVector& bytes,
                    const std::function<void(const Frame&)>& seen, Frame& frame) {
    size_t at = 0;
    while (at < bytes.size()) {
      const wire::FrameStep step = reader.push(bytes.data() + at, bytes.size() - at);
      at += step.consumed;
      if (step.event == wire::FrameEvent::bad_message) return;
      if (step.event == wire::FrameEvent::header) frame = {reader.type(), reader.message(), {}};
      if (step.event == wire::FrameEvent::payload)
        frame.payload.insert(frame.payload.end(), step.payload, step.payload + step.payload_bytes);
      if (step.frame_end) seen(frame);
    }
  }

  // Bytes that have arrived and were not received yet.
  std::deque<uint8_t>& arrived() {
    while (!down_.empty() && down_.front().due_us <= simulated_now_us) {
      arrived_.insert(arrived_.end(), down_.front().bytes.begin(), down_.front().bytes.end());
      down_.pop_front();
    }
    return arrived_;
  }

  ExactEdge<Model>& edge_;
  bool open_ = false;
  bool hung_up_ = false;
  int steps_ = 0;
  int transfers_ = 0;
  uint64_t up_free_us_ = 0;
  std::deque<Parcel> up_, down_;
  std::deque<uint8_t> arrived_;
  wire::FrameReader from_edge_, from_device_;
  Frame edge_frame_, device_frame_;
};

}  // namespace coinfer::tests
