// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "serve/connection.hpp"
#include "serve/loaded_model.hpp"

namespace coinfer::serve {

// An edge peer without sockets, TLS and threads: everything happens inside the calls, so that a test or a
// fuzzer decides what arrives when. One Connection, which may be ended and begun again (as a server would for
// a new client); the counters go on. Example:
//   InProcessEdge edge({&model});
//   edge.connection().receive(bytes, count);       // from the device
//   const Bytes& to_device = edge.connection().pending();
//   edge.connection().sent(to_device.size());
class InProcessEdge : public ConnectionHost {
 public:
  explicit InProcessEdge(std::vector<LoadedModel*> models, ConnectionLimits limits = {});

  Connection& connection() { return *connection_; }
  void new_connection();

  // The clock stands still unless it is moved.
  void advance_us(std::uint64_t us) { now_us_ += us; }
  // What admit() answers from now on.
  void set_admission(Admission admission) { admission_ = admission; }
  // With true an admitted job waits until compute() is called.
  void hold_jobs(bool hold) { hold_ = hold; }
  void compute();  // finishes the job that waits, if any

  Counters& counters() override { return counters_; }

 private:
  const ServedModel* find_model(const std::uint8_t* identity) override;
  Admission admit(const ServedModel& model, int split, int exit, std::uint32_t remaining_us) override;
  void start(Job job) override;
  void forget(std::uint32_t sequence) override;
  std::uint16_t load_permille() const override { return 0; }
  std::uint64_t now_us() const override { return now_us_; }

  std::vector<LoadedModel*> models_;
  ConnectionLimits limits_;
  Counters counters_;
  Admission admission_;
  std::uint64_t now_us_ = 1;
  bool hold_ = false;
  std::unique_ptr<Job> waiting_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace coinfer::serve
