// SPDX-License-Identifier: Apache-2.0
#include "graph/arena.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "graph/import_error.hpp"
#include "graph/split.hpp"

namespace coinfer::graph {
namespace {

constexpr std::int64_t max_arena = std::int64_t{1} << 30;

// One piece of memory: a tensor, with all its RESHAPEs.
struct Block {
  std::int32_t tensor = 0;
  std::int64_t bytes = 0;  // rounded up to the alignment
  Lifetime life;
};

std::int64_t aligned(std::int64_t bytes, std::int32_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

std::vector<Block> blocks_of(const Graph& graph, std::int32_t alignment) {
  const std::vector<Lifetime> lives = lifetimes(graph);
  const std::vector<std::int32_t> owners = arena_owners(graph);
  std::vector<Block> blocks;
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    if (owners[t] != static_cast<std::int32_t>(t)) continue;
    blocks.push_back({owners[t], aligned(graph.tensors[t].bytes(), alignment), lives[t]});
  }
  return blocks;
}

// Places the blocks one after the other, each at the lowest offset that is free during its life.
// Returns the total; offsets are in the order of `blocks`.
std::int64_t place(const std::vector<Block>& blocks, std::vector<std::int64_t>& offsets) {
  std::int64_t total = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> taken;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    taken.clear();
    for (std::size_t other = 0; other < b; ++other) {
      if (blocks[b].life.overlaps(blocks[other].life)) {
        taken.emplace_back(offsets[other], offsets[other] + blocks[other].bytes);
      }
    }
    std::sort(taken.begin(), taken.end());
    std::int64_t offset = 0;
    for (const auto& [begin, end] : taken) {
      if (offset + blocks[b].bytes <= begin) break;
      offset = std::max(offset, end);
    }
    offsets[b] = offset;
    total = std::max(total, offset + blocks[b].bytes);
  }
  return total;
}

ArenaPlan plan_in_order(const Graph& graph, const std::vector<Block>& blocks) {
  std::vector<std::int64_t> offsets(blocks.size());
  const std::int64_t total = place(blocks, offsets);
  if (total > max_arena) throw ImportError("activations need an arena of more than 1 GiB");
  ArenaPlan plan;
  plan.offsets.resize(graph.tensors.size());
  plan.bytes = static_cast<std::int32_t>(total);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    plan.offsets[static_cast<std::size_t>(blocks[b].tensor)] = static_cast<std::int32_t>(offsets[b]);
  }
  const std::vector<std::int32_t> owners = arena_owners(graph);
  for (std::size_t t = 0; t < owners.size(); ++t) {
    plan.offsets[t] = plan.offsets[static_cast<std::size_t>(owners[t])];
  }
  return plan;
}

// Least memory for the whole network, then least for networks cut short, over all cuts.
std::pair<std::int32_t, std::int64_t> cost(const Graph& graph, const ArenaPlan& plan) {
  std::int64_t cut = 0;
  for (int split = 0; split <= stage_count(graph); ++split) cut += arena_bytes_until(graph, plan, split);
  return {plan.bytes, cut};
}

}  // namespace

std::vector<std::int32_t> arena_owners(const Graph& graph) {
  std::vector<std::int32_t> owners(graph.tensors.size());
  std::iota(owners.begin(), owners.end(), 0);
  for (const Stage& stage : graph.stages) {
    if (!std::holds_alternative<Reshape>(stage.op)) continue;
    owners[static_cast<std::size_t>(stage.output)] = owners[static_cast<std::size_t>(stage.inputs[0])];
  }
  return owners;
}

std::vector<Lifetime> lifetimes(const Graph& graph) {
  const std::vector<std::int32_t> owners = arena_owners(graph);
  const auto owner = [&](std::int32_t tensor) {
    return static_cast<std::size_t>(owners[static_cast<std::size_t>(tensor)]);
  };
  std::vector<Lifetime> lives(graph.tensors.size());
  for (int s = 0; s < stage_count(graph); ++s) {
    const Stage& stage = graph.stages[static_cast<std::size_t>(s)];
    for (const std::int32_t input : stage.inputs) lives[owner(input)].last = s;
    if (!std::holds_alternative<Reshape>(stage.op)) lives[owner(stage.output)] = {s, s};
  }
  for (const std::int32_t output : graph.outputs) lives[owner(output)].last = stage_count(graph);
  for (std::size_t t = 0; t < lives.size(); ++t) lives[t] = lives[static_cast<std::size_t>(owners[t])];
  return lives;
}

std::int64_t arena_lower_bound(const Graph& graph, std::int32_t alignment) {
  const std::vector<Block> blocks = blocks_of(graph, alignment);
  std::int64_t largest = 0;
  for (int s = 0; s <= stage_count(graph); ++s) {
    std::int64_t live = 0;
    for (const Block& block : blocks) live += block.life.overlaps({s, s}) ? block.bytes : 0;
    largest = std::max(largest, live);
  }
  return largest;
}

ArenaPlan plan_arena(const Graph& graph, std::int32_t alignment) {
  const std::vector<Block> in_order = blocks_of(graph, alignment);
  std::vector<Block> by_size = in_order;
  std::stable_sort(by_size.begin(), by_size.end(),
                   [](const Block& a, const Block& b) { return a.bytes > b.bytes; });
  std::vector<Block> by_length = in_order;
  std::stable_sort(by_length.begin(), by_length.end(), [](const Block& a, const Block& b) {
    return std::tuple(a.life.last - a.life.first, a.bytes) > std::tuple(b.life.last - b.life.first, b.bytes);
  });
  ArenaPlan best = plan_in_order(graph, by_size);
  for (const std::vector<Block>& order : {by_length, in_order}) {
    ArenaPlan candidate = plan_in_order(graph, order);
    if (cost(graph, candidate) < cost(graph, best)) best = std::move(candidate);
  }
  return best;
}

std::int32_t arena_bytes_until(const Graph& graph, const ArenaPlan& plan, int last) {
  std::int64_t bytes = 0;
  const auto touch = [&](std::int32_t tensor) {
    bytes =
        std::max(bytes, plan.offsets[static_cast<std::size_t>(tensor)] + tensor_at(graph, tensor).bytes());
  };
  for (const std::int32_t input : graph.inputs) touch(input);
  for (int s = 0; s < last; ++s) touch(graph.stages[static_cast<std::size_t>(s)].output);
  return static_cast<std::int32_t>(bytes);
}

}  // namespace coinfer::graph
