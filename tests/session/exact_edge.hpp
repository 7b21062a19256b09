// SPDX-License-Identifier: Apache-2.0
// The edge peer's protocol engine in this process, computing with the device's own kernels in simulated time.
#pragma once

#include <coinfer/device.hpp>
#include <coinfer/topology.hpp>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "serve/connection.hpp"
#include "simulated_time.hpp"

namespace coinfer::tests {

// A model as a type, served.
template <class Model>
class ServedType : public serve::ServedModel {
 public:
  using Net = Topology<Model>;
  const uint8_t* identity() const override { return identity_override ? identity_override : Model::identity; }
  const std::string& name() const override { return name_; }
  bool exact() const override { return is_exact; }
  int stage_count() const override { return Net::stage_count; }
  int exit_count() const override { return Net::exit_count; }
  const serve::TailShape* tail(int split, int exit) const override {
    if (Net::exit_in_head(exit, split)) return nullptr;
    auto [at, added] = shapes_.try_emplace({split, exit});
    if (added) {
      const Crossing crossing = Net::crossing(split, exit);
      for (int i = 0; i < crossing.count; ++i) {
        at->second.tensors.push_back(crossing.tensors[i]->file_index);
        at->second.tensor_bytes.push_back(static_cast<uint32_t>(crossing.tensors[i]->bytes()));
      }
      for (int o = 0; o < Net::output_count; ++o) {
        if (made_in_tail(o, split, exit))
          at->second.output_bytes.push_back(static_cast<uint32_t>(Model::outputs[o]->bytes()));
      }
    }
    return &at->second;
  }

  // The outputs of the tail, from the feature alone.
  static serve::Bytes compute(const serve::Job& job) {
    auto device = std::make_unique<Device<Model, kernels::Reference>>();
    const Crossing crossing = Net::crossing(job.split, job.exit);
    size_t at = 0;
    for (int i = 0; i < crossing.count; ++i) {
      const auto bytes = static_cast<size_t>(crossing.tensors[i]->bytes());
      std::memcpy(device->bytes(*crossing.tensors[i]), job.feature.data() + at, bytes);
      at += bytes;
    }
    device->run(job.split, Net::stage_count, job.exit);
    serve::Bytes outputs;
    for (int o = 0; o < Net::output_count; ++o) {
      if (!made_in_tail(o, job.split, job.exit)) continue;
      const uint8_t* bytes = device->bytes(*Model::outputs[o]);
      outputs.insert(outputs.end(), bytes, bytes + Model::outputs[o]->bytes());
    }
    return outputs;
  }

  const serve::Bytes& table() const override { return split_table; }
  uint32_t table_version() const override { return split_table_version; }

  serve::Bytes split_table;
  uint32_t split_table_version = 0;
  bool is_exact = true;
  const uint8_t* identity_override = nullptr;

 private:
  static bool made_in_tail(int output, int split, int exit) {
    return Model::exit_of_output[output] == exit && Net::producer(*Model::outputs[output]) >= split;
  }
  std::string name_ = "toy";
  mutable std::map<std::pair<int, int>, serve::TailShape> shapes_;
};

template <class Model>
class ExactEdge : public serve::ConnectionHost {
 public:
  explicit ExactEdge(serve::ConnectionLimits with = {}) : limits(with) {}

  serve::ConnectionLimits limits;
  ServedType<Model> model;
  uint64_t compute_us = 500;
  std::optional<wire::RefusalReason> refuse_with;
  uint32_t retry_after_ms = 0;
  serve::JobResult::Outcome outcome = serve::JobResult::Outcome::computed;
  std::vector<uint32_t> remaining_us;  // of every Infer admitted or refused
  int started = 0, forgotten = 0;

  // One connection at a time; a new one ends the old one.
  void connect() { connection = std::make_unique<serve::Connection>(*this, limits); }
  std::unique_ptr<serve::Connection> connection;

  // The edge peer's present: what it does happens then, however late this process gets to it.
  uint64_t time_us = 0;

  std::optional<uint64_t> next_due_us() const {
    if (jobs_.empty()) return std::nullopt;
    return jobs_.front().due_us;
  }
  void finish_next() {
    Pending pending = std::move(jobs_.front());
    jobs_.pop_front();
    serve::JobResult result;
    result.outcome = outcome;
    result.outputs = ServedType<Model>::compute(pending.job);
    result.compute_us = static_cast<uint32_t>(compute_us);
    if (connection) connection->finish(pending.job.sequence, std::move(result));
  }

  const serve::ServedModel* find_model(const uint8_t* identity) override {
    return std::memcmp(identity, model.identity(), wire::identity_bytes) == 0 ? &model : nullptr;
  }
  serve::Admission admit(const serve::ServedModel&, int, int, uint32_t remaining) override {
    remaining_us.push_back(remaining);
    if (!refuse_with) return {};
    return {false, *refuse_with, retry_after_ms};
  }
  void start(serve::Job job) override {
    ++started;
    jobs_.push_back({time_us + compute_us, std::move(job)});
  }
  void forget(uint32_t) override { ++forgotten; }
  uint16_t load_permille() const override { return 250; }
  uint64_t now_us() const override { return time_us; }
  serve::Counters& counters() override { return counters_; }

 private:
  struct Pending {
    uint64_t due_us;
    serve::Job job;
  };
  std::deque<Pending> jobs_;
  serve::Counters counters_;
};

}  // namespace coinfer::tests
