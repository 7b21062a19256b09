// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/wire/frame_reader.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "serve/bytes.hpp"
#include "serve/counters.hpp"

namespace coinfer::serve {

// What crosses the link at one (split, exit), and what comes back.
struct TailShape {
  std::vector<std::uint16_t> tensors;       // file indices, rising
  std::vector<std::uint32_t> tensor_bytes;  // of each of them
  std::vector<std::uint32_t> output_bytes;  // of the exit's outputs that the tail makes, in graph order
};

// A network under one identity, as the protocol sees it. Immutable while it is served.
class ServedModel {
 public:
  virtual ~ServedModel() = default;
  virtual const std::uint8_t* identity() const = 0;  // wire::identity_bytes
  virtual const std::string& name() const = 0;
  virtual bool exact() const = 0;  // its arithmetic is bit-exact
  virtual int stage_count() const = 0;
  virtual int exit_count() const = 0;
  // Null where nothing is left to compute or more tensors cross than the wire can name. In range otherwise.
  virtual const TailShape* tail(int split, int exit) const = 0;
  // The newest split table for devices with it; empty: none.
  virtual const Bytes& table() const { return no_table_; }
  virtual std::uint32_t table_version() const { return 0; }

 private:
  Bytes no_table_;
};

// One inference whose feature is complete.
struct Job {
  const ServedModel* model = nullptr;
  std::uint32_t sequence = 0;
  int split = 0;
  int exit = 0;
  std::uint64_t deadline_us = 0;  // on the host's clock; 0: none
  Bytes feature;                  // the tensors of TailShape, one after the other
};

struct JobResult {
  enum class Outcome : std::uint8_t { computed, late, failed };
  Outcome outcome = Outcome::failed;
  Bytes outputs;  // the outputs of TailShape, one after the other
  std::uint32_t queue_us = 0;
  std::uint32_t compute_us = 0;
};

struct Admission {
  bool admitted = true;
  wire::RefusalReason reason = wire::RefusalReason::overloaded;
  std::uint32_t retry_after_ms = 0;
};

// What a connection needs of the program around it. The in-memory one (in_process_edge.hpp) computes within
// start(); the server hands the job to a pool.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  virtual const ServedModel* find_model(const std::uint8_t* identity) = 0;  // null: unknown
  // An admitted inference ends either in start() and then Connection::finish (during start() or later), or in
  // forget(), at any time in between.
  virtual Admission admit(const ServedModel& model, int split, int exit, std::uint32_t remaining_us) = 0;
  virtual void start(Job job) = 0;
  virtual void forget(std::uint32_t sequence) = 0;
  virtual std::uint16_t load_permille() const = 0;
  virtual std::uint64_t now_us() const = 0;
  virtual Counters& counters() = 0;
};

struct ConnectionLimits {
  std::uint32_t window_bytes = 65536;              // payload a device may have under way
  std::uint16_t max_payload_bytes = 16384;         // of one frame, both ways
  std::uint32_t max_pending_output_bytes = 65536;  // above it no more input is taken
  std::uint64_t hello_timeout_us = 10'000'000;
  std::uint64_t idle_timeout_us = 60'000'000;     // without a complete frame, while nothing is computed
  std::uint64_t receive_timeout_us = 30'000'000;  // for a whole feature, when Infer has no deadline
  std::uint32_t reconnect_after_ms = 1000;        // told to devices when draining
};

// The edge peer's side of one session: bytes in, bytes out. Knows nothing of sockets, TLS and threads; calls
// nothing but its host; not thread safe. Usage:
//   take `receive`'s bytes; write pending() to the peer and report it with sent(); when closing() and nothing
//   is pending, close. finish() delivers a result, tick() lets timeouts act, drain() says goodbye as soon as
//   nothing is in flight, peer_closed() is the end of the stream.
class Connection {
 public:
  Connection(ConnectionHost& host, const ConnectionLimits& limits);

  // Returns the bytes taken: fewer than `count` while too much output is pending, or when closing.
  std::size_t receive(const std::uint8_t* bytes, std::size_t count);
  const Bytes& pending() const { return output_; }
  void sent(std::size_t count);  // that many bytes from the front of pending() are gone

  void finish(std::uint32_t sequence, JobResult result);
  void tick();
  void drain();
  void shut_down();  // Bye at once, whatever is in flight
  void peer_closed();

  bool closing() const { return state_ == State::closing; }
  bool in_flight() const { return state_ == State::receiving || state_ == State::computing; }
  bool welcomed() const { return model_ != nullptr; }
  const ServedModel* model() const { return model_; }

 private:
  // discarding: as idle, but chunks of the last inference, refused or cancelled, may still come.
  enum class State : std::uint8_t { hello, idle, discarding, receiving, computing, closing };

  void on_header();
  void on_hello(const wire::Hello& hello);
  void on_infer(const wire::Infer& infer);
  void on_chunk(const wire::Chunk& chunk, std::uint32_t payload_bytes);
  void on_payload(const std::uint8_t* bytes, std::size_t count);
  void on_chunk_end();
  void on_cancel(const wire::Cancel& cancel);
  void on_bad_frame();

  void begin_receiving(const wire::Infer& infer, const TailShape& shape);
  void compute();
  void answer(const JobResult& result);
  void refuse(Event event, wire::RefusalReason reason, std::uint32_t retry_after_ms = 0);
  void return_credit(bool all);
  void goodbye(wire::ByeReason reason, std::uint32_t detail = 0);
  void fail(Event event, wire::ByeReason reason, std::uint32_t detail = 0);
  void forget_inference();
  void settle(State state);  // the inference is over

  template <class Message>
  void send(const Message& message) {
    std::uint8_t frame[wire::frame_header_capacity<Message>];
    const std::size_t bytes = wire::encode(message, frame, sizeof(frame));
    output_.insert(output_.end(), frame, frame + bytes);
  }
  void send_chunks(const JobResult& result);
  void send_table();

  ConnectionHost& host_;
  const ConnectionLimits limits_;
  wire::FrameReader reader_;
  State state_ = State::hello;
  bool draining_ = false;
  std::uint64_t last_frame_us_ = 0;
  const ServedModel* model_ = nullptr;
  std::uint16_t peer_max_payload_bytes_ = 0;
  Bytes output_;

  // Credit, in payload bytes: what the device may still send, and what is consumed but not yet returned.
  std::uint32_t credit_bytes_ = 0;
  std::uint32_t owed_bytes_ = 0;

  // The inference in flight, or the last one.
  bool any_sequence_ = false;
  const TailShape* shape_ = nullptr;
  Job job_;
  std::uint64_t receive_by_us_ = 0;
  std::size_t slot_ = 0;
  std::uint32_t slot_filled_bytes_ = 0;
  bool chunk_discarded_ = false;  // the present chunk
  bool chunk_ends_feature_ = false;
};

}  // namespace coinfer::serve
