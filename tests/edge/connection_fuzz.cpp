// SPDX-License-Identifier: Apache-2.0
// Explores the edge peer's protocol engine: the input is a script of well-formed messages with arbitrary
// fields, raw bytes, and events of the surroundings (time, refused admission, late results, drain). Whatever
// happens, the output stays bounded and is a valid stream, every inference ends at most once, and nothing is
// taken after the end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "serve/in_process_edge.hpp"
#include "wire_client.hpp"

namespace {

using coinfer::serve::ConnectionLimits;
using coinfer::serve::InProcessEdge;
using coinfer::serve::LoadedModel;
using wire_client::Bytes;
namespace graph = coinfer::graph;
namespace wire = coinfer::wire;

void require(bool condition) {
  if (!condition) std::abort();
}

// in -> relu -> in + relu -> pool: two tensors cross at split 1, two exits.
graph::Graph tiny_graph() {
  const coinfer::Shape shape{2, 2, 8};
  const coinfer::Shape pooled{1, 1, 8};
  graph::Graph g;
  g.name = "tiny";
  g.identity.fill(7);
  for (int i = 0; i < 3; ++i)
    g.tensors.push_back({i, "t", coinfer::DataType::s8, shape, {1, 2, 2, 8}, 0.5F, 0});
  g.tensors.push_back({3, "t", coinfer::DataType::s8, pooled, {1, 1, 1, 8}, 0.5F, 0});
  coinfer::Requantize relu;
  relu.shape = shape;
  relu.multiplier = 1 << 30;
  relu.shift = 1;
  relu.clamp = {0, 127};
  coinfer::Add add;
  add.shape = shape;
  add.first = add.second = {0, 1 << 30, 0};
  add.out_multiplier = 1 << 30;
  add.out_shift = -18;
  coinfer::MaxPool2d pool;
  pool.in = shape;
  pool.out = pooled;
  pool.window = {2, 2, 2, 2, 1, 1, 0, 0};
  g.stages.push_back({"relu", relu, {}, {0}, 1});
  g.stages.push_back({"add", add, {}, {0, 1}, 2});
  g.stages.push_back({"pool", pool, {}, {2}, 3});
  g.inputs = {0};
  g.outputs = {1, 3};
  g.exits = {{0}, {1}};
  return g;
}

struct Script {
  const std::uint8_t* data;
  std::size_t size;

  std::uint8_t next() {
    if (size == 0) return 0;
    --size;
    return *data++;
  }
  Bytes bytes(std::size_t count) {
    Bytes taken;
    while (count-- > 0) taken.push_back(next());
    return taken;
  }
};

class Play {
 public:
  Play(LoadedModel& model, Script script) : model_(model), script_(script), edge_({&model}, limits()) {}

  void run() {
    while (script_.size > 0 && !edge_.connection().closing()) step();
    read_output();
    edge_.connection().peer_closed();
    require(edge_.connection().closing());
    const std::uint8_t byte = 0;
    require(edge_.connection().receive(&byte, 1) == 0);
    require(answers_ + refusals_ <= edge_.counters().get(coinfer::serve::Event::infers));
  }

 private:
  static ConnectionLimits limits() {
    ConnectionLimits l;
    l.window_bytes = 256;
    l.max_payload_bytes = 64;
    l.max_pending_output_bytes = 1024;
    return l;
  }

  void step() {
    switch (script_.next() % 8) {
      case 0:
        return send(script_.bytes(script_.next() % 64));
      case 1:
        return hello();
      case 2:
        return infer();
      case 3:
        return chunk();
      case 4:
        return send(wire_client::frame(wire::Cancel{sequence_ + script_.next() - 2U}));
      case 5:
        return surroundings();
      case 6:
        return send(wire_client::frame(wire::Ping{script_.next()}));
      case 7:
        return read_output();
    }
  }

  void hello() {
    const std::uint8_t change = script_.next();
    wire::Hello message = wire_client::hello(model_.graph());
    if (change == 1) message.identity[0] ^= 1;
    if (change == 2) message.wire_version = 0;
    if (change == 3) message.required_features = 8;
    message.max_payload_bytes = script_.next();
    send(wire_client::frame(message));
  }

  void infer() {
    sequence_ += script_.next() % 4;
    const int split = script_.next() % 5;
    const int exit = script_.next() % 3;
    wire::Infer message = wire_client::infer(model_.graph(), sequence_, split % 4, exit % 2);
    message.split = static_cast<std::uint16_t>(split);
    message.exit = static_cast<std::uint8_t>(exit);
    message.codec = script_.next() % 16 == 1 ? 1 : 0;
    send(wire_client::frame(message));
  }

  void chunk() {
    const std::uint8_t kind = script_.next();
    const wire::Chunk message{sequence_, static_cast<std::uint8_t>(kind % 4), (kind & 0x40) != 0};
    send(wire_client::frame(message, script_.bytes(script_.next() % 70)));
  }

  void surroundings() {
    switch (script_.next() % 6) {
      case 0:
        return edge_.hold_jobs(true);
      case 1:
        edge_.hold_jobs(false);
        return edge_.compute();
      case 2:
        edge_.advance_us(script_.next() * 1'000'000U);
        return edge_.connection().tick();
      case 3:
        return edge_.set_admission({false, wire::RefusalReason::overloaded, 5});
      case 4:
        return edge_.set_admission({});
      case 5:
        return edge_.connection().drain();
    }
  }

  void send(const Bytes& bytes) {
    std::size_t at = 0;
    while (at < bytes.size() && !edge_.connection().closing()) {
      const std::size_t taken = edge_.connection().receive(bytes.data() + at, bytes.size() - at);
      require(taken <= bytes.size() - at);
      at += taken;
      if (taken == 0) read_output();
    }
    require(edge_.connection().pending().size() < 4096);
  }

  void read_output() {
    const coinfer::serve::Bytes out = edge_.connection().pending();
    inbox_.push(out.data(), out.size());
    edge_.connection().sent(out.size());
    require(!inbox_.bad);
    for (const wire_client::Received& message : inbox_.messages) {
      answers_ += message.type == wire::MessageType::answer ? 1 : 0;
      refusals_ += message.type == wire::MessageType::refusal ? 1 : 0;
    }
    inbox_.messages.clear();
  }

  LoadedModel& model_;
  Script script_;
  InProcessEdge edge_;
  wire_client::Inbox inbox_;
  std::uint32_t sequence_ = 1;
  std::uint64_t answers_ = 0;
  std::uint64_t refusals_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static LoadedModel model(tiny_graph(), coinfer::tail::Kernels::portable, 1);
  Play(model, {data, size}).run();
  return 0;
}
