// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "graph/executor.hpp"
#include "graph/split.hpp"
#include "graph/tflite_loader.hpp"
#include "serve/in_process_edge.hpp"
#include "shared_models.hpp"
#include "wire_client.hpp"

// A device's end of an in-process edge peer that serves one of the outside models exactly.
namespace edge_fixture {

using coinfer::serve::Event;
using coinfer::serve::InProcessEdge;
using coinfer::serve::LoadedModel;
using wire_client::Bytes;
namespace graph = coinfer::graph;
namespace wire = coinfer::wire;

inline graph::Graph load(const std::string& name, const std::string& exits = "") {
  graph::LoadOptions options;
  options.exits = exits;
  return graph::load_tflite_file(shared_models::model(name), options);
}

class Device {
 public:
  Device(InProcessEdge& edge, const LoadedModel& model) : edge_(edge), graph_(model.graph()) {}

  void send(const Bytes& bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
      const std::size_t taken = edge_.connection().receive(bytes.data() + at, bytes.size() - at);
      at += taken;
      if (taken == 0 && receive() == 0) return;  // closed
    }
    receive();
  }
  std::size_t receive() {
    const coinfer::serve::Bytes out = edge_.connection().pending();
    inbox.push(out.data(), out.size());
    edge_.connection().sent(out.size());
    return out.size();
  }

  bool greet() {
    send(wire_client::frame(wire_client::hello(graph_)));
    return inbox.take(wire::MessageType::welcome).has_value();
  }
  void send_feature(std::uint32_t sequence, const std::vector<Bytes>& tensors, std::size_t piece = 1000) {
    for (const Bytes& chunk : wire_client::chunks(sequence, tensors, piece)) send(chunk);
  }
  // The golden feature of record 0.
  std::vector<Bytes> feature(const std::string& name, int split, int exit) const {
    std::vector<Bytes> tensors;
    for (const std::int32_t index : graph::crossing_tensors(graph_, split, exit)) {
      tensors.push_back(shared_models::tensor(name, graph::tensor_at(graph_, index).file_index));
    }
    return tensors;
  }
  // All chunks that came after an Answer.
  Bytes answer_bytes() {
    Bytes all;
    while (const auto chunk = inbox.take(wire::MessageType::chunk)) {
      all.insert(all.end(), chunk->payload.begin(), chunk->payload.end());
      if (chunk->message.chunk.end) break;
    }
    return all;
  }

  wire_client::Inbox inbox;

 private:
  InProcessEdge& edge_;
  const graph::Graph& graph_;
};

}  // namespace edge_fixture
